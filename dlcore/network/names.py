"""Names: what people call the numbers of a network; `address.py` has what programs call them."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from dlcore.catalogue import catalogue
from dlcore.network.address import Sample, of_sample, parse, parse_at

if TYPE_CHECKING:
    from dlcore.network.shapes import Block
    from dlcore.spec import RunSpec

_LAYER = re.compile(r"^layers\.(\d+)$")
_IN_LAYER = re.compile(r"^layers\.(\d+)\.(.+)$")
_PARTS = {
    "pre_activation": "weighted sum",
    "normalized": "normalized sum",
    "activation": "activation",
    "output": "value after dropout",
    "mask": "dropout factor",
    "weight": "weight",
    "bias": "bias",
    "norm.gain": "gain",
    "norm.shift": "shift",
    "norm.mean": "mean that the norm takes away",
    "norm.variance": "variance that the norm divides by",
    "norm.running_mean": "running mean",
    "norm.running_variance": "running variance",
}
_ROLES = (
    (".penalty_grad", "the penalty’s gradient for", ""),
    (".clipped_grad", "the clipped gradient for", ""),
    (".free_grad", "the gradient, where not frozen, for", ""),
    (".optimizer_update", "the optimizer’s step of", ""),
    (".total_grad", "the whole gradient for", ""),
    (".grad", "the gradient for", ""),
    (".update", "the update of", ""),
    (".decoupled", "the decay of", ""),
    (".next", "", " after the step"),
)


def _of_step(name: str) -> bool:
    return any(name.endswith(end) for end, *_ in _ROLES)


_OTHERS = {
    "step": "the number of updates",
    "epoch": "the number of epochs",
    "learning_rate": "the learning rate",
    "gradient_norm": "the length of the gradient",
    "penalty": "the penalty",
    "total_loss": "the loss with its penalty",
    "batch_loss": "the batch’s loss",
    "sample_loss": "the loss",
    "sample_correct": "the answer, right or wrong",
    "sample_error": "the squared miss",
    "target": "the target",
}


def capital(text: str) -> str:
    """The same as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def small(text: str) -> str:
    """The same within a sentence."""
    return text[:1].lower() + text[1:]


_COLOURS = ("red", "green", "blue")


