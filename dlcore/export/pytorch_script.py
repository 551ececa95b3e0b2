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

from dlcore.catalogue import catalogue
from dlcore.export.beside import archive, levels_of
from dlcore.export.network_source import NetworkSource
from dlcore.export.source import Needs, expression_source, function_source
from dlcore.export.template import (
    AFTER,
    AUGMENT,
    AUGMENTED,
    BATCHES,
    CLIP,
    DEAD,
    MAIN,
    OPTIMIZER,
    ORDER_FIXED,
    ORDER_SHUFFLED,
    PAIRS,
    PENALTY_AFTER_CLIPPING,
    PENALTY_IN_LOSS,
    RATE,
    RUN,
    RUN_BESIDE,
    SCHEDULE,
    TRAINING,
    WEIGHTS,
)  # fmt: skip
from dlcore.export.words import Words, chosen_entry, words_of
from dlcore.limits import LIMITS
from dlcore.network.shapes import blocks
from dlcore.params import SpecError
from dlcore.spec import RunSpec

LIBRARIES = ("import numpy as np", "import torch", "from torch import nn")
SPLITS = ("train", "validation", "test")
ROWS_A_LINE = 3
FIRST_EPOCHS = 20  # that a script trains whose run has not begun
# Every setting that the script knows what to do with; of others it can only leave out what is not used.
KNOWN = (
    "seed", "task", "inputs", "data", "network.layers", "network.output.activation", "network.initializer",
    "learning.loss", "learning.optimizer", "learning.penalty", "learning.schedule", "learning.clipping",
    "learning.patience", "learning.batch_size", "learning.shuffle", "learning.remainder",
)  # fmt: skip

