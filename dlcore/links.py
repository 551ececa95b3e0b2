"""Links: a spec and a view as a short text behind our address, ours or TensorFlow Playground's.

    v=1&data=spiral&noise=10&inputs=x1,x2&layers=8,8:relu&rate=0.03&seed=5&test=1

Only what differs from the default is written, but for data, inputs, layers and seed, which make
a link readable. Reading is lenient: a value that is not allowed gives its default and a note.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any
from urllib.parse import quote

from dlcore import tables
from dlcore.catalogue import catalogue
from dlcore.drawn import decode, encode
from dlcore.limits import LIMITS
from dlcore.link_text import attempt, note, pairs_of, read_weights
from dlcore.params import Param, SpecError
from dlcore.schema import LAYER_ACTIVATION, SOURCES, VIEW_PARAMS, layer_params, plain
from dlcore.spec import RunSpec, ViewSpec
from dlcore.tfp_links import TFP_KEYS, read_tfp

CHANGED = (
    "This network was changed while it learned, on the way to where the link was made. "
    "Here it starts at step 0 with its settings as they stood then."
)
LEFT_OUT = (
    "The link leaves out the given start weights; who opens it starts with {default} instead."
)
NO_VALUES = "The link says that start weights are given, but a link holds none. The default was taken instead."
TOO_MANY = "The link holds the first {kept} of the {all:,} drawn points; the others are left out."
TOO_MANY_CURATED = "The link holds {kept} of the {all:,} changes of single training samples; the others are left out."
WEIGHTS = "weights"
TOO_MANY_WEIGHTS = (
    "So many weights do not fit into a link, which has at most {most:,} characters. Save the network as a file instead."
)
NO_FILE = "The link leaves out the file with the data; who opens it has to load the same file."
# What a link says of an own file; the last of them were drawn on the table.
OF_A_FILE = ("data", "file", "horizontal", "vertical", "label", "points")
ALWAYS = ("data", "inputs", "seed")  # and the layers: what makes a link readable


def write_link(
    spec: RunSpec, view: ViewSpec | None = None, changed: bool = False, weights: str = ""
) -> str:
    """The text behind “#” of a link that opens this spec and view at step 0; with `weights`, as
    `dlcore.link_text.write_weights` wrote them, the network starts from these. SpecError where they are too many."""
    found = {"v": "1", "data": "", "inputs": "", "layers": _write_layers(spec.get("network.layers")), "seed": ""}
    for path, param in spec.params().items():
        if path.startswith("network.layers") or param.kind == "values":
            continue
        value = spec.get(path)
        if isinstance(value, Mapping) and param.kind == "entry":
            if _is_given(value):
                continue
            value = value["kind"]
        if path in ALWAYS or value != plain(param.default):
            found[_key(path, param)] = _written(param, value)
    for param in VIEW_PARAMS:
        value = getattr(view or ViewSpec(), param.id)
        if value != param.default:
            found[param.key] = _text(value)
    if changed:
        found["changed"] = "1"
    if weights:
        found[WEIGHTS] = weights
    text = "&".join(f"{key}={quote(value, safe=',:.;-_=')}" for key, value in found.items())
    if weights and len(text) > LIMITS.max_link_characters:
        raise SpecError("weights", TOO_MANY_WEIGHTS.format(most=LIMITS.max_link_characters))
    return text


def left_out(spec: RunSpec, weights: bool = False) -> list[str]:
    """Whole sentences on what of this spec a link does not hold, which may be one with `weights`."""
    found = []
    if spec.file and not tables.is_common(spec.file):
        found.append(NO_FILE)
    if len(spec.points) > LIMITS.max_link_points:
        found.append(TOO_MANY.format(kept=LIMITS.max_link_points, all=len(spec.points)))
    if (count := len(spec.tree["data"]["curated"])) > LIMITS.max_link_curated:
        found.append(TOO_MANY_CURATED.format(kept=LIMITS.max_link_curated, all=count))
    if weights or not _is_given(spec.tree["network"]["initializer"]):
        return found
    default = catalogue("initializers")[spec.params()["network.initializer"].default]
    return [*found, LEFT_OUT.format(default=default.label.lower())]


def _is_given(slot: Mapping[str, Any]) -> bool:
    """Whether an entry's numbers are spelled out: no link holds them, and without them it means nothing."""
    return slot["kind"] == "given" and "values" in slot