def _unravel(place: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The indices of number `place` of an array of that shape."""
    found = []
    for extent in reversed(shape):
        place, rest = divmod(place, extent)
        found.append(rest)
    return tuple(reversed(found))


def _places(first: str, indices: tuple[int, ...]) -> str:
    return ", ".join(f"{axis} {index + 1}" for axis, index in zip((first, "row", "column"), indices, strict=False))


def _pixel(shape: tuple[int, ...], indices: tuple[int, ...]) -> str:
    """A place of a picture, or a channel of one: "red, row 3, column 7"; of a grey one "row 3, column 7"."""
    channel, *place = indices
    where = ", ".join(f"{axis} {index + 1}" for axis, index in zip(("row", "column"), place, strict=False))
    if shape[0] == 1 and where:
        return where
    colour = _COLOURS[channel] if shape[0] == 3 else "the picture" if shape[0] == 1 else f"channel {channel + 1}"
    return f"{colour}, {where}" if where else colour


class Names:
    """What people call the numbers of one network: "layer 2, neuron 3" for layers.1…[2]. Indices count from 0
    in addresses and from 1 for people; the one neuron of an output layer is "the output"."""

    def __init__(self, spec: RunSpec, blocks: list[Block]):
        self._spec, self._blocks = spec, blocks
        self._inputs = [entry.label for entry in spec.inputs]
        self._shape = spec.resolved.input_shape
        self._windows: dict[tuple[str, tuple[int, ...]], tuple[int, int]] = {}

    def neuron(self, layer: int, *indices: int) -> str:
        """ "layer 2, neuron 3", "layer 2, channel 3, row 4, column 5", "output “setosa”", "the output"."""
        if layer < len(self._blocks) - 1:
            return f"layer {layer + 1}, {self._place(layer, indices)}"
        resolved = self._spec.resolved
        if resolved.picture:
            shape = self._blocks[layer].output_shape
            place = indices if len(shape) == 3 else _unravel(indices[0], resolved.picture)
            return f"the output, {_pixel(resolved.picture, place)}"
        if resolved.columns == 1:
            return "the output"
        return f"output “{resolved.dataset.classes[indices[0]]}”"

    def layer(self, layer: int) -> str:
        """ "layer 2", "the output layer"."""
        return f"layer {layer + 1}" if layer < len(self._blocks) - 1 else "the output layer"

    def input(self, *indices: int) -> str:
        """What comes in there: "x₁", "red, row 3, column 7"."""
        return _pixel(self._shape, indices) if self._spec.resolved.pictures else self._inputs[indices[0]]

    def source(self, layer: int, *indices: int) -> str:
        """What feeds a layer at that place of its first input: "x₁", "neuron 4" of the one right before it, "channel 2"
        of pictures, or of one further away "layer 1, neuron 4". Where only places change, it is what stood there."""
        before = self._blocks[layer].sources[0]
        found, direct = before, before == layer - 1
        while found >= 0 and len(self._blocks[found].output_shape) == len(indices):
            moved = self._moved(found, indices)
            if moved is None:
                break
            found, indices, direct = self._blocks[found].sources[0], moved, False
        if found < 0:
            return self.input(*indices)
        place = self._place(found, indices)
        return place if direct else f"layer {found + 1}, {place}"

    def _moved(self, layer: int, indices: tuple[int, ...]) -> tuple[int, ...] | None:
        """Where a number stood in the input of a layer that only gives it another place; None of any other layer."""
        block, entry = self._blocks[layer], catalogue("layers")[self._blocks[layer].kind]
        if block.parameters or entry.merges or block.output_shape == block.input_shape:
            return None
        reads = entry.reads(indices, block.shapes_in, **block.values).inputs
        return reads[0][1] if len(reads) == 1 and math.prod(block.input_shape) == block.width else None

    def _place(self, layer: int, indices: tuple[int, ...]) -> str:
        """ "neuron 3", "channel 3, row 4, column 5", "number 3" of a layer that makes a row of pictures."""
        block = self._blocks[layer]
        if len(block.output_shape) == 1:
            what = "number" if len(block.input_shape) == 3 and not block.parameters else "neuron"
            return f"{what} {indices[0] + 1}"
        if len(indices) == 1 and catalogue("norms")[block.norm].across == "neurons":
            indices = _unravel(indices[0], block.output_shape)
        return _places("channel", indices)

    def _drawn(self, layer: int, indices: tuple[int, ...]) -> tuple[int, ...]:
        """The place that a drawn number goes with: where one is for a whole channel, the channel."""
        block, entry = self._blocks[layer], catalogue("layers")[self._blocks[layer].kind]
        shape = block.output_shape if entry.chance is None else entry.chance(block.shapes_in, **block.values).shape
        return indices if shape == block.output_shape else indices[:1]

    def _window(self, layer: int, indices: tuple[int, ...]) -> str:
        """The weight of a window: "the weight red → layer 1, channel 3, row 1, column 2 of the window"."""
        block, part = self._blocks[layer], indices[:2]
        if (block.address, part) not in self._windows:
            entry, size = catalogue("layers")[block.kind], block.parameters["weight"][0]
            middle = (*part, *(axis // 2 for axis in size[2:]))
            found = entry.parameter_feeds("weight", middle, block.shapes_in, **block.values)
            self._windows[block.address, part] = (found[0][1][1][0], found[0][0][0]) if found else part[::-1]
        source, unit = self._windows[block.address, part]
        row, column = indices[2:]
        return (
            f"the weight {self.source(layer, source)} → {self.neuron(layer, unit)}, "
            f"row {row + 1}, column {column + 1} of the window"
        )

    def sample(self, sample: Sample) -> str:
        """ "training sample 4", "test sample 1", "sample 2 of the batch", "the point (1, −2)"; "the batch"."""
        if sample is None:
            return "the batch"
        if isinstance(sample, int):
            return f"training sample {sample + 1}"
        kind, *place = sample
        if kind == "point":
            return "the point ({:.4g}, {:.4g})".format(*place).replace("-", "−")
        return f"sample {place[0] + 1} of the batch" if kind == "batch" else f"{kind} sample {place[0] + 1}"

    def __call__(self, address: str, sample: Sample = None) -> str:
        """The name of a number, beginning with a capital letter."""
        plain, step = parse_at(address)
        name, indices = parse(plain)
        words = self._number(name, indices)
        if sample is not None and (of_sample(name) or name in ("batch_loss", "gradient_norm") or _of_step(name)):
            words = f"{words}, {self.sample(sample)}"
        if step is not None:
            words = f"{words}, step {step:,}"
        return capital(words)

    def _number(self, name: str, indices: tuple[int, ...]) -> str:
        if name.startswith("train."):
            return f"{self._number(name.removeprefix('train.'), indices)} in training"
        if name.startswith(("optimizer.", "penalty.")):
            return self._slot(name, indices)
        for end, before, after in _ROLES:
            if name.endswith(end):
                inner = self._number(name.removesuffix(end), indices)
                return f"{before} {inner}{after}".lstrip()
        if match := _LAYER.match(name):
            return self.neuron(int(match[1]), *indices) if indices else self.layer(int(match[1]))
        match = _IN_LAYER.match(name)
        if not match:
            return self._other(name, indices)
        layer, part = int(match[1]), match[2]
        if part == "weight" and len(indices) == 2:
            unit, index = indices
            return f"the weight {self.source(layer, index)} → {self.neuron(layer, unit)}"
        if part == "weight" and len(indices) == 4:
            return self._window(layer, indices)
        if part == "mask":
            indices = self._drawn(layer, indices)
        words = _PARTS.get(part, part.replace("_", " ").replace(".", " "))
        return f"the {words} of {self.neuron(layer, *indices) if indices else self.layer(layer)}"

    def _slot(self, name: str, indices: tuple[int, ...]) -> str:
        after = name.endswith(".next")
        owner, *rest = name.removesuffix(".next").split(".")
        if len(rest) < 3:
            return "the number of updates" if rest == ["updates"] else name
        kind, slot, *parameter = rest
        entry = catalogue("optimizers" if owner == "optimizer" else "penalties")[kind]
        of = self._number(".".join(parameter), indices)
        return f"{entry.label}’s {slot.replace('_', ' ')} for {of}{' after the step' if after else ''}"

    def _other(self, name: str, indices: tuple[int, ...]) -> str:
        if name == "inputs" and indices:
            if not self._spec.resolved.pictures:
                return f"the input {self.input(*indices)}"
            whole = len(indices) == 1 and self._shape[0] == 1
            return "the input picture" if whole else f"the input: {self.input(*indices)}"
        if name == "x" and len(indices) > 1:
            return f"the picture: {self.input(*indices)}"
        if name == "x" and indices:
            return f"the data’s {self._spec.resolved.dataset.columns[indices[0]].name}"
        if name == "target" and indices and self._spec.resolved.picture:
            return (
                f"the target, {_pixel(self._spec.resolved.picture, _unravel(indices[0], self._spec.resolved.picture))}"
            )
        if name == "target" and len(self._spec.resolved.dataset.classes) > 1 and indices and indices[0]:
            return f"the target for {self.neuron(len(self._blocks) - 1, indices[0])}"
        if name in _OTHERS:
            return _OTHERS[name]
        split, _, metric = name.partition("_")
        words = {"train": "training", "validation": "validation", "test": "test"}
        return f"the {words.get(split, split)} {metric.replace('_', ' ')}".strip()
