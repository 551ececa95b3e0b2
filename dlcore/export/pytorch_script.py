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
    DEAD,
    OPTIMIZER,
    ORDER_FIXED,
    ORDER_SHUFFLED,
    TRAINING,
    WEIGHTS,
)
from dlcore.limits import LIMITS
from dlcore.network.shapes import Block, blocks
from dlcore.params import SpecError
from dlcore.spec import RunSpec

LIBRARIES = ("import numpy as np", "import torch", "from torch import nn")
ROWS_A_LINE = 3
FIRST_EPOCHS = 20  # that a script trains whose run has not begun
# Every setting that the script knows what to do with; of others it can only leave out what is not used.
KNOWN = (
    "seed", "task", "inputs", "data", "network.layers", "network.output.activation", "network.initializer",
    "learning.loss", "learning.optimizer", "learning.penalty", "learning.batch_size", "learning.shuffle",
    "learning.remainder",
)  # fmt: skip
LAYER_SETTINGS = ("units", "activation")

Arrays = Mapping[str, np.ndarray]
Points = Mapping[str, tuple[np.ndarray, np.ndarray]]


def export_run(run: Any) -> tuple[str, str]:
    """(file name, script) of a run; SpecError where it can't be written.

    A run to which nothing was done but train it is written from step 0. Where settings or weights
    were changed on the way, the script starts from the weights as they are now.
    """
    here = run.journal.changed
    points = {split: (run.data(split).x, run.data(split).y) for split in ("train", "test")}
    start = run.parameters if here else run.parameters_at_start
    epochs = FIRST_EPOCHS if here else run.epoch or FIRST_EPOCHS
    script = write_script(run.spec, start, points, epochs, taken_at=run.step if here else 0)
    return f"glassbox_{run.spec.tree['data']['kind']}.py", script


def write_script(spec: RunSpec, start: Arrays, points: Points, epochs: int = FIRST_EPOCHS, taken_at: int = 0) -> str:
    """The script that trains a spec's network from the weights `start` for so many epochs.

    start: {address: array}, as `run.parameters`; points: {"train": (x, y), "test": (x, y)} in own
    units. `taken_at` is the step after which `start` was taken, 0 for the beginning. SpecError where
    a setting can't be expressed, or where there are more numbers than `LIMITS.max_script_values`.
    """
    _check(spec, start, points)
    return _Script(spec, start, points, epochs, taken_at).text()


def _check(spec: RunSpec, start: Arrays, points: Points) -> None:
    count = sum(array.size for array in start.values()) + sum(x.size + len(y) for x, y in points.values())
    most = LIMITS.max_script_values
    if count > most:
        raise SpecError(
            "export",
            f"A script holds every point and every weight; these are {count:,} numbers, and at most {most:,} fit. "
            "Take fewer points or neurons.",
        )
    if spec.tree["task"] != "supervised":
        raise SpecError("export", "Only supervised learning can be written as a script so far.")
    for path, param in spec.params().items():
        known = path.rsplit(".", 1)[-1] in LAYER_SETTINGS if path.startswith("network.layers.") else _is_known(path)
        value = spec.get(path)
        chosen = value["kind"] if isinstance(value, Mapping) and "kind" in value else value
        if not known and chosen != param.default:
            raise SpecError(path, f"The script can't hold “{param.label}” yet. Set it back to write the script.")
    for block in blocks(spec):
        if block.kind != "dense":
            label = catalogue("layers")[block.kind].label
            raise SpecError("export", f"The script can't hold layers of the kind “{label}” yet.")


def _is_known(path: str) -> bool:
    return any(path == known or path.startswith(f"{known}.") for known in KNOWN)


