"""The schema of a spec: every Param that is declared outside the catalogues, and the tree's normal form.

A *slot* is an entry of a catalogue with that entry's own parameters. Which tree is allowed as a
whole, whose parts fit one another, `dlcore.spec` decides.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from dlcore.catalogue import catalogue
from dlcore.expressions.figures import constant
from dlcore.limits import LIMITS
from dlcore.params import KEEP, VIEW, Entry, Param, SpecError

VERSION = 1
UNFINISHED = "unfinished"  # the task of a network that can't be built yet
SOURCES = "from"  # where a layer's values come from, if not from the entry before it
SEED_MAX = 2**32 - 1
AUTO = "auto"

SEED = Param(
    id="seed", label="Seed", kind="seed", default=1, minimum=0, maximum=SEED_MAX, key="seed",
    sentence="The number that all chance comes from: the same seed gives the same run, to the bit.",
)  # fmt: skip
TASK = Param(
    id="task", label="Task", kind="entry", catalogue="tasks", default="supervised", key="task", advanced=True,
    sentence="What one step of training means.",
)  # fmt: skip
INPUTS = Param(
    id="inputs", label="Inputs", kind="entries", catalogue="inputs", default=("x1", "x2"), key="inputs",
    sentence="What the network is given of each point.",
)  # fmt: skip
DATA = Param(
    id="data", label="Data", kind="entry", catalogue="datasets", default="circle", key="data",
    sentence="The points to learn from, and the rule that made them.",
)  # fmt: skip
DATA_PARAMS = (
    Param(
        id="train_share", label="Training share", kind="number", default=50, minimum=1, maximum=100, step=10, unit="%",
        key="train", sentence="How much of the data the network learns from; the rest tests it.",
    ),
    Param(
        id="validation_share", label="Validation share", kind="number", default=0, minimum=0, maximum=50, step=5,
        unit="%", advanced=True, key="validation",
        sentence="How much of the training part is set aside to judge the network while it learns.",
    ),
    Param(
        id="seed", label="Data seed", kind="seed", default=None, minimum=0, maximum=SEED_MAX, optional=True,
        advanced=True, key="dataseed",
        sentence="Pins the data while the run's seed changes; empty means that the run's seed makes the data too.",
    ),
    Param(
        id="shuffled_labels", label="Shuffled labels", kind="number", default=0, minimum=0, maximum=100, step=10,
        unit="%", advanced=True, key="shuffled",
        sentence="A deliberate mistake: how many training points swap their labels among themselves.",
    ),
    Param(
        id="leaked_test", label="Leaked test", kind="number", default=0, minimum=0, maximum=100, step=10,
        unit="%", advanced=True, key="leaked",
        sentence="A deliberate mistake: how many of the test points are points that the network learns from.",
    ),
    Param(
        id="target", label="Answer", kind="choice", default="label", choices=("label", "picture"),
        labels=("the label", "the picture itself"), advanced=True, key="target",
        sentence="What the network is to give for a picture: its label, or the same picture again (an autoencoder).",
    ),
    Param(
        id="evaluate_on", label="Score on", kind="sets", default=(), on_change=KEEP, advanced=True, key="on",
        sentence="On which other data the network is judged while it learns; it never learns from them.",
    ),
    Param(
        id="curated", label="Curated", kind="curated", default=(), on_change=KEEP, advanced=True, key="curated",
        sentence="Training samples that were left out, labelled anew or brought in, from the next epoch on.",
    ),
    Param(
        id="augment", label="Augmentation", kind="amounts", default={}, catalogue="augmentations", on_change=KEEP,
        advanced=True, key="augment",
        sentence="How training pictures are changed by chance, anew in every epoch; test pictures stay as they are.",
    ),
    Param(
        id="points", label="Drawn points", kind="points", default=(), minimum=-20, maximum=20, on_change=KEEP,
        advanced=True, key="points",
        sentence="Points that somebody drew by hand; from the next epoch on the network learns from them too.",
    ),
)  # fmt: skip
LAYER_ACTIVATION = Param(
    id="activation", label="Activation", kind="entry", catalogue="activations", default="tanh", on_change=KEEP,
    sentence="What a neuron makes of its weighted sum.",
)  # fmt: skip
LAYER_NORM = Param(
    id="norm", label="Norm", kind="entry", catalogue="norms", default="none", advanced=True, key="norm",
    sentence="What brings the sums of a layer to one scale before the activation.",
)  # fmt: skip
LAYER_DROPOUT = Param(
    id="dropout", label="Dropout", kind="number", default=0, minimum=0, maximum=0.9, step=0.05,
    choices=(0, 0.1, 0.2, 0.3, 0.5, 0.8), on_change=KEEP, advanced=True, formula="p", key="drop",
    sentence="The chance of every neuron to be left out of a training step.",
)  # fmt: skip
OUTPUT_ACTIVATION = Param(
    id="activation", label="Output activation", kind="entry", catalogue="activations", default=AUTO, choices=(AUTO,),
    on_change=KEEP, advanced=True, key="output",
    sentence="What the output makes of its weighted sum; automatic follows the loss.",
)  # fmt: skip
INITIALIZER = Param(
    id="initializer", label="Start weights", kind="entry", catalogue="initializers", default="tfp_uniform",
    advanced=True, key="init", sentence="Where the weights start.",
)  # fmt: skip
LEARNING_PARAMS = (
    Param(
        id="loss", label="Loss", kind="entry", catalogue="losses", default=AUTO, choices=(AUTO,), key="loss",
        sentence="How wrong the output is, as one number; training makes it smaller.",
    ),
    Param(
        id="optimizer", label="Optimizer", kind="entry", catalogue="optimizers", default="sgd",
        on_change="clear_slots", key="optimizer", sentence="How a gradient becomes a change of the weights.",
    ),
    Param(
        id="penalty", label="Penalty", kind="entry", catalogue="penalties", default="none", on_change=KEEP,
        key="penalty", sentence="A price on large weights, so that the network stays simple.",
    ),
    Param(
        id="schedule", label="Schedule", kind="entry", catalogue="schedules", default="constant", on_change=KEEP,
        advanced=True, key="schedule", sentence="How the learning rate changes while the network learns.",
    ),
    Param(
        id="clipping", label="Gradient clipping", kind="entry", catalogue="clippings", default="none", on_change=KEEP,
        advanced=True, key="clip", sentence="How large the gradient may be, so that one batch can't throw it far off.",
    ),
    Param(
        id="patience", label="Early stopping", kind="integer", default=0, minimum=0, maximum=10_000,
        choices=(0, 1, 2, 3, 5, 10, 20, 50, 100, 200), unit="epochs", on_change=KEEP, advanced=True, key="patience",
        sentence="After how many epochs without a better validation loss training pauses; 0 means never.",
    ),
    Param(
        id="batch_size", label="Batch size", kind="integer", default=10, minimum=1, maximum=5000,
        choices=(1, 2, 3, 5, 8, 10, 15, 20, 25, 30, 50, 100, 250), on_change=KEEP, key="batch",
        sentence="How many samples are averaged for one update of the weights.",
    ),
    Param(
        id="shuffle", label="Shuffle", kind="choice", default=AUTO, choices=(AUTO, "on", "off"), on_change=KEEP,
        advanced=True, key="shuffle",
        sentence="Whether every epoch takes the samples in a new order; automatic follows the data.",
    ),
    Param(
        id="remainder", label="Left-over samples", kind="choice", default=AUTO,
        choices=(AUTO, "carry", "train", "drop"),
        labels=("automatic", "join the next epoch", "make a smaller batch", "are left out"), on_change=KEEP,
        advanced=True, key="remainder",
        sentence="What becomes of the samples at the end of an epoch that do not fill a batch.",
    ),
    Param(
        id="evaluate_in_train_mode", label="Judge in train mode", kind="flag", default=False, on_change=KEEP,
        advanced=True, key="trainmode",
        sentence="A deliberate mistake: dropout and batch norm stay as in training while the network is judged.",
    ),
)  # fmt: skip

# Mistakes to learn from. No page offers them unless a link or a lesson makes one.
MISTAKES = ("data.shuffled_labels", "data.leaked_test", "learning.evaluate_in_train_mode")

# Catalogues whose entries a spec names by their bare id, where they have no parameters of their own.
NEVER_SET = ("activations", "losses", "norms")  # there is no room in a spec for parameters of these
BARE = (*NEVER_SET, "tasks")

DEFAULT_LAYERS = ({"kind": "dense", "units": 4}, {"kind": "dense", "units": 2})
PICTURE_START = {  # what suits pictures; a set of data may begin with other settings (`Dataset.start`)
    "network.layers": [
        {"kind": "conv2d", "channels": 8, "activation": "relu"},
        {"kind": "max_pool2d"},
        {"kind": "conv2d", "channels": 16, "activation": "relu"},
        {"kind": "max_pool2d"},
        {"kind": "flatten"},
    ],
    "network.initializer": "he",
    "learning.optimizer": {"kind": "adam", "learning_rate": 0.003},
    "learning.batch_size": 32,
}

VIEW_PARAMS = (
    Param(id="show_test", label="Show test data", kind="flag", default=False, on_change=VIEW, key="test",
          sentence="Draw the points that the network never learns from."),
    Param(id="discretize", label="Discretize", kind="flag", default=False, on_change=VIEW, key="discretize",
          sentence="Draw only which side of the boundary a place is on, not how surely."),
    Param(id="log_loss", label="Log scale", kind="flag", default=False, on_change=VIEW, key="log",
          sentence="Draw the loss on a logarithmic scale, where small losses can be told apart."),
    Param(id="curves", label="Curves", kind="name", default="", on_change=VIEW, key="curves",
          sentence="Which of the pictures of training is shown; empty shows the first."),
    Param(id="over_time", label="Over time", kind="flag", default=False, on_change=VIEW, key="overtime",
          sentence="Draw how the numbers of every layer changed, not how they are now."),
    Param(id="hidden", label="Hidden controls", kind="names", default=(), on_change=VIEW, key="hide",
          sentence="Controls that this page does not show."),
)  # fmt: skip


def entry_of(slot: Any, param: Param) -> Entry:
    """The catalogue entry that a slot holds."""
    kind = slot["kind"] if isinstance(slot, Mapping) else slot
    return catalogue(param.catalogue)[kind]


def told_setting(param: Param | None, path: str, value: Any) -> tuple[str, str]:
    """A parameter's name and a value of it, for people: ("Learning rate", "0.03"); of an entry its label."""
    label = param.label if param else path.rpartition(".")[2].replace("_", " ").capitalize()
    kind = value.get("kind") if isinstance(value, Mapping) else value
    if param is not None and param.kind == "amounts":
        return label, ", ".join(catalogue(param.catalogue)[name].label.lower() for name in value) or "none"
    if param is not None and param.kind == "sets":
        return label, ", ".join(name.replace("_", " ") for name in value) or "nothing else"
    if param is not None and param.kind == "curated":
        return label, f"{len(value)} {'sample' if len(value) == 1 else 'samples'}"
    if param is not None and param.catalogue and isinstance(kind, str) and kind in catalogue(param.catalogue):
        return label, catalogue(param.catalogue)[kind].label
    if isinstance(kind, bool):
        return label, "on" if kind else "off"
    if isinstance(kind, int | float):
        return label, constant(kind)
    return label, "others" if isinstance(kind, list | tuple) else str(kind)[:40]


