"""The stepper for any network: PyTorch differentiates it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

from dlcore.lazy import torch
from dlcore.tasks import Coming
from dlcore.training.state import State
from dlcore.training.steppers.flat import FlatStepper


class AutogradStepper(FlatStepper):
    """Gradients by `torch.autograd`, one member after the other."""

    id = "autograd"

    @staticmethod
    def fits(network: object) -> bool:
        """Whether it can compute that network's step: always."""
        return True

    def forward(self, state: State, x: torch.Tensor, coming: Coming) -> None:
        """The forward pass in train mode, recorded by autograd."""
        with torch.inference_mode(False), torch.enable_grad():
            self._take(self._members(state, x, coming))

    def forwards(self, state: State, x: torch.Tensor, coming: Coming) -> Iterator[tuple[str, torch.Tensor]]:
        """See `FlatStepper.forwards`. Each value is kept, so that `backwards` can ask for its gradient."""
        (values, tensors, train), *others = self._members(state, x, coming)
        self._values: dict[str, torch.Tensor] = {}
        passing, sent = self.network.passing(values, tensors, train), None
        while True:
            with torch.inference_mode(False), torch.enable_grad():  # never while somebody else has the word
                try:
                    name, value = passing.send(sent)
                except StopIteration:
                    break
                # Where an activation lets no gradient through, there is still one at what comes out of it.
                sent = None if value.requires_grad else value.detach().requires_grad_()
                self._values[name] = value if sent is None else sent
            yield name, value.detach()
        last = self.network.blocks[-1].address
        with torch.inference_mode(False), torch.enable_grad():
            outputs = (self._values[f"{last}.{part}"].flatten(1) for part in ("pre_activation", "activation"))
            self._take(others, tuple(outputs))

    def _members(self, state: State, x: torch.Tensor, coming: Coming) -> list[tuple[Any, ...]]:
        """(inputs, tensors, train mode) of each member, its parameters being leaves of the graph."""
        parameters, tensors = state.stacked("parameters"), self.tensors(state)
        self._trains = self.train_modes(coming, x.shape[-1])
        with torch.inference_mode(False):
            self._leaves = [
                {name: stacked[member].detach().requires_grad_() for name, stacked in parameters.items()}
                for member in range(self.members)
            ]
        parts = zip(x, tensors, self._leaves, self._trains, strict=True)
        return [(values[:-1].mT, kept | leaves, train) for values, kept, leaves, train in parts]

    def _take(self, members: list[tuple[Any, ...]], *outputs: tuple[torch.Tensor, torch.Tensor]) -> None:
        """What the loss is measured on, of the outputs that are known and of the members that are not yet."""
        with torch.autocast(self.device.partition(":")[0], torch.bfloat16) if self.autocast else nullcontext():
            pairs = [*outputs, *(self.network.forward(x, tensors, train=train) for x, tensors, train in members)]
        self._prediction = torch.stack([pair[not self.criterion.from_logits] for pair in pairs])
        if self.autocast:
            self._prediction = self._prediction.float()  # the loss is added up with all digits

    def loss(self, target: torch.Tensor) -> torch.Tensor:
        """(members, samples) the losses of the last forward pass."""
        return self.criterion.value(self._prediction, target)

    def backward(self, target: torch.Tensor) -> None:
        """∂ mean loss / ∂ parameters into `self.gradient`; zero where nothing leads there."""
        self._differentiate(target, [])

    def backwards(self, target: torch.Tensor) -> Iterator[tuple[str, torch.Tensor | None]]:
        """See `FlatStepper.backwards`. PyTorch computes them in one call; they are told in the order of the
        chain rule."""
        last = f"{self.network.blocks[-1].address}.activation"
        seen = {name: value for name, value in self._values.items() if name != last or not self.criterion.from_logits}
        found = dict(zip(seen, self._differentiate(target, list(seen.values())), strict=True))
        for block in reversed(self.network.blocks):
            name = block.address
            for value in ("output", "activation", "normalized", "pre_activation"):
                if f"{name}.{value}" in found:
                    yield f"{name}.{value}", found[f"{name}.{value}"]
                if value == "normalized":
                    yield from ((f"{name}.norm.{part}", None) for part in block.norm_parameters)
            yield from ((f"{name}.{part}", None) for part in block.parameters)

    def _differentiate(self, target: torch.Tensor, values: list[torch.Tensor]) -> list[torch.Tensor]:
        """Fill `self.gradient`; the gradients at `values` of the graph."""
        leaves = [leaf for member in self._leaves for leaf in member.values()]
        with torch.inference_mode(False), torch.enable_grad():
            loss = self.loss(target).mean(-1).sum()  # no member's loss depends on another's weights
            wanted = [*leaves, *values]
            found = torch.autograd.grad(loss, wanted, allow_unused=True) if loss.requires_grad else [None] * len(wanted)
        for part, gradient in zip(self._parts, found, strict=False):
            if gradient is None:
                part.zero_()
            else:
                part.copy_(gradient)
        pairs = zip(values, found[len(leaves) :], strict=True)
        return [torch.zeros_like(value) if gradient is None else gradient for value, gradient in pairs]

    def moved(self) -> list[dict[str, torch.Tensor]]:
        """See `FlatStepper.moved`."""
        return [train.buffers for train in self._trains]

    def predict(self, state: State, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """See `Stepper.predict`."""
        return self._outputs(state, x, [None] * len(x))
