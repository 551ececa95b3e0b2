"""A run as a PyTorch script: torch and numpy only, to be read from top to bottom.

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
from dlcore.export.source import Needs, expression_source, function_source
from dlcore.export.template import (
    AFTER,
    BATCHES,
    CLIP,
    DEAD,
    DROPOUT,
    MAIN,
    NORM,
    OPTIMIZER,
    ORDER_FIXED,
    ORDER_SHUFFLED,
    PENALTY_AFTER_CLIPPING,
    PENALTY_IN_LOSS,
    RATE,
    RUN,
    SCHEDULE,
    TRAINING,
    WEIGHTS,
)  # fmt: skip
from dlcore.export.words import Words, chosen_entry, words_of
from dlcore.limits import LIMITS
from dlcore.network.shapes import Block, blocks
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
LAYER_SETTINGS = ("units", "activation", "norm", "dropout")

Arrays = Mapping[str, np.ndarray]
Points = Mapping[str, tuple[np.ndarray, np.ndarray]]


def export_run(run: Any) -> tuple[str, str]:
    """(file name, script) of a run; see `script_of`."""
    return f"glassbox_{run.spec.tree['data']['kind']}.py", script_of(run).text()


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
    count = sum(array.size for array in start.values()) + sum(x.size + len(y) for x, y in points.values())
    most = LIMITS.max_script_values
    if count > most:
        raise SpecError(
            "export",
            f"A script holds every point and every weight; these are {count:,} numbers, and at most {most:,} fit. "
            "Take fewer points or neurons.",
        )
    if spec.task.id != "supervised":
        raise SpecError("export", "Only supervised learning can be written as a script so far.")
    for path, param in spec.params().items():
        known = path.rsplit(".", 1)[-1] in LAYER_SETTINGS if path.startswith("network.layers.") else _is_known(path)
        value = spec.get(path)
        chosen = value["kind"] if isinstance(value, Mapping) and isinstance(param.default, str) else value
        if not known and chosen != param.default:
            raise SpecError(path, f"The script can't hold “{param.label}” yet. Set it back to write the script.")
    for block in blocks(spec):
        if block.kind != "dense":
            label = catalogue("layers")[block.kind].label
            raise SpecError("export", f"The script can't hold layers of the kind “{label}” yet.")


def _is_known(path: str) -> bool:
    return any(path == known or path.startswith(f"{known}.") for known in KNOWN)


class Script:
    """The code that trains a spec's network from the weights `start` for so many epochs.

    start: {address: array}, as `run.parameters` and `run.buffers`; points: {"train": (x, y), …}, the
    splits that there are, in own units. `taken_at` is the step after which `start` was taken, 0 for
    the beginning. SpecError where a setting can't be expressed, or where there are more numbers than
    `LIMITS.max_script_values`.
    """

    def __init__(self, spec: RunSpec, start: Arrays, points: Points, epochs: int = FIRST_EPOCHS, taken_at: int = 0):
        _check(spec, start, points)
        self.spec, self.start, self.points, self.epochs = spec, start, points, epochs
        self.resolved, self.learning = spec.resolved, spec.tree["learning"]
        self.blocks: list[Block] = blocks(spec)
        self.batch = min(self.learning["batch_size"], len(points["train"][1]))
        self.splits = [split for split in SPLITS if len(points.get(split, ((), ()))[1])]
        self.has_dropout = any(block.dropout for block in self.blocks)
        self.has_norm = any(block.norm != "none" for block in self.blocks)
        self.needs = Needs()
        self.words: Words = words_of(spec, taken_at)

    def text(self) -> str:
        """All of it, the long lists of numbers last."""
        parts = self.parts()
        head = f"{self.words.docstring(RUN)}\n\n{parts['setup']}"
        order = ("inputs", "network", "training", "points", "start")
        numbers = "# The numbers: coordinates and answer of each point, then the start weights, a row for each neuron."
        texts = [f"{numbers}\n{parts[name]}" if name == "points" else parts[name] for name in order]
        *code, points, start = texts
        return "\n\n\n".join([head, *code, f"{points}\n{start}", MAIN]) + "\n"

    def parts(self) -> dict[str, str]:
        """Its code by part, each with the helpers that it is the first to need; "setup" has what all of them import."""
        makers = {
            "inputs": (self._inputs, self._targets),
            "points": (self._points,),
            "network": (self._norms, self._dropout, self._network),
            "start": (self._start,),
            "training": (
                self._loss, self._penalty, self._clipping, self._optimizer, self._schedule, self._batches,
                self._training,
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
        if self.resolved.shuffle or self.has_dropout:
            lines.append(f"SEED = {self.spec.tree['seed']}")
        return "\n".join(lines)

    # -- pieces -----------------------------------------------------------------------------------

    def _inputs(self) -> str:
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
        says, value = {
            "number": ("the number itself", "y"),
            "sign": ("−1 or +1", "np.where(y > 0, 1.0, -1.0)"),
            "zero_one": ("0 or 1", "y"),
            "one_hot": ("a row with a 1 for its class", f"np.eye({self.resolved.columns})[y.astype(int)]"),
        }[self.resolved.coding]
        column = value if self.resolved.coding == "one_hot" else f"{value}[:, None]"
        return (
            f'def targets_of(y):\n    """What the output should be for each point: {says}."""\n'
            f"    return torch.tensor({column}, dtype=torch.float32)"
        )

    def _norms(self) -> str:
        """One class for each norm that there is, around the catalogue's own function."""
        pieces = []
        for name in dict.fromkeys(block.norm for block in self.blocks if block.norm != "none"):
            block = next(block for block in self.blocks if block.norm == name)
            pieces.append(function_source(catalogue("norms")[name].forward, f"{name}_norm", self.needs))
            learned = [f'        self.{part} = nn.Parameter(torch.full((units,), {start!r}))'
                       for part, (_, start) in block.norm_parameters.items()]  # fmt: skip
            kept = [f'        self.register_buffer("{part}", torch.full((units,), {start!r}))'
                    for part, (_, start) in block.norm_buffers.items()]  # fmt: skip
            parts = "\n".join([*learned, *kept])
            pieces.append(NORM.format(name=f"{name.capitalize()}Norm", function=f"{name}_norm", parts=parts))
        return "\n\n\n".join(pieces)

    def _dropout(self) -> str:
        if not self.has_dropout:
            return ""
        self.needs.imports.add("import zlib")
        return DROPOUT

    def _network(self) -> str:
        made = [f"            nn.Linear({block.input_shape[0]}, {block.output_shape[0]})," for block in self.blocks]
        lines = ["class Network(nn.Module):", "    def __init__(self):", "        super().__init__()"]
        lines += ["        self.layers = nn.ModuleList([", *made, "        ])"]
        for index, block in enumerate(self.blocks):
            if block.norm != "none":
                made = f"{block.norm.capitalize()}Norm({block.output_shape[0]})"
                lines.append(f"        self.layers[{index}].norm = {made}")
        if self.has_dropout:
            lines.append("        self.step = 0  # how many updates were made: every step leaves out other neurons")
        lines += ["", "    def forward(self, a):"]
        for index, block in enumerate(self.blocks):
            last = index == len(self.blocks) - 1
            lines.append(f"        z = self.layers[{index}](a)")
            if block.norm != "none":
                lines.append(f"        z = self.layers[{index}].norm(z)")
            if last and self.resolved.loss.from_logits:
                lines.append(f"        return z  # the loss has the {block.activation} inside")
            else:
                lines.append(f"        {'return' if last else 'a ='} {self._activation(block.activation)}")
            if block.dropout:
                units, rate = block.output_shape[0], block.dropout
                lines.append("        if self.training:")
                lines.append(f"            a = a * dropout_mask(self.step, len(a), {index}, {units}, {rate!r})")
        return "\n".join(lines)

    def _activation(self, name: str) -> str:
        """An activation of z as an expression."""
        if name == "softmax":
            return "torch.softmax(z, -1)"
        forward = catalogue("activations")[name].forward
        expression = expression_source(forward, self.needs)
        if expression is None:
            self.needs.definitions[name] = function_source(forward, name, self.needs)
            return f"{name}(z)"
        return "z" if expression == "z.clone()" else expression

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
        modes = self.has_dropout or self.has_norm
        splits = "".join(f'"{split}": {split.upper()}, ' for split in self.splits).removesuffix(", ")
        slots = f"    slots = [{{name: torch.zeros_like(w) for name in {list(entry.slots)}}} for w in weights]\n"
        return TRAINING.format(
            splits=splits,
            weights=WEIGHTS if self._penalized else "",
            slots=slots if after else "",
            evaluate="            model.eval()\n" if modes else "",
            train="            model.train()\n" if modes else "",
            batches="i, batch in enumerate(batches_of(epoch))" if scheduled else "batch in batches_of(epoch)",
            rate=RATE if scheduled else "",
            penalty=PENALTY_IN_LOSS if coupled and not clipped else "",
            clip="            clip_gradients(model)\n" if clipped else "",
            penalty_after=PENALTY_AFTER_CLIPPING if coupled and clipped else "",
            dead=DEAD if after and "dead" in entry.slots else "",
            before="            before = [w.detach().clone() for w in weights]\n" if after else "",
            after=AFTER if after else "",
            count="            model.step += 1\n" if self.has_dropout else "",
        )

    # -- numbers ----------------------------------------------------------------------------------

    def _points(self) -> str:
        tables = {split: _rows(np.column_stack(self.points[split])) for split in self.splits}
        return "\n".join(f"{split.upper()} = np.array([\n{rows}\n])" for split, rows in tables.items())

    def _start(self) -> str:
        start = "\n".join(f'    "{name}": {_nested(np.asarray(array))},' for name, array in self.start.items())
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
