"""The stepper for stacks of dense blocks, with back-propagation written out.

    z = [W b]·[x; 1]         a = f(z)                     forward, block by block
    δ = ∂L/∂a ∘ f′(z) / n                                 at the output, n samples
    [∂L/∂W ∂L/∂b] = δ·[x; 1]ᵀ                             x is the block's input
    δ before = (Wᵀ·δ) ∘ f′(z before)                      back to the block before
    with dropout a block's output is a ∘ m, and δ before is multiplied by m too

A column is a sample. Weights and biases are one matrix and every input ends with a 1, so that a
bias costs no operation of its own. There is a leading axis of K networks, whose products are
computed together. Eager autograd spends nearly all of a small step on bookkeeping; this has none,
and writes every result into a buffer that is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
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
class _Forward:
    """One block's values for one batch length, (K, units, samples). `output` is the activation itself, or
    with dropout what is left of it; `extended` is the output with a last row of ones."""

    pre_activation: torch.Tensor
    activation: torch.Tensor
    output: torch.Tensor
    extended: torch.Tensor


@dataclass
class _Backward:
    """One block's δ and f′, (K, units, samples), and the view δᵀ."""

    delta: torch.Tensor
    delta_transposed: torch.Tensor
    derivative: torch.Tensor


@dataclass
class _Matrices:
    """One block's views of the parameters and of the gradient: [W b] is (K, units, inputs + 1); both
    gradients lie turned round as the State has them, (K, inputs + 1, units)."""

    weight_and_bias: torch.Tensor
    weight_transposed: torch.Tensor
    gradient_transposed: torch.Tensor


