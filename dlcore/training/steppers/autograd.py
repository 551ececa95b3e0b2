"""The stepper for any network: PyTorch differentiates it."""

from __future__ import annotations

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
        parameters, tensors = state.stacked("parameters"), self.tensors(state)
        self._trains = self.train_modes(coming, x.shape[-1])
        with torch.inference_mode(False), torch.enable_grad():
            self._leaves = [
                {name: stacked[member].detach().requires_grad_() for name, stacked in parameters.items()}
                for member in range(self.members)
            ]
            self._records: list[dict[str, torch.Tensor]] = [{} for _ in self._leaves]
            members = zip(x, tensors, self._leaves, self._records, self._trains, strict=True)
            outputs = [
                self.network.forward(values[:-1].mT, kept | leaves, record, train)
                for values, kept, leaves, record, train in members
            ]
            self._prediction = torch.stack([pair[not self.criterion.from_logits] for pair in outputs])

    def record(self) -> dict[str, torch.Tensor]:
        """See `FlatStepper.record`."""
        return self._records[0]

    def loss(self, target: torch.Tensor) -> torch.Tensor:
        """(members, samples) the losses of the last forward pass."""
        return self.criterion.value(self._prediction, target)

    def backward(self, target: torch.Tensor) -> None:
        """∂ mean loss / ∂ parameters into `self.gradient`; zero where nothing leads there."""
        with torch.inference_mode(False), torch.enable_grad():
            loss = self.loss(target).mean(-1).sum()  # no member's loss depends on another's weights
            if not loss.requires_grad:
                self.gradient.zero_()
                return
            leaves = [leaf for member in self._leaves for leaf in member.values()]
            found = torch.autograd.grad(loss, leaves, allow_unused=True)
        for part, gradient in zip(self._parts, found, strict=True):
            if gradient is None:
                part.zero_()
            else:
                part.copy_(gradient)

    def moved(self) -> list[dict[str, torch.Tensor]]:
        """See `FlatStepper.moved`."""
        return [train.buffers for train in self._trains]

    def predict(self, state: State, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """See `Stepper.predict`."""
        return self._outputs(state, x, [None] * len(x))
