"""Names: what people call the numbers of a network; `address.py` has what programs call them."""

from __future__ import annotations

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


class Names:
    """What people call the numbers of one network: "layer 2, neuron 3" for layers.1…[2]. Indices count from 0
    in addresses and from 1 for people; the one neuron of an output layer is "the output"."""

    def __init__(self, spec: RunSpec, blocks: list[Block]):
        self._spec, self._blocks = spec, blocks
        self._inputs = [entry.label for entry in spec.inputs]

    def neuron(self, layer: int, unit: int) -> str:
        """ "layer 2, neuron 3", "output “setosa”", "the output"."""
        if layer < len(self._blocks) - 1:
            return f"layer {layer + 1}, neuron {unit + 1}"
        resolved = self._spec.resolved
        if resolved.columns == 1:
            return "the output"
        return f"output “{resolved.dataset.classes[unit]}”"

    def layer(self, layer: int) -> str:
        """ "layer 2", "the output layer"."""
        return f"layer {layer + 1}" if layer < len(self._blocks) - 1 else "the output layer"

    def source(self, layer: int, index: int) -> str:
        """What feeds input number `index` of a layer: "x₁", or "neuron 4" of the one before."""
        return self._inputs[index] if layer == 0 else f"neuron {index + 1}"

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
            return self.neuron(int(match[1]), indices[0]) if indices else self.layer(int(match[1]))
        match = _IN_LAYER.match(name)
        if not match:
            return self._other(name, indices)
        layer, part = int(match[1]), match[2]
        if part == "weight" and len(indices) == 2:
            unit, index = indices
            return f"the weight {self.source(layer, index)} → {self.neuron(layer, unit)}"
        words = _PARTS.get(part, part.replace("_", " ").replace(".", " "))
        return f"the {words} of {self.neuron(layer, indices[0]) if indices else self.layer(layer)}"

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
            return f"the input {self._inputs[indices[0]]}"
        if name == "x" and indices:
            return f"the data’s {self._spec.resolved.dataset.columns[indices[0]].name}"
        if name == "target" and len(self._spec.resolved.dataset.classes) > 1 and indices and indices[0]:
            return f"the target for {self.neuron(len(self._blocks) - 1, indices[0])}"
        if name in _OTHERS:
            return _OTHERS[name]
        split, _, metric = name.partition("_")
        words = {"train": "training", "validation": "validation", "test": "test"}
        return f"the {words.get(split, split)} {metric.replace('_', ' ')}".strip()
