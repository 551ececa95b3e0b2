"""What both steppers share: everything after the gradient works on one flat vector of all parameters.

    g ← clipped g                     g ← g + ∂ penalty / ∂w
    w′, slots ← optimizer(w, g, slots)          w ← decoupled penalty(w, w′)

Results go into buffers that are kept, and into the State only once they are known to be finite.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from dlcore.catalogue import catalogue
from dlcore.lazy import torch
from dlcore.network.build import Network, TrainMode
from dlcore.spec import RunSpec
from dlcore.tasks import Coming
from dlcore.training.dropout import DropoutMasks
from dlcore.training.state import State
from dlcore.training.steppers import Diverged

TOO_LARGE = (
    "The numbers grew beyond what a computer can hold, so training stopped; the last good weights are back. "
    "Try a smaller learning rate."
)


class FlatStepper(ABC):
    """A stepper that is told the gradient by its subclass: `forward`, `loss`, `backward`."""

    id: str

    def __init__(self, spec: RunSpec, network: Network):
        learning = spec.tree["learning"]
        self.network = network
        self.criterion = spec.resolved.loss
        self.optimizer, self.hyper = _slot("optimizers", learning["optimizer"])
        self.penalty, self.penalty_hyper = _slot("penalties", learning["penalty"])
        self.schedule, self._schedule_hyper = _slot("schedules", learning["schedule"])
        self.clipping, self._clipping_hyper = _slot("clippings", learning["clipping"])
        self._weights = slice(0, network.weight_count)
        count = sum(int(np.prod(shape)) for shape in network.layout.values())
        self.gradient = torch.zeros(count)
        self._value = torch.zeros(count)
        self.moved: dict[str, torch.Tensor] = {}
        self._ready: tuple[Coming, int] | None = None  # whose data gradient `gradient` holds
        self._dropouts = {
            block.address: DropoutMasks(spec.tree["seed"], index, block.output_shape[0], block.dropout)
            for index, block in enumerate(network.blocks)
            if block.dropout
        }
        self._slots = {name: torch.zeros(count) for name in self.optimizer.slots}

    @abstractmethod
    def forward(self, state: State, x: torch.Tensor, coming: Coming, record: dict | None = None) -> None:
        """The forward pass in train mode for x (samples, inputs); what the others need of it is kept.

        The norms' running buffers as they will be after the step go into `self.moved`, by address.
        """

    @abstractmethod
    def loss(self, target: torch.Tensor) -> torch.Tensor:
        """(samples,) the losses of the last forward pass."""

    @abstractmethod
    def backward(self, state: State, target: torch.Tensor) -> None:
        """Write ∂ mean loss / ∂ parameters of the last forward pass into `self.gradient`."""

    def masks(self, step: int, samples: int) -> dict[str, torch.Tensor]:
        """The dropout masks of a step, (samples, units) by the address of their block."""
        return {address: masks.of(step, samples) for address, masks in self._dropouts.items()}

    def train_mode(self, coming: Coming, samples: int) -> TrainMode:
        """What a pass in train mode takes at that step; what it leaves in its buffers moves no State."""
        return TrainMode(self.masks(coming.step, samples))

    def learning_rate(self, coming: Coming) -> float:
        """See `Stepper.learning_rate`."""
        return self.hyper["learning_rate"] * self.schedule.factor(coming.epoch, self._schedule_hyper)

    def data_gradient(self, state: State, x: torch.Tensor, target: torch.Tensor, coming: Coming) -> torch.Tensor:
        """See `Stepper.data_gradient`. The step that comes next takes it over, so looking costs it nothing."""
        self.forward(state, x, coming)
        self.backward(state, target)
        self._ready = (coming, state.buffer("parameters")._version)  # which rises whenever a weight is written
        return self.gradient

    def groups(self) -> dict[str, dict[str, np.ndarray]]:
        """The optimizer's slots, its update counter, and the penalty's slots, all zero."""
        layout = self.network.layout
        found = {"optimizer": {"optimizer.updates": np.zeros((), np.int64)}}
        for slot in self.optimizer.slots:
            found[f"optimizer.{slot}"] = {
                f"optimizer.{self.optimizer.id}.{slot}.{name}": np.zeros(shape, np.float32)
                for name, shape in layout.items()
            }
        for slot in self.penalty.slots:
            found[f"penalty.{slot}"] = {
                f"penalty.{self.penalty.id}.{slot}.{name}": np.zeros(shape, np.float32)
                for name, shape in layout.items()
                if name.endswith(".weight")
            }
        return found

    def step(self, state: State, x: torch.Tensor, target: torch.Tensor, coming: Coming) -> Iterator[str]:
        """See `Stepper.step`. x is (samples, inputs), target (samples, columns)."""
        yield "batch"
        ready, self._ready = self._ready == (coming, state.buffer("parameters")._version), None
        if not ready:
            self.forward(state, x, coming)
        yield "forward"
        if not ready:
            self.backward(state, target)
        yield "backward"
        if self.clipping.clip is not None:
            self.clipping.clip(self.gradient, self._clipping_hyper)
            yield "clip"
        self._add_penalty(state)
        yield "penalty"
        rate = self.learning_rate(coming)
        self._update(state, rate)
        yield "update"
        penalty_slots = self._decoupled(state, rate)
        # A sum is finite only if every part is; a sum that overflows has parts no net can use.
        if not math.isfinite(self._value.sum().item()):
            raise Diverged(TOO_LARGE, self._first_bad())
        state.buffer("parameters").copy_(self._value)
        for name, slot in self._slots.items():
            state.buffer(f"optimizer.{name}").copy_(slot)
        for name, slot in penalty_slots.items():
            state.buffer(f"penalty.{name}").copy_(slot)
        for name, buffer in self.moved.items():
            state[name].copy_(buffer)
        state.buffer("optimizer").numpy()[0] += 1  # shares the memory; several times cheaper than a tensor's add_
        yield "decoupled"

    def trace(self, state: State, x: torch.Tensor, target: torch.Tensor, coming: Coming) -> dict[str, torch.Tensor]:
        """See `Stepper.trace`: values of the batch, gradients, update and value after, by address.

        Values are those of eval mode; where the step computes others, in train mode, these are
        `train.layers.0.activation` …, `train.batch_loss`, and the gradients are theirs.
        """
        record: dict[str, torch.Tensor] = {}
        self._ready = None
        self.forward(state, x, coming, record)
        losses = self.loss(target)
        record["sample_loss"], record["batch_loss"] = losses, losses.mean()
        self.backward(state, target)
        if self.network.has_train_mode:
            record = {f"train.{name}": value for name, value in record.items()}
            self._evaluate(state, x, target, record)
        self._split(record, "grad", self.gradient)
        if self.clipping.clip is not None:
            self.clipping.clip(self.gradient, self._clipping_hyper)
            self._split(record, "clipped_grad", self.gradient)
        self._add_penalty(state)
        self._split(record, "total_grad", self.gradient)
        rate = self.learning_rate(coming)
        self._update(state, rate)
        self._decoupled(state, rate)
        self._split(record, "update", self._value - state.buffer("parameters"))
        return {name: tensor.detach().clone() for name, tensor in record.items()}

    def _evaluate(self, state: State, x: torch.Tensor, target: torch.Tensor, record: dict[str, torch.Tensor]) -> None:
        """Record the values and losses of eval mode."""
        with torch.no_grad():
            pre_activation, activation = self.network.forward(x, state, record)
            losses = self.criterion.value(pre_activation if self.criterion.from_logits else activation, target)
        record["sample_loss"], record["batch_loss"] = losses, losses.mean()

    def _add_penalty(self, state: State) -> None:
        if self.penalty.gradient is not None:
            weights = state.buffer("parameters")[self._weights]
            self.gradient[self._weights] += self.penalty.gradient(weights, self.penalty_hyper)
        if "dead" in self.penalty.slots:
            self.gradient[self._weights] *= 1 - state.buffer("penalty.dead")

    def _update(self, state: State, rate: float) -> None:
        hyper = self.hyper if rate == self.hyper["learning_rate"] else {**self.hyper, "learning_rate": rate}
        slots = {name: state.buffer(f"optimizer.{name}") for name in self._slots}
        updates = int(state["optimizer.updates"]) + 1
        value = state.buffer("parameters")
        self.optimizer.update(value, self.gradient, slots, hyper, updates, out=(self._value, self._slots))

    def _decoupled(self, state: State, rate: float) -> dict[str, torch.Tensor]:
        """Let a decoupled penalty change the value; its slots as they then are."""
        if self.penalty.decoupled is None:
            return {}
        weights = self._value[self._weights]
        slots = {name: state.buffer(f"penalty.{name}") for name in self.penalty.slots}
        before = state.buffer("parameters")[self._weights]
        shrunk, slots = self.penalty.decoupled(before, weights, slots, self.penalty_hyper, rate)
        weights.copy_(shrunk)
        return slots

    def _split(self, record: dict[str, torch.Tensor], suffix: str, flat: torch.Tensor) -> None:
        for name, part in self.parts(flat).items():
            record[f"{name}.{suffix}"] = part.clone()

    def parts(self, flat: torch.Tensor) -> dict[str, torch.Tensor]:
        """The views of a flat vector that are the parameters, by address."""
        found, start = {}, 0
        for name, shape in self.network.layout.items():
            size = int(np.prod(shape))
            found[name] = flat[start : start + size].view(shape)
            start += size
        return found

    def _first_bad(self) -> str:
        bad = (name for name, part in self.parts(self._value).items() if not torch.isfinite(part).all())
        return next(bad, "train_loss")


def _slot(folder: str, slot: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The catalogue entry that a slot of the spec holds, and its parameters."""
    return catalogue(folder)[slot["kind"]], {name: value for name, value in slot.items() if name != "kind"}