def layer_params(entry: Entry) -> tuple[Param, ...]:
    """All that can be set of a layer of this kind."""
    block = (LAYER_ACTIVATION, LAYER_NORM, LAYER_DROPOUT)
    return (*entry.params, *(param for param in block if param.id in entry.parts))


def _names(tree: Mapping[str, Any], allowed: Iterable[str], path: str) -> None:
    allowed = list(allowed)
    for name in tree:
        if name not in allowed:
            where = f"{path}.{name}" if path else str(name)
            raise SpecError(where[:80], f"There is no setting called “{where[:80]}”.")


def _mapping(value: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise SpecError(path, f"“{path or 'The spec'}” must hold named values, not {type(value).__name__}.")
    return value


def normal_tree(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Every value of a tree checked and the tree in its one normal form; SpecError(path, message)."""
    tree = _mapping(tree, "")
    _names(tree, ("version", "seed", "task", "data", "inputs", "network", "learning"), "")
    version = tree.get("version", VERSION)
    if version != VERSION:
        raise SpecError("version", f"This was written by another version ({version!r}); this one reads {VERSION}.")
    network = _mapping(tree.get("network", {}), "network")
    _names(network, ("layers", "output", "initializer"), "network")
    learning = _mapping(tree.get("learning", {}), "learning")
    _names(learning, [param.id for param in LEARNING_PARAMS], "learning")
    output = _mapping(network.get("output", {}), "network.output")
    _names(output, ("activation",), "network.output")
    return {
        "version": VERSION,
        "seed": SEED.validate(tree.get("seed", SEED.default)),
        "task": _normal_entry(TASK, tree.get("task", TASK.default), "task"),
        "data": (data := _normal_entry(DATA, tree.get("data", DATA.default), "data", DATA_PARAMS)),
        "inputs": _normal_inputs(tree.get("inputs", INPUTS.default), data),
        "network": {
            "layers": _normal_layers(network.get("layers", DEFAULT_LAYERS)),
            "output": {
                "activation": _normal_entry(
                    OUTPUT_ACTIVATION, output.get("activation", AUTO), "network.output.activation"
                )
            },
            "initializer": _normal_entry(
                INITIALIZER, network.get("initializer", INITIALIZER.default), "network.initializer"
            ),
        },
        "learning": {
            param.id: _normal_value(param, learning.get(param.id, param.default), f"learning.{param.id}")
            for param in LEARNING_PARAMS
        },
    }


def _normal_value(param: Param, value: Any, path: str) -> Any:
    if param.kind == "amounts":
        return _normal_amounts(param, value, path)
    return _normal_entry(param, value, path) if param.kind == "entry" else param.validate(value, path)


def _normal_amounts(param: Param, value: Any, path: str) -> dict[str, float]:
    """{id: amount} in the catalogue's order, without those that are nothing."""
    entries, given, found = catalogue(param.catalogue), _mapping(value, path), {}
    for name in given:
        entries.find(name, path, param.label)
    for name, entry in entries.items():
        amount = entry.params[0].validate(given.get(name, 0), f"{path}.{name}")
        if amount:
            found[name] = amount
    return found


def _normal_entry(param: Param, value: Any, path: str, common: tuple[Param, ...] = ()) -> Any:
    """A slot in normal form: the bare id where the catalogue is one of `BARE`."""
    if isinstance(value, str) and value in param.choices:
        return value
    given = dict(value) if isinstance(value, Mapping) else {"kind": value}
    kind = given.pop("kind", param.default)
    entry = catalogue(param.catalogue).find(kind, path, param.label)
    declared = (*entry.params, *common)
    _names(given, [inner.id for inner in declared], path)
    values = {
        inner.id: plain(_normal_value(inner, given.get(inner.id, inner.default), f"{path}.{inner.id}"))
        for inner in declared
    }
    return kind if param.catalogue in BARE and not values else {"kind": kind, **values}


def _normal_inputs(value: Any, data: Mapping[str, Any]) -> list[str]:
    """Inputs of the catalogue in its order, then columns of the data's own records."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise SpecError("inputs", "Inputs are given as a list of names.")
    chosen, extras = list(value), []
    if not all(isinstance(name, str) and name in catalogue("inputs") for name in chosen):
        extras = [column.id for column in entry_of(data, DATA).at(data).extras]
    for name in chosen:
        if name not in extras:
            catalogue("inputs").find(name, "inputs", "Input")
    if not chosen:
        raise SpecError("inputs", "A network needs at least one input. Add another one before you take this one away.")
    return [name for name in (*catalogue("inputs"), *extras) if name in chosen]


def _normal_layers(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        raise SpecError("network.layers", "Layers are given as a list.")
    layers = list(value)
    if len(layers) > LIMITS.max_layers:
        raise SpecError(
            "network.layers", f"A network may have at most {LIMITS.max_layers} layers; these are {len(layers)}."
        )
    normal = []
    for index, layer in enumerate(layers):
        path = f"network.layers.{index}"
        layer = _mapping(layer, path)
        entry = catalogue("layers").find(layer.get("kind", "dense"), f"{path}.kind", "Layer")
        params = layer_params(entry)
        _names(layer, ["kind", SOURCES, *(param.id for param in params)], path)
        normal.append(
            {"kind": entry.id}
            | _normal_sources(layer.get(SOURCES), index, entry)
            | {
                param.id: _normal_value(param, layer.get(param.id, param.default), f"{path}.{param.id}")
                for param in params
            }
        )
    return normal


def _normal_sources(value: Any, index: int, entry: Entry) -> dict[str, list[int]]:
    """{"from": …} where the layer does not simply follow the one before it. Numbers are smaller than its own, so that
    no cycle can be written; −1 is the input."""
    if value is None:
        return {}
    path = f"network.layers.{index}.{SOURCES}"
    listed = list(value) if isinstance(value, list | tuple) else [value]
    if not listed or not all(type(source) is int and -1 <= source < index for source in listed):
        raise SpecError(path, f"A layer takes its values from entries before it: numbers from −1 to {index - 1}.")
    if not entry.merges and len(listed) > 1:
        raise SpecError(path, f"{entry.label} takes one input. Add, concatenate and multiply bring several together.")
    if len(listed) > LIMITS.max_sources:
        raise SpecError(path, f"A layer brings at most {LIMITS.max_sources} others together.")
    return {} if listed == [index - 1] else {SOURCES: listed}


def plain(value: Any) -> Any:
    """A copy as JSON would give it back: tuples are lists."""
    return [plain(item) for item in value] if isinstance(value, tuple) else copy.deepcopy(value)