class DenseStepper(FlatStepper):
    """Gradients by the formulas of the module."""

    id = "dense"

    def __init__(self, specs: list[RunSpec], network: Network, device: str = "cpu", autocast: bool = False):
        super().__init__(specs, network, device, autocast)
        self._blocks = network.blocks[network.flat :]
        self._activations: list[Entry | None] = [
            None if block.activation == SOFTMAX else catalogue("activations")[block.activation]
            for block in self._blocks
        ]
        self._drops = {index: block.address for index, block in enumerate(self._blocks) if block.dropout}
        self._forwards: dict[int, list[_Forward]] = {}
        self._backwards: dict[int, list[_Backward]] = {}
        self._counts: dict[int, torch.Tensor] = {}

    @staticmethod
    def fits(network: Network) -> bool:
        """Whether every block is dense without a norm, and softmax, which couples units, only at the end
        before its loss."""
        return (
            network.is_dense_stack
            and all(block.norm == "none" for block in network.blocks)
            and (network.blocks[-1].activation != SOFTMAX or network.spec.resolved.loss.from_logits)
        )

    def forward(self, state: State, x: torch.Tensor, coming: Coming) -> None:
        """See `FlatStepper.forward`."""
        self._pass(state, x, self._dropped(coming.step, x.shape[-1]) if self._drops else {})

    def _dropped(self, step: int, samples: int) -> dict[int, torch.Tensor]:
        """The dropout masks (K, units, samples) by the index of their block."""
        masks = self.masks(step, samples)
        stacked = {index: torch.stack([each[address].T for each in masks]) for index, address in self._drops.items()}
        return {index: mask.to(self.device) for index, mask in stacked.items()}

    def _pass(self, state: State, x: torch.Tensor, masks: dict[int, torch.Tensor]) -> None:
        """z = [W b]·[x; 1] and a = f(z), block by block; the output's a only if the loss is measured on it.

        `masks` are those of dropout; none in eval mode.
        """
        self.bind(state)
        self._x, self._masks, values = x, masks, x
        self._rooms = self._forwards.get(x.shape[-1]) or self._make_forwards(x.shape[-1])
        last = self._rooms[-1]
        parts = zip(self._matrices, self._activations, self._rooms, strict=True)
        for index, (matrices, activation, room) in enumerate(parts):
            torch.bmm(matrices.weight_and_bias, values, out=room.pre_activation)
            if room is not last or not self.criterion.from_logits:
                activation.forward(room.pre_activation, out=room.activation)
            if index in masks:
                torch.mul(room.activation, masks[index], out=room.output)
            elif index in self._drops:
                room.output.copy_(room.activation)
            values = room.extended
        self._prediction = (last.pre_activation if self.criterion.from_logits else last.activation).mT

    def forwards(self, state: State, x: torch.Tensor, coming: Coming) -> Iterator[tuple[str, torch.Tensor]]:
        """See `FlatStepper.forwards`. The very calls of `_pass`, which has no pauses: they would cost."""
        self.bind(state)
        self._masks = self._dropped(coming.step, x.shape[-1]) if self._drops else {}
        self._x, values = x, x
        self._rooms = self._forwards.get(x.shape[-1]) or self._make_forwards(x.shape[-1])
        last = self._rooms[-1]
        if self.network.flat:
            yield self._flattened(x[:, :-1])
        parts = zip(self._matrices, self._activations, self._rooms, strict=True)
        for index, (matrices, activation, room) in enumerate(parts):
            torch.bmm(matrices.weight_and_bias, values, out=room.pre_activation)
            yield self._named(index, "pre_activation", room.pre_activation)
            if room is last and self.criterion.from_logits:
                self._activate_output()
            else:
                activation.forward(room.pre_activation, out=room.activation)
            yield self._named(index, "activation", room.activation)
            if index in self._drops:
                torch.mul(room.activation, self._masks[index], out=room.output)
                yield self._named(index, "output", room.output)
            values = room.extended
        self._prediction = (last.pre_activation if self.criterion.from_logits else last.activation).mT

    def _named(self, index: int, name: str, values: torch.Tensor) -> tuple[str, torch.Tensor]:
        """(address, the first member's values (samples, units)) of one of a block's values."""
        return f"{self._blocks[index].address}.{name}", values[0].mT

    def _flattened(self, values: torch.Tensor) -> tuple[str, torch.Tensor]:
        """The same of the flattening before the first block, which a batch has behind it already."""
        return f"{self.network.blocks[0].address}.activation", values[0].mT

    def predict(self, state: State, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """See `Stepper.predict`."""
        with torch.inference_mode():
            self._pass(state, x, {})
            self._activate_output()
        return self._rooms[-1].pre_activation.mT, self._rooms[-1].activation.mT

    def loss(self, target: torch.Tensor) -> torch.Tensor:
        """(K, samples) the losses of the last forward pass."""
        return self.criterion.value(self._prediction, target)

    def backward(self, target: torch.Tensor) -> None:
        """δ at the output, then block by block backwards, each leaving its ∂[W b] in the gradient."""
        samples = self._x.shape[-1]
        deltas = self._backwards.get(samples) or self._make_backwards(samples)
        last = len(deltas) - 1
        self.criterion.derivative(self._prediction, target, out=deltas[last].delta_transposed)
        deltas[last].delta.div_(self._counts[samples])
        if not self.criterion.from_logits:
            self._times_derivative(last, deltas[last])
        for index in range(last, -1, -1):
            matrices, room = self._matrices[index], deltas[index]
            before = self._rooms[index - 1].extended if index else self._x
            torch.bmm(before, room.delta_transposed, out=matrices.gradient_transposed)
            if index:
                torch.bmm(matrices.weight_transposed, room.delta, out=deltas[index - 1].delta)
                self._times_derivative(index - 1, deltas[index - 1])

    def backwards(self, target: torch.Tensor) -> Iterator[tuple[str, torch.Tensor | None]]:
        """See `FlatStepper.backwards`. The very calls of `backward`, with pauses."""
        samples = self._x.shape[-1]
        deltas = self._backwards.get(samples) or self._make_backwards(samples)
        last = len(deltas) - 1
        self.criterion.derivative(self._prediction, target, out=deltas[last].delta_transposed)
        deltas[last].delta.div_(self._counts[samples])
        if self.criterion.from_logits:
            yield self._named(last, "pre_activation", deltas[last].delta)
        else:
            yield from self._through_derivative(last, deltas[last])
        for index in range(last, -1, -1):
            matrices, room, block = self._matrices[index], deltas[index], self._blocks[index]
            before = self._rooms[index - 1].extended if index else self._x
            torch.bmm(before, room.delta_transposed, out=matrices.gradient_transposed)
            yield from ((f"{block.address}.{name}", None) for name in block.parameters)
            if index:
                torch.bmm(matrices.weight_transposed, room.delta, out=deltas[index - 1].delta)
                yield from self._through_derivative(index - 1, deltas[index - 1])
        if self.network.flat:
            yield self._flattened(torch.bmm(self._matrices[0].weight_transposed, deltas[0].delta))

    def _through_derivative(self, index: int, room: _Backward) -> Iterator[tuple[str, torch.Tensor]]:
        """`_times_derivative` with pauses."""
        values = self._rooms[index]
        if index in self._masks:
            yield self._named(index, "output", room.delta)
            room.delta.mul_(self._masks[index])
        yield self._named(index, "activation", room.delta)
        self._activations[index].derivative(values.pre_activation, values.activation, out=room.derivative)
        room.delta.mul_(room.derivative)
        yield self._named(index, "pre_activation", room.delta)

    def _times_derivative(self, index: int, room: _Backward) -> None:
        """δ ← δ ∘ m ∘ f′(z)"""
        values = self._rooms[index]
        if index in self._masks:
            room.delta.mul_(self._masks[index])
        self._activations[index].derivative(values.pre_activation, values.activation, out=room.derivative)
        room.delta.mul_(room.derivative)

    def _activate_output(self) -> None:
        """a = f(z) of the output, where the step itself goes without it."""
        last, activation = self._rooms[-1], self._activations[-1]
        if activation is None:
            last.activation.copy_(torch.softmax(last.pre_activation, -2))
        elif self.criterion.from_logits:
            activation.forward(last.pre_activation, out=last.activation)

    def bind(self, state: State) -> None:
        """Make the blocks' matrices too, since each view costs a microsecond."""
        if self._bound is state:
            return
        super().bind(state)
        self._matrices, start, value = [], 0, state.buffer("parameters")
        for block in self._blocks:
            inputs, units = block.input_shape[0], block.output_shape[0]
            stop = start + (inputs + 1) * units
            matrix, gradient = (
                flat[:, start:stop].view(self.members, inputs + 1, units) for flat in (value, self.gradient)
            )
            self._matrices.append(_Matrices(matrix.mT, matrix[:, :-1], gradient))
            start = stop

    def _make_forwards(self, samples: int) -> list[_Forward]:
        if len(self._forwards) > 8:  # batch sizes that were tried and left again
            self._forwards.clear()
            self._backwards.clear()
        self._forwards[samples] = []
        with torch.inference_mode(False):
            for block in self._blocks:
                units = block.output_shape[0]
                extended = torch.ones(self.members, units + 1, samples, device=self.device)
                output = extended[:, :-1]
                pre_activation = torch.empty_like(output, memory_format=torch.contiguous_format)
                activation = torch.empty_like(pre_activation) if block.dropout else output
                self._forwards[samples].append(_Forward(pre_activation, activation, output, extended))
        return self._forwards[samples]

    def _make_backwards(self, samples: int) -> list[_Backward]:
        self._backwards[samples] = []
        with torch.inference_mode(False):
            self._counts[samples] = torch.full((), float(samples), device=self.device)  # else converted at each step
            for block in self._blocks:
                shape = self.members, block.output_shape[0], samples
                delta, derivative = (torch.empty(shape, device=self.device) for _ in range(2))
                self._backwards[samples].append(_Backward(delta, delta.mT, derivative))
        return self._backwards[samples]