Arrays = Mapping[str, np.ndarray]
Points = Mapping[str, tuple[np.ndarray, np.ndarray]]


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
    return Script(run.spec, start, points, epochs, taken_at=run.step if here else 0)


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
    the beginning. `beside` holds the arrays of the file that has to lie beside it, by name; {} where there is
    none. SpecError where a setting can't be expressed, or where there are too many numbers.
    """

    def __init__(self, spec: RunSpec, start: Arrays, points: Points, epochs: int = FIRST_EPOCHS, taken_at: int = 0):
        _check(spec, start, points)
        self.spec, self.start, self.points, self.epochs = spec, start, points, epochs
        self.resolved, self.learning = spec.resolved, spec.tree["learning"]
        self.name = f"glassbox_{spec.tree['data']['kind']}"
        self.batch = min(self.learning["batch_size"], len(points["train"][1]))
        self.splits = [split for split in SPLITS if len(points.get(split, ((), ()))[1])]
        self.needs = Needs()
        self.is_beside = self.resolved.pictures or _count(start, points) > LIMITS.max_script_values
        count = len(points["train"][1])
        lone = self.batch == 1 or (self.resolved.remainder == "train" and count % self.batch == 1)
        network = blocks(spec)
        self.network = NetworkSource(network, self.resolved.loss.from_logits, self.needs, lone)
        self.has_modes = self.network.draws or any(block.norm != "none" for block in network)
        self.augment: Mapping[str, float] = spec.tree["data"]["augment"]
        if self.augment and self.resolved.remainder == "carry" and count % self.batch:
            raise SpecError(
                "learning.remainder",
                "The script can't change pictures by chance where left-over samples join the next epoch. Let them make "
                "a smaller batch instead.",
            )
        self.levels = levels_of([x for x, _ in points.values()]) if self.resolved.pictures else 0
        self.words: Words = words_of(spec, taken_at)

    def text(self) -> str:
        """All of it, the long lists of numbers last."""
        parts = self.parts()
        head = f"{self.words.docstring(RUN_BESIDE if self.is_beside else RUN)}\n\n{parts['setup']}"
        order = ("inputs", "network", "training", "points", "start")
        numbers = "# The numbers: coordinates and answer of each point, then the start weights, a row for each neuron."
        if self.is_beside:
            numbers = f"# The numbers, from the file beside this one: {self._told()}, then the start weights."
        texts = [f"{numbers}\n{parts[name]}" if name == "points" else parts[name] for name in order]
        *code, points, start = texts
        return "\n\n\n".join([head, *code, f"{points}\n{start}", MAIN]) + "\n"

    def parts(self) -> dict[str, str]:
        """Its code by part, each with the helpers that it is the first to need; "setup" has what all of them import."""
        makers = {
            "inputs": (self._inputs, self._targets),
            "points": (self._points,),
            "network": (self.network.code,),
            "start": (self._start,),
            "training": (
                self._loss, self._penalty, self._clipping, self._optimizer, self._schedule, self._batches,
                self._augmented, self._training,
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
        if self.resolved.shuffle or self.network.draws or self.augment:
            lines.append(f"SEED = {self.spec.tree['seed']}")
        return "\n".join(lines)

    # -- pieces -----------------------------------------------------------------------------------

    def _inputs(self) -> str:
        if self.resolved.pictures:
            values = f"x / {self.levels}" if self.levels else "x"
            return (
                'def inputs_of(x):\n'
                '    """What the network is given: (pictures, channels, rows, columns), from 0 to 1."""\n'
                f"    return torch.tensor({values}, dtype=torch.float32)"
            )
        rows, beyond = [], 2
        for entry in self.spec.inputs:
            if entry.column is not None:
                rows.append(f"        x[:, {beyond}],  # {entry.label}, standardized")
                beyond += 1
                continue
            name = entry.id
            expression = expression_source(entry.compute, self.needs)
            if expression is None:
                self.needs.definitions[name] = function_source(entry.compute, name, self.needs)
                expression = f"{name}(x)"
            rows.append(f"        {expression.removesuffix('.copy()')},  # {entry.label}")
        return "\n".join(
            [
                "def inputs_of(x):",
                '    """What the network is given of the points x, (points, 2) → (points, inputs)."""',
                "    columns = [",
                *rows,
                "    ]",
                "    return torch.tensor(np.stack(columns, axis=1), dtype=torch.float32)",
            ]
        )

    def _targets(self) -> str:
        if self.resolved.picture:
            return (
                'def targets_of(x):\n    """What the output should be for each picture: the picture itself, in one '
                'row."""\n    return inputs_of(x).flatten(1)'
            )
        says, value = {
            "number": ("the number itself", "y"),
            "sign": ("−1 or +1", "np.where(y > 0, 1.0, -1.0)"),
            "zero_one": ("0 or 1", "y"),
            "one_hot": ("a row with a 1 for its class", f"np.eye({self.resolved.columns})[y.astype(int)]"),
        }[self.resolved.coding]
        column = value if self.resolved.coding == "one_hot" else f"{value}[:, None]"
        return (
            f'def targets_of(y):\n    """What the output should be for each {self._sample}: {says}."""\n'
            f"    return torch.tensor({column}, dtype=torch.float32)"
        )

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

    def _augmented(self) -> str:
        """What changes the training pictures by chance, each way by the catalogue's own function."""
        if not self.augment:
            return ""
        self.needs.imports.add("import zlib")
        functions, lines = [], {False: [], True: []}
        for name, amount in self.augment.items():
            entry = catalogue("augmentations")[name]
            functions.append(function_source(entry.apply, f"{name}_pictures", self.needs))
            lines[entry.restored].append(f'    x = {name}_pictures(x, chance_of("{name}", epoch), {amount!r})')
        reproduced = bool(self.resolved.picture)
        asked, given = ["    y = x.flatten(1)"] * reproduced, "x, y" if reproduced else "x"
        found = [*lines[False], *asked, *lines[True], f"    return {given}"]
        also = ", and what it should answer" if reproduced else ""
        return "\n\n\n".join([*functions, AUGMENTED.format(also=also, changes="\n".join(found))])

    def _training(self) -> str:
        entry = chosen_entry(self.spec, "penalties")
        coupled = self._penalized and entry.gradient is not None
        after = self._penalized and entry.decoupled is not None
        clipped = chosen_entry(self.spec, "clippings").clip is not None
        scheduled = self.learning["schedule"]["kind"] != "constant"
        splits = "".join(f'"{split}": {split.upper()}, ' for split in self.splits).removesuffix(", ")
        slots = f"    slots = [{{name: torch.zeros_like(w) for name in {list(entry.slots)}}} for w in weights]\n"
        return TRAINING.format(
            splits=splits,
            augment=AUGMENT[bool(self.resolved.picture)] if self.augment else "",
            x="now" if self.augment else "x",
            y="asked" if self.augment and self.resolved.picture else "y",
            pair=PAIRS[self.spec.tree["data"]["target"] if self.resolved.pictures else "points"],
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
        )

    # -- numbers ----------------------------------------------------------------------------------

    @property
    def _sample(self) -> str:
        return "picture" if self.resolved.pictures else "point"

    def said(self) -> dict[str, str]:
        """What a notebook says of its numbers: "told", and what a "sample" is called."""
        told = "Each row has the coordinates of a point, and its answer last."
        if self.is_beside:
            told = f"The file beside this notebook holds {self._told()}, and the start weights."
        return {"told": told, "sample": self._sample}

    def _told(self) -> str:
        """What the file beside the script has of each sample."""
        if self.resolved.pictures:
            return "the pictures" if self.resolved.picture else "the pictures and their answers"
        return "coordinates and answer of each point"

    @property
    def beside(self) -> dict[str, np.ndarray]:
        """The arrays of the file beside the script, by name."""
        if not self.is_beside:
            return {}
        found = {}
        for split in self.splits:
            x, y = self.points[split]
            if not self.resolved.pictures:
                found[split] = np.column_stack((x, y))
                continue
            found[split] = np.rint(x * self.levels).astype(np.uint8) if self.levels else x
            if not self.resolved.picture:
                found[f"{split}_answers"] = y
        return found | {f"start.{name}": array for name, array in self.network.state(self.start).items()}

    def _points(self) -> str:
        if self.is_beside:
            lines = [f'FILE = np.load("{self.name}.npz")']
            lines += [f'{split.upper()} = FILE["{split}"]' for split in self.splits]
            if self.resolved.pictures and not self.resolved.picture:
                answers = ", ".join(f'"{split}": FILE["{split}_answers"]' for split in self.splits)
                lines.append(f"ANSWERS = {{{answers}}}")
            return "\n".join(lines)
        tables = {split: _rows(np.column_stack(self.points[split])) for split in self.splits}
        return "\n".join(f"{split.upper()} = np.array([\n{rows}\n])" for split, rows in tables.items())

    def _start(self) -> str:
        if self.is_beside:
            name = 'name.removeprefix("start.")'
            return f'START = {{{name}: FILE[name] for name in FILE.files if name.startswith("start.")}}'
        start = "\n".join(f'    "{name}": {_nested(array)},' for name, array in self.network.state(self.start).items())
        return f"START = {{\n{start}\n}}"


def _values(slot: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in slot.items() if name != "kind"}


def _rows(table: np.ndarray) -> str:
    """Rows of float64, each number with all the digits that it needs."""
    rows = [f"[{', '.join(repr(float(value)) for value in row)}]," for row in table]
    return "\n".join(
        "    " + " ".join(rows[start : start + ROWS_A_LINE]) for start in range(0, len(rows), ROWS_A_LINE)
    )


def _nested(array: np.ndarray) -> str:
    """An array of float32 as nested lists that give the same float32 again."""
    if array.ndim:
        return f"[{', '.join(_nested(row) for row in array)}]"
    return single(np.float32(array))


def single(value: np.float32) -> str:
    """The shortest decimal that, read as float64 and rounded to float32, is that number."""
    text = str(value)
    return text if np.float32(float(text)) == value else repr(float(value))
