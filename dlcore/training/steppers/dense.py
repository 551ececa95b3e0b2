"""The stepper for stacks of dense blocks, with back-propagation written out.

    z = x·Wᵀ + b            a = f(z)                      forward, block by block
    δ = ∂L/∂a ∘ f′(z)                                     at the output
    ∂L/∂W = δᵀ·x            ∂L/∂b = Σ δ                   x is the block's input
    δ before = (δ·W) ∘ f′(z before)                       back to the block before

Eager autograd spends nearly all of a small step on bookkeeping; this has none, and writes every
result into a buffer that is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from dlcore.catalogue import catalogue
from dlcore.lazy import torch
from dlcore.network.build import SOFTMAX, Network
from dlcore.params import Entry
from dlcore.spec import RunSpec
from dlcore.tasks import Coming
from dlcore.training.state import State
from dlcore.training.steppers.flat import FlatStepper


@dataclass
class _Room:
    """One block's buffers for one batch length: each (samples, units), and the view δᵀ."""

    pre_activation: torch.Tensor
    activation: torch.Tensor
    derivative: torch.Tensor
    delta: torch.Tensor
    delta_transposed: torch.Tensor


@dataclass
class _Views:
    """One block's views of a State's parameters, and of the gradient."""

    weight: torch.Tensor
    weight_transposed: torch.Tensor
    bias: torch.Tensor
    weight_gradient: torch.Tensor
    bias_gradient: torch.Tensor


class DenseStepper(FlatStepper):
    """Gradients by the formulas of the module."""

    id = "dense"

    def __init__(self, spec: RunSpec, network: Network):
        super().__init__(spec, network)
        self._addresses = [block.address for block in network.blocks]
        self._activations: list[Entry | None] = [
            None if block.activation == SOFTMAX else catalogue("activations")[block.activation]
            for block in network.blocks
        ]
        self._gradients = self.parts(self.gradient)
        self._rooms: dict[int, list[_Room]] = {}
        self._counts: dict[int, torch.Tensor] = {}
        self._viewed: State | None = None
        self._views: list[_Views] = []

    @staticmethod
    def fits(network: Network) -> bool:
        """Whether every block is dense, without norm and dropout, and softmax, which couples units, only at
        the end before its loss."""
        return (
            network.is_dense_stack
            and network.is_plain
            and (network.blocks[-1].activation != SOFTMAX or network.spec.resolved.loss.from_logits)
        )

    def forward(self, state: State, x: torch.Tensor, coming: Coming, record: dict | None = None) -> None:
        """z = x·Wᵀ + b and a = f(z), block by block."""
        self._x, self._room = x, self._rooms_for(x.shape[0])
        if self._viewed is not state:
            self._view(state)
        values = x
        for views, activation, room in zip(self._views, self._activations, self._room, strict=True):
            torch.addmm(views.bias, values, views.weight_transposed, out=room.pre_activation)
            if activation is None:
                torch.softmax(room.pre_activation, -1, out=room.activation)
            else:
                activation.forward(room.pre_activation, out=room.activation)
            values = room.activation
        if record is not None:
            for address, room in zip(self._addresses, self._room, strict=True):
                record[f"{address}.pre_activation"] = room.pre_activation
                record[f"{address}.activation"] = room.activation

    def loss(self, target: torch.Tensor) -> torch.Tensor:
        """(samples,) the losses of the last forward pass."""
        return self.criterion.value(self._prediction(), target)

    def backward(self, state: State, target: torch.Tensor) -> None:
        """δ at the output, then block by block backwards, each leaving its ∂W and ∂b in the gradient."""
        last = self._room[-1]
        self.criterion.derivative(self._prediction(), target, out=last.delta)
        last.delta.div_(self._counts[target.shape[0]])  # the mean over the batch
        if not self.criterion.from_logits:
            self._times_derivative(len(self._room) - 1)
        for index in range(len(self._room) - 1, -1, -1):
            views, room = self._views[index], self._room[index]
            before = self._room[index - 1].activation if index else self._x
            torch.mm(room.delta_transposed, before, out=views.weight_gradient)
            torch.sum(room.delta, 0, out=views.bias_gradient)
            if index:
                torch.mm(room.delta, views.weight, out=self._room[index - 1].delta)
                self._times_derivative(index - 1)

    def _times_derivative(self, index: int) -> None:
        """δ ← δ ∘ f′(z)"""
        room, activation = self._room[index], self._activations[index]
        activation.derivative(room.pre_activation, room.activation, out=room.derivative)
        room.delta.mul_(room.derivative)

    def _prediction(self) -> torch.Tensor:
        last = self._room[-1]
        return last.pre_activation if self.criterion.from_logits else last.activation

    def _view(self, state: State) -> None:
        """Make the views, once for each State, since it is only ever written in place: each costs a microsecond."""
        self._viewed, self._views = state, []
        for address in self._addresses:
            weight, bias = state[f"{address}.weight"], state[f"{address}.bias"]
            gradients = self._gradients[f"{address}.weight"], self._gradients[f"{address}.bias"]
            self._views.append(_Views(weight, weight.t(), bias, *gradients))

    def _rooms_for(self, samples: int) -> list[_Room]:
        if samples not in self._rooms:
            if len(self._rooms) > 8:  # batch sizes that were tried and left again
                self._rooms.clear()
            self._counts[samples] = torch.tensor(float(samples))  # a Python number would be converted at each step
            self._rooms[samples] = []
            for block in self.network.blocks:
                buffers = [torch.empty(samples, block.output_shape[0]) for _ in range(4)]
                self._rooms[samples].append(_Room(*buffers, buffers[-1].t()))
        return self._rooms[samples]