def read_link(text: str, files: Container[str] | None = None) -> tuple[RunSpec, ViewSpec, list[str]]:
    """Spec, view and notes of any link: whole address, “#…” or bare. Never raises for its content.

    `files`: the keys of the own files that it may name; without it, all that this process remembers.
    """
    pairs, notes = pairs_of(text)
    if "v" not in pairs and any(name in TFP_KEYS or name.endswith("_hide") for name in pairs):
        spec, view, more = read_tfp(pairs)
        return spec, view, [*notes, *more]
    version = pairs.pop("v", "1")
    if version != "1":
        notes.append(f"This link was written by another version ({version[:20]}); what could be read of it is here.")
    if pairs.pop("changed", "") not in ("", "0"):
        notes.append(CHANGED)
    view = ViewSpec()
    for param in VIEW_PARAMS:
        if param.key in pairs:
            given = pairs.pop(param.key)
            value = [name for name in given.split(",") if name] if param.kind == "names" else given
            try:
                view = view.with_(**{param.id: value})
            except SpecError as error:
                notes.append(note(param.key, given, error))
    if _awaits(pairs, files):
        notes.append(tables.UNKNOWN)
        pairs = {key: value for key, value in pairs.items() if key not in OF_A_FILE}
    return _read_spec(pairs, notes), view, notes


def awaited_table(text: str, files: Container[str]) -> dict[str, Any] | None:
    """The data that a link speaks of, where they are from an own file that is none of `files`; else None."""
    pairs, _ = pairs_of(text)
    if not _awaits(pairs, files):
        return None
    data = {"kind": pairs["data"]} | {key: pairs[key] for key in OF_A_FILE[1:-1] if key in pairs}
    try:
        return {**data, "points": decode(pairs.get("points", ""))}
    except SpecError:
        return data


def _awaits(pairs: Mapping[str, str], files: Container[str] | None) -> bool:
    """Whether a link's data are from an own file that is not here."""
    key = pairs.get("file")
    kind = catalogue("datasets").get(pairs.get("data"))
    if kind is None or kind.param("file") is None or key is None:
        return False
    if kind.param("file").default == key:  # every copy of this program has its example
        return False
    return not tables.knows(key) or (files is not None and key not in files)


def _read_spec(pairs: dict[str, str], notes: list[str]) -> RunSpec:
    spec, weights = RunSpec.default(), pairs.pop(WEIGHTS, None)
    # slots come first, since what else there is to set depends on them
    slots = [path for path, one in spec.params().items() if one.kind == "entry" and isinstance(spec.get(path), Mapping)]
    for path in slots:
        key = _key(path, spec.params()[path])
        if path == "network.initializer" and pairs.get(key) == "given":
            notes.append(NO_VALUES)
            del pairs[key]
        if key in pairs:
            # a link without layers, written by hand, gets a network that suits its data
            spec = attempt(spec, {path: pairs[key]}, key, pairs.pop(key), notes, begin="layers" not in pairs)
    if "layers" in pairs:
        given = pairs.pop("layers")
        try:
            spec = spec.with_(**{"network.layers": _read_layers(given)})
        except SpecError as error:
            notes.append(note("layers", given, error))
    inputs, task = pairs.pop("inputs", None), _read_task(pairs)
    by_key = {_key(path, param): (path, param) for path, param in spec.params().items()}
    for key in pairs:
        if key not in by_key:
            notes.append(f"The link says “{key[:40]}”, which is not known here; it was left out.")
    # in the order they are declared, so that what needs another setting finds it set
    for key, (path, param) in by_key.items():
        if key in pairs:
            try:
                spec = attempt(spec, {path: _typed(param, pairs[key])}, key, pairs[key], notes)
            except SpecError as error:
                notes.append(note(key, pairs[key], error))
    if inputs is not None:  # may be columns of the data, which are known by now
        spec = _read_inputs(spec, inputs, notes)
    if task:  # needs everything else as it is
        spec = attempt(spec, {"task": task}, "task", str(task["kind"]), notes)
    return spec if weights is None else _read_weights(spec, weights, notes)


def _read_task(pairs: dict[str, str]) -> dict[str, str]:
    """The task that a link names, with its own parameters, which are taken out; {} where it names none."""
    task = {key.removeprefix("task."): pairs.pop(key) for key in list(pairs) if key.startswith("task.")}
    return {"kind": pairs.pop("task"), **task} if "task" in pairs else {}


