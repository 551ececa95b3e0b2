"""The stepper for any network: PyTorch differentiates it."""

from __future__ import annotations

from dlcore.lazy import torch
from dlcore.tasks import Coming
from dlcore.training.state import State
from dlcore.training.steppers.flat import FlatStepper


class AutogradStepper(FlatStepper):
    """Gradients by `torch.autograd`."""

    id = "autograd"

    @staticmethod
    def fits(network: object) -> bool:
        """Whether it can compute that network's step: always."""
        return True

    def forward(self, state: State, x: torch.Tensor, coming: Coming, record: dict | None = None) -> None:
        """The forward pass in train mode, recorded by autograd."""
        self._leaves = {name: view.detach().requires_grad_() for name, view in state.group("parameters").items()}
        tensors = {**self._leaves, **{name: state[name] for name in self.network.buffers}}
        train = self.train_mode(coming, x.shape[0])
        pre_activation, activation = self.network.forward(x, tensors, record, train)
        self.moved = train.buffers
        self._prediction = pre_activation if self.criterion.from_logits else activation

    def loss(self, target: torch.Tensor) -> torch.Tensor:
        """(samples,) the losses of the last forward pass."""
        return self.criterion.value(self._prediction, target)

    def backward(self, state: State, target: torch.Tensor) -> None:
        """∂ mean loss / ∂ parameters into `self.gradient`; zero where nothing leads there."""
        loss = self.loss(target).mean()
        if not loss.requires_grad:
            self.gradient.zero_()
            return
        found = torch.autograd.grad(loss, list(self._leaves.values()), allow_unused=True)
        parts = [
            torch.zeros_like(leaf) if gradient is None else gradient
            for leaf, gradient in zip(self._leaves.values(), found, strict=True)
        ]
        torch.cat([part.reshape(-1) for part in parts], out=self.gradient)
