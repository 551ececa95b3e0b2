"""A run as a PyTorch script: torch and numpy only, to be read from top to bottom.

Where pictures, or more numbers than `LIMITS.max_script_values`, belong to it, they lie in a file beside it.

The script starts from the very float32 weights, takes the samples in the very order and computes the
very formulas (the catalogue's own functions, see `dlcore.export.source`), so that it prints the losses
of `run.history`. What may differ is rounding: autograd adds up in another order than the stepper
for dense stacks, which shows in the sixth digit at first, and grows where training is chaotic.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcore.export.beside import archive
from dlcore.export.data_source import SPLITS, DataSource, Points
from dlcore.export.network_source import NetworkSource
from dlcore.export.source import Needs, function_source
from dlcore.export.template import (
    AFTER,
    BATCHES,
    CLIP,
    DEAD,
    FROM_FILE,
    FROZEN,
    HELD,
    MAIN,
    OPTIMIZER,
    ORDER_FIXED,
    ORDER_SHUFFLED,
    PENALTY_AFTER_CLIPPING,
    PENALTY_IN_LOSS,
    RATE,
    RUN,
    RUN_BESIDE,
    SCHEDULE,
    STILL,
    TRAINING,
    WEIGHTS,
)  # fmt: skip
from dlcore.export.words import Words, chosen_entry, words_of
from dlcore.limits import LIMITS
from dlcore.network.address import parameter
from dlcore.network.shapes import blocks
from dlcore.params import SpecError
from dlcore.spec import RunSpec

LIBRARIES = ("import numpy as np", "import torch", "from torch import nn")
FIRST_EPOCHS = 20  # that a script trains whose run has not begun
# Every setting that the script knows what to do with; of others it can only leave out what is not used.
KNOWN = (
    "seed", "task", "inputs", "data", "network.layers", "network.output.activation", "network.initializer",
    "learning.loss", "learning.optimizer", "learning.penalty", "learning.schedule", "learning.clipping",
    "learning.patience", "learning.batch_size", "learning.shuffle", "learning.remainder",
)  # fmt: skip

Arrays = Mapping[str, np.ndarray]


def export_run(run: Any) -> tuple[str, str | bytes]:
    """(file name, script) of a run, or where numbers lie beside it an archive of both; see `script_of`."""
    script = script_of(run)
    return archive(f"{script.name}.py", script.text(), script.beside)


def script_of(run: Any) -> Script:
    """A run as a script; SpecError where it can't be written.

    A run to which nothing was done but train it is written from step 0. Where settings or weights
    were changed on the way, the script starts from the weights as they are now.
    """
    if not len(run.data("train")):
        raise SpecError("data.points", "There are no points yet that a script could learn from. Draw some first.")
    here = run.journal.changed
    beyond = [at for at, entry in enumerate(run.spec.inputs) if entry.column is not None]
    points = {split: _points(run.data(split), beyond) for split in SPLITS}
    start = run.parameters | run.buffers if here else run.parameters_at_start | run.buffers_at_start
    epochs = FIRST_EPOCHS if here else run.epoch or FIRST_EPOCHS
    frozen = {name: np.zeros(shape, bool) for name, shape in run.network.layout.items()}
    for address in run.frozen if here else ():
        name, indices = parameter(run.network.layout, address)
        frozen[name][indices] = True
    return Script(run.spec, start, points, epochs, run.step if here else 0, frozen)


def _points(split: Any, beyond: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """x and y, x with the inputs that are columns beyond the plane."""
    columns = split.inputs[:, beyond].numpy().astype(np.float64)
    return np.column_stack([split.x, columns]) if beyond else split.x, split.y


def _check(spec: RunSpec, start: Arrays, points: Points) -> None:
    count, most = _count(start, points), LIMITS.max_archive_values
    if count > most:
        raise SpecError(
            "export",
            f"A script brings every sample and every weight along; these are {count:,} numbers, and at most {most:,} "
            "fit. Take fewer samples or neurons.",
        )
    if spec.task.id != "supervised":
        raise SpecError("export", "Only supervised learning can be written as a script so far.")
    for path, param in spec.params().items():
        known = any(_within(path, one) for one in KNOWN)
        value = spec.get(path)
        chosen = value["kind"] if isinstance(value, Mapping) and isinstance(param.default, str) else value
        if not known and chosen != param.default:
            raise SpecError(path, f"The script can't hold “{param.label}” yet. Set it back to write the script.")


def _count(start: Arrays, points: Points) -> int:
    return sum(array.size for array in start.values()) + sum(x.size + len(y) for x, y in points.values())


def _within(path: str, other: str) -> bool:
    return path == other or path.startswith(f"{other}.")


class Script:
    """The code that trains a spec's network from the weights `start` for so many epochs.

    start: {address: array}, as `run.parameters` and `run.buffers`; points: {"train": (x, y), …}, the
    splits that there are, in own units. `taken_at` is the step after which `start` was taken, 0 for
    the beginning; `frozen` has masks of what is frozen, by address. `beside` holds the arrays of the file that has to
    lie beside it, by name; {} where there is none. SpecError where a setting can't be expressed, or where there are
    too many numbers.
    """

    def __init__(
        self,
        spec: RunSpec,
        start: Arrays,
        points: Points,
        epochs: int = FIRST_EPOCHS,
        taken_at: int = 0,
        frozen: Arrays | None = None,
    ):
        _check(spec, start, points)
        self._masks = {name: (frozen or {}).get(name, np.zeros(array.shape, bool)) for name, array in start.items()}
        self.has_frozen = any(mask.any() for mask in self._masks.values())
        self.spec, self.start, self.epochs = spec, start, epochs
        self.resolved, self.learning = spec.resolved, spec.tree["learning"]
        self.name = f"glassbox_{spec.tree['data']['kind']}"
        self.needs = Needs()
        self.is_beside = self.resolved.pictures or _count(start, points) > LIMITS.max_script_values
        self.data = DataSource(spec, points, self.needs, f"{self.name}.npz" if self.is_beside else "")
        count = len(points["train"][1])
        self.batch = min(self.learning["batch_size"], count)
        lone = self.batch == 1 or (self.resolved.remainder == "train" and count % self.batch == 1)
        network = blocks(spec)
        self.network = NetworkSource(network, self.resolved.loss.from_logits, self.needs, lone)
        self.has_modes = self.network.draws or any(block.norm != "none" for block in network)
        if self.data.augment and self.resolved.remainder == "carry" and count % self.batch:
            raise SpecError(
                "learning.remainder",
                "The script can't change pictures by chance where left-over samples join the next epoch. Let them make "
                "a smaller batch instead.",
            )
        self.words: Words = words_of(spec, taken_at)

    def text(self) -> str:
        """All of it, the long lists of numbers last."""
        parts = self.parts()
        head = f"{self.words.docstring(RUN_BESIDE if self.is_beside else RUN)}\n\n{parts['setup']}"
        order = ("inputs", "network", "training", "points", "start")
        numbers = "# The numbers: coordinates and answer of each point, then the start weights, a row for each neuron."
        if self.is_beside:
            numbers = f"# The numbers, from the file beside this one: {self.data.told()}, then the start weights."
        texts = [f"{numbers}\n{parts[name]}" if name == "points" else parts[name] for name in order]
        *code, points, start = texts
        return "\n\n\n".join([head, *code, f"{points}\n{start}", MAIN]) + "\n"

    def parts(self) -> dict[str, str]:
        """Its code by part, each with the helpers that it is the first to need; "setup" has what all of them import."""
        makers = {
            "inputs": (self.data.inputs, self.data.targets),
            "points": (self.data.numbers,),
            "network": (self.network.code,),
            "start": (self._start,),
            "training": (
                self._loss, self._penalty, self._clipping, self._optimizer, self._schedule, self._batches,
                self.data.augmented, self._training,
            ),
        }  # fmt: skip
        made = {}
        for part, pieces in makers.items():
            known = len(self.needs.definitions)
            texts = [piece() for piece in pieces]
            made[part] = "\n\n\n".join(filter(None, [*list(self.needs.definitions.values())[known:], *texts]))
        own = sorted(self.needs.imports)
        imports = "\n".join([*own, *([""] if own else []), *LIBRARIES])
        return {"setup": f"{imports}\n\n{self._settings()}", **made}

    def _settings(self) -> str:
        lines = [f"EPOCHS = {self.epochs}", f"BATCH_SIZE = {self.batch}"]
        if self.resolved.shuffle or self.network.draws or self.data.augment:
            lines.append(f"SEED = {self.spec.tree['seed']}")
        return "\n".join(lines)

    # -- pieces -----------------------------------------------------------------------------------

    def _loss(self) -> str:
        return function_source(self.resolved.loss.value, "loss_of_each", self.needs)

    @property
    def _penalized(self) -> bool:
        return self.learning["penalty"]["kind"] != "none"

    def _clipping(self) -> str:
        entry = chosen_entry(self.spec, "clippings")
        if entry.clip is None:
            return ""
        function = function_source(entry.clip, "clip", self.needs)
        return f"CLIPPING = {_values(self.learning['clipping'])}\n\n\n{function}\n\n\n{CLIP}"

    def _schedule(self) -> str:
        slot = self.learning["schedule"]
        if slot["kind"] == "constant":
            return ""
        function = function_source(chosen_entry(self.spec, "schedules").factor, "factor", self.needs)
        rate = self.learning["optimizer"]["learning_rate"]
        return f"SCHEDULE = {_values(slot)}\n\n\n{function}\n\n\n{SCHEDULE.format(rate=rate)}"

    def _penalty(self) -> str:
        slot, entry = self.learning["penalty"], chosen_entry(self.spec, "penalties")
        if not self._penalized:
            return ""
        pieces = [f"PENALTY = {_values(slot)}"]
        if entry.gradient is not None:
            pieces.append(function_source(entry.value, "penalty", self.needs))
        if entry.decoupled is not None:
            pieces.append(function_source(entry.decoupled, "after_the_update", self.needs))
        return "\n\n\n".join(pieces)

    def _optimizer(self) -> str:
        slot, entry = self.learning["optimizer"], chosen_entry(self.spec, "optimizers")
        ready = entry.pytorch(_values(slot)) if entry.pytorch else ""
        if ready:
            return f"def make_optimizer(parameters):\n    return {ready}"
        return OPTIMIZER.format(
            update=function_source(entry.update, "update", self.needs), hyper=_values(slot), slots=list(entry.slots)
        )

    def _batches(self) -> str:
        if self.resolved.shuffle:
            self.needs.imports.add("import zlib")
            order = ORDER_SHUFFLED
        else:
            order = ORDER_FIXED
        return f"{order}\n\n\n{BATCHES[self.resolved.remainder]}"

    def _training(self) -> str:
        entry = chosen_entry(self.spec, "penalties")
        coupled = self._penalized and entry.gradient is not None
        after = self._penalized and entry.decoupled is not None
        clipped = chosen_entry(self.spec, "clippings").clip is not None
        scheduled = self.learning["schedule"]["kind"] != "constant"
        slots = f"    slots = [{{name: torch.zeros_like(w) for name in {list(entry.slots)}}} for w in weights]\n"
        return TRAINING.format(
            **self.data.training(),
            network=self.network.call,
            strict=", strict=False" if self.network.keeps_batches else "",
            weights=WEIGHTS.format(kinds=self.network.weighted) if self._penalized else "",
            slots=slots if after else "",
            evaluate="            model.eval()\n" if self.has_modes else "",
            train="            model.train()\n" if self.has_modes else "",
            batches="i, batch in enumerate(batches_of(epoch))" if scheduled else "batch in batches_of(epoch)",
            rate=RATE if scheduled else "",
            penalty=PENALTY_IN_LOSS if coupled and not clipped else "",
            clip="            clip_gradients(model)\n" if clipped else "",
            penalty_after=PENALTY_AFTER_CLIPPING if coupled and clipped else "",
            dead=DEAD if after and "dead" in entry.slots else "",
            before="            before = [w.detach().clone() for w in weights]\n" if after else "",
            after=AFTER if after else "",
            frozen=FROZEN if self.has_frozen else "",
            still=STILL if self.has_frozen and clipped else "",
            held=HELD if self.has_frozen else "",
        )

    # -- numbers ----------------------------------------------------------------------------------

    @property
    def beside(self) -> dict[str, np.ndarray]:
        """The arrays of the file beside the script, by name."""
        if not self.is_beside:
            return {}
        start = {f"start.{name}": array for name, array in self.network.state(self.start).items()}
        frozen = {f"frozen.{name}": places for name, places in self._frozen().items()}
        return self.data.arrays() | start | frozen

    def _frozen(self) -> dict[str, np.ndarray]:
        """The places in each tensor, read row by row, of what is frozen."""
        masks = self.network.state(self._masks)
        return {name: np.flatnonzero(mask) for name, mask in masks.items() if mask.any()}

    def _start(self) -> str:
        if self.is_beside:
            parts = ("start", "frozen") if self.has_frozen else ("start",)
            return "\n".join(FROM_FILE.format(name=part.upper(), part=part) for part in parts)
        start = "\n".join(f'    "{name}": {_nested(array)},' for name, array in self.network.state(self.start).items())
        places = "\n".join(f'    "{name}": {array.tolist()},' for name, array in self._frozen().items())
        frozen = "\n# What is frozen: places in each tensor, read row by row.\nFROZEN = {\n" + places + "\n}"
        return f"START = {{\n{start}\n}}" + (frozen if self.has_frozen else "")


def _values(slot: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in slot.items() if name != "kind"}


def _nested(array: np.ndarray) -> str:
    """An array of float32 as nested lists that give the same float32 again."""
    if array.ndim:
        return f"[{', '.join(_nested(row) for row in array)}]"
    return single(np.float32(array))


def single(value: np.float32) -> str:
    """The shortest decimal that, read as float64 and rounded to float32, is that number."""
    text = str(value)
    return text if np.float32(float(text)) == value else repr(float(value))