def _read_weights(spec: RunSpec, given: str, notes: list[str]) -> RunSpec:
    """The spec with these start weights; last, because they have to fit the layers."""
    try:
        values = {address: array.tolist() for address, array in read_weights(given).items()}
        return spec.with_(**{"network.initializer": {"kind": "given", "values": values}})
    except SpecError as error:
        notes.append(f"The link's weights could not be used: {error.message} The network starts with others.")
        return spec


def _read_inputs(spec: RunSpec, given: str, notes: list[str]) -> RunSpec:
    names = [name for name in given.split(",") if name]
    there = (*catalogue("inputs"), *(column.id for column in spec.resolved.dataset.extras))
    known = [name for name in names if name in there]
    for name in names:
        if name not in known:
            notes.append(f"The link has an input “{name[:40]}”, which is not known here; it was left out.")
    return attempt(spec, {"inputs": known}, "inputs", given, notes)


def _key(path: str, param: Param) -> str:
    """Declared keys are short; an entry's own parameter is called by its id (`noise`, `rate`, `beta1`)."""
    if param.key:
        return param.key
    section, _, name = path.rpartition(".")
    if section == "task":  # its parameters may be called as those of the data
        return path
    if name == "rate" and section.endswith("penalty"):
        return "penalty.rate"
    return {"learning_rate": "rate"}.get(name, name)


def _typed(param: Param, given: str) -> Any:
    if param.kind == "points":
        return decode(given)
    if param.kind == "sets":
        return [name for name in given.split(",") if name]
    if param.kind == "curated":
        return [_curated(part) for part in given.split(",") if part]
    if param.kind == "amounts":
        return dict(part.partition(":")[::2] for part in given.split(",") if part)
    return None if param.optional and given in ("", "none") else given


def _written(param: Param, value: Any) -> str:
    if param.kind == "curated":
        return ",".join("{1}:{2}:{0}".format(*each).rstrip(":") for each in value[: LIMITS.max_link_curated])
    return encode(value[: LIMITS.max_link_points]) if param.kind == "points" else _text(value)


def _curated(text: str) -> list[Any]:
    """[edition, place, class] of "place:class" or "place:class:edition"."""
    place, _, rest = text.partition(":")
    answer, _, edition = rest.partition(":")
    return [edition, _whole(place), _whole(answer)]


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ",".join(f"{name}:{_text(each)}" for name, each in value.items())
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, list | tuple):
        return ",".join(str(item) for item in value)
    return "none" if value is None else str(value)


def _write_layers(layers: list[dict[str, Any]]) -> str:
    """8,8:relu;drop=0.2 — units of a dense layer, its activation where it is not tanh, and what else is not
    the default as name=value; other layers as kind;name=value."""
    return ",".join(_write_layer(layer) for layer in layers)


def _write_layer(layer: Mapping[str, Any]) -> str:
    head, told = layer["kind"], {"kind"}
    if head == "dense":
        activation = layer["activation"]
        head = f"{layer['units']}" + (f":{activation}" if activation != LAYER_ACTIVATION.default else "")
        told = {"kind", "units", "activation"}
    declared = layer_params(catalogue("layers")[layer["kind"]])
    sources = [f"{SOURCES}={'.'.join(map(str, layer[SOURCES]))}"] if SOURCES in layer else []
    rest = [param for param in declared if param.id not in told and layer[param.id] != param.default]
    return ";".join([head, *sources, *(f"{param.key or param.id}={_text(layer[param.id])}" for param in rest)])


def _read_layers(text: str) -> list[dict[str, Any]]:
    layers = []
    for part in (part for part in text.split(",") if part):
        head, *settings = part.split(";")
        layer = {"kind": head}
        if head[:1].isdigit():
            units, _, activation = head.partition(":")
            layer = {"kind": "dense", "units": units} | ({"activation": activation} if activation else {})
        entry = catalogue("layers").get(layer["kind"])
        names = {param.key: param.id for param in layer_params(entry) if param.key} if entry else {}
        given = dict(setting.partition("=")[::2] for setting in settings)
        if SOURCES in given:
            layer[SOURCES] = [_whole(source) for source in given.pop(SOURCES).split(".")]
        layers.append(layer | {names.get(name, name): value for name, value in given.items()})
    return layers


def _whole(text: str) -> Any:
    """A whole number, or the text, which the spec then refuses in a sentence."""
    return int(text) if text.removeprefix("-").isdigit() and len(text) < 6 else text