class _Script:
    def __init__(self, spec: RunSpec, start: Arrays, points: Points, epochs: int, taken_at: int):
        self.spec, self.start, self.points, self.epochs, self.taken_at = spec, start, points, epochs, taken_at
        self.resolved, self.learning = spec.resolved, spec.tree["learning"]
        self.blocks: list[Block] = blocks(spec)
        self.batch = min(self.learning["batch_size"], len(points["train"][1]))
        self.has_test = len(points["test"][1]) > 0
        self.needs = Needs()

    def text(self) -> str:
        """All of it; the pieces are made first, since they say what has to be imported."""
        pieces = [
            self._inputs(), self._targets(), self._network(), self._loss(), self._penalty(), self._optimizer(),
            self._batches(), self._training(), self._numbers(), 'if __name__ == "__main__":\n    train()',
        ]  # fmt: skip
        own = sorted(self.needs.imports)
        imports = "\n".join([*own, *([""] if own else []), *LIBRARIES])
        head = [f"{self._docstring()}\n\n{imports}\n\n{self._settings()}", *self.needs.definitions.values()]
        return "\n\n\n".join(filter(None, [*head, *pieces])) + "\n"

    # -- words ------------------------------------------------------------------------------------

    def _docstring(self) -> str:
        dataset, inputs = self.resolved.dataset, self.spec.tree["inputs"]
        sizes = [f"{len(inputs)} input{'s' * (len(inputs) > 1)}"]
        sizes += [f"{block.output_shape[0]} {block.activation}" for block in self.blocks]
        optimizer = catalogue("optimizers")[self.learning["optimizer"]["kind"]]
        penalty = catalogue("penalties")[self.learning["penalty"]["kind"]]
        begins = (
            f"It starts from the weights as they were after step {self.taken_at:,}, because settings or weights were\n"
            "changed on the way; here they are step 0, and the optimizer starts with an empty memory."
            if self.taken_at
            else "It starts from the very weights that Glassbox started from."
        )
        lines = [
            f'"""A neural network that learns the data set “{dataset.label}”. Written by Glassbox.',
            "",
            f"Data:      {dataset.sentence}",
            f"Network:   {' → '.join(sizes)}",
            f"Loss:      {self.resolved.loss.label}: {self.resolved.loss.formula}",
            f"Optimizer: {optimizer.label}: {optimizer.formula}",
            *([f"Penalty:   {penalty.label}: {penalty.formula}"] if penalty.id != "none" else []),
            "",
            begins,
            "It takes the samples in the same order too, so it prints the same losses, up to rounding: the same",
            "sums are added up in another order here, and float32 keeps about seven digits.",
            "",
            "To run it:  pip install torch numpy, then start this file with python.",
            '"""',
        ]
        return "\n".join(lines)

    def _settings(self) -> str:
        lines = [f"EPOCHS = {self.epochs}", f"BATCH_SIZE = {self.batch}"]
        if self.resolved.shuffle:
            lines.append(f"SEED = {self.spec.tree['seed']}")
        return "\n".join(lines)

    # -- pieces -----------------------------------------------------------------------------------

    def _inputs(self) -> str:
        rows = []
        for name in self.spec.tree["inputs"]:
            entry = catalogue("inputs")[name]
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

    def _network(self) -> str:
        made = [f"            nn.Linear({block.input_shape[0]}, {block.output_shape[0]})," for block in self.blocks]
        lines = ["class Network(nn.Module):", "    def __init__(self):", "        super().__init__()"]
        lines += ["        self.layers = nn.ModuleList([", *made, "        ])", "", "    def forward(self, a):"]
        for index, block in enumerate(self.blocks):
            last = index == len(self.blocks) - 1
            lines.append(f"        z = self.layers[{index}](a)")
            if last and self.resolved.loss.from_logits:
                lines.append(f"        return z  # the loss has the {block.activation} inside")
            else:
                lines.append(f"        {'return' if last else 'a ='} {self._activation(block.activation)}")
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

    def _penalty(self) -> str:
        slot = self.learning["penalty"]
        entry = catalogue("penalties")[slot["kind"]]
        if not self._penalized:
            return ""
        pieces = [f"PENALTY = {_values(slot)}"]
        if entry.gradient is not None:
            pieces.append(function_source(entry.value, "penalty", self.needs))
        if entry.decoupled is not None:
            pieces.append(function_source(entry.decoupled, "after_the_update", self.needs))
        return "\n\n\n".join(pieces)

    def _optimizer(self) -> str:
        slot = self.learning["optimizer"]
        entry = catalogue("optimizers")[slot["kind"]]
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
        entry = catalogue("penalties")[self.learning["penalty"]["kind"]]
        coupled = self._penalized and entry.gradient is not None
        after = self._penalized and entry.decoupled is not None
        shown = ', f"test_loss {loss(x_test, y_test):.6g}"' if self.has_test else ""
        return TRAINING.format(
            test="    x_test, y_test = inputs_of(TEST[:, :-1]), targets_of(TEST[:, -1])\n" if self.has_test else "",
            weights=WEIGHTS if self._penalized else "",
            slots=f"    slots = [{{name: torch.zeros_like(w) for name in {list(entry.slots)}}} for w in weights]\n"
            if after
            else "",
            penalty="            total = total + sum(penalty(w, PENALTY) for w in weights)\n" if coupled else "",
            dead=DEAD if after and "dead" in entry.slots else "",
            before="            before = [w.detach().clone() for w in weights]\n" if after else "",
            after=AFTER.format(rate=self.learning["optimizer"]["learning_rate"]) if after else "",
            shown=shown,
        )

    # -- numbers ----------------------------------------------------------------------------------

    def _numbers(self) -> str:
        parts = ["# The numbers: coordinates and answer of each point, then the start weights, a row for each neuron."]
        for split, (x, y) in self.points.items():
            if len(y):
                parts.append(f"{split.upper()} = np.array([\n{_rows(np.column_stack([x, y]))}\n])")
        start = "\n".join(f'    "{name}": {_nested(np.asarray(array))},' for name, array in self.start.items())
        parts.append(f"START = {{\n{start}\n}}")
        return "\n".join(parts)


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
