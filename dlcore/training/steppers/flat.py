"""What both steppers share: everything after the gradient works on one flat vector of all parameters.

    g ← clipped g                     g ← g + ∂ penalty / ∂w
    w′, slots ← optimizer(w, g, slots)          w ← decoupled penalty(w, w′)

The State is changed in place; one copy of it, made before, is the way back from a value that is not
finite. There is a leading axis of members: (K, parameters).
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from dlcore.catalogue import catalogue
from dlcore.lazy import torch
from dlcore.network.build import Network, TrainMode, is_weight
from dlcore.spec import RunSpec
from dlcore.tasks import Coming
from dlcore.training.dropout import DropoutMasks
from dlcore.training.state import State, views
from dlcore.training.steppers import Diverged

TOO_LARGE = (
    "The numbers grew beyond what a computer can hold, so training stopped; the last good weights are back. "
    "Try a smaller learning rate."
)


class FlatStepper(ABC):
    """A stepper that is told the gradient by its subclass: `forward`, `loss`, `backward`.

    `specs` has one spec for each member; they differ in numbers only.
    """

    id: str

    def __init__(self, specs: Sequence[RunSpec], network: Network):
        self.specs, self.network, self.members = specs, network, len(specs)
        self.criterion = specs[0].resolved.loss
        learning = specs[0].tree["learning"]
        self.optimizer = catalogue("optimizers")[learning["optimizer"]["kind"]]
        self.penalty = catalogue("penalties")[learning["penalty"]["kind"]]
        self.schedule = catalogue("schedules")[learning["schedule"]["kind"]]
        self.clipping = catalogue("clippings")[learning["clipping"]["kind"]]
        self.hyper, self.penalty_hyper = _numbers(specs, "optimizer"), _numbers(specs, "penalty")
        self._schedule_hyper, self._clipping_hyper = _numbers(specs, "schedule"), _numbers(specs, "clipping")
        self._dropouts = [
            {
                block.address: DropoutMasks(spec.tree["seed"], index, block.output_shape[0], block.dropout)
                for index, block in enumerate(network.blocks)
                if block.dropout
            }
            for spec in specs
        ]
        sizes = {name: math.prod(shape) for name, shape in network.layout.items()}
        self._of_weights = torch.cat([torch.full((size,), float(is_weight(name))) for name, size in sizes.items()])
        if "rate" in self.penalty_hyper:  # biases cost nothing: their rate is 0
            self.penalty_hyper["rate"] = (self._of_weights * self.penalty_hyper["rate"]).float()
        self.gradient = torch.zeros(self.members, sum(sizes.values()))
        self._spare = torch.zeros_like(self.gradient)
        self._parts = [part for row in self.gradient for part in views(row, network.layout).values()]
        self._bound: State | None = None
        self._before: torch.Tensor | None = None
        self._alone: FlatStepper | None = None
        self._ready: tuple[Coming, int] | None = None  # whose data gradient `gradient` holds

    @abstractmethod
    def forward(self, state: State, x: torch.Tensor, coming: Coming) -> None:
        """The forward pass in train mode for a batch x; what the others need of it is kept."""

    @abstractmethod
    def record(self) -> dict[str, torch.Tensor]:
        """The first member's values of the last forward pass by address, (samples, units)."""

    @abstractmethod
    def loss(self, target: torch.Tensor) -> torch.Tensor:
        """(members, samples) the losses of the last forward pass."""

    @abstractmethod
    def backward(self, target: torch.Tensor) -> None:
        """Write ∂ mean loss / ∂ parameters of the last forward pass into `self.gradient`."""

    def moved(self) -> list[dict[str, torch.Tensor]]:
        """Each member's norms' running buffers by address, as they will be after the step."""
        return []

    def train_modes(self, coming: Coming, samples: int) -> list[TrainMode]:
        """What a pass in train mode takes at that step, for each member; what it leaves there moves no State."""
        return [TrainMode(masks) for masks in self.masks(coming.step, samples)]

    def masks(self, step: int, samples: int) -> list[dict[str, torch.Tensor]]:
        """Each member's dropout masks of a step, (samples, units) by the address of their block."""
        with torch.inference_mode(False):  # autograd can't use tensors that were made in that mode
            return [{address: masks.of(step, samples) for address, masks in each.items()} for each in self._dropouts]

    def predict_mistaken(self, state: State, x: torch.Tensor, coming: Coming) -> tuple[torch.Tensor, torch.Tensor]:
        """See `Stepper.predict_mistaken`."""
        return self._outputs(state, x, self.train_modes(coming, x.shape[-1]))

    def _outputs(self, state: State, x: torch.Tensor, trains: Sequence[TrainMode | None]) -> tuple[Any, Any]:
        """(pre-activation, activation) of the outputs of as many members as x has, stacked."""
        with torch.no_grad():
            members = zip(x, self.tensors(state), trains, strict=False)
            found = [self.network.forward(values[:-1].mT, tensors, train=train) for values, tensors, train in members]
        pre_activation, activation = (torch.stack(parts) for parts in zip(*found, strict=True))
        return pre_activation, activation

    def tensors(self, state: State) -> list[dict[str, torch.Tensor]]:
        """Each member's parameters and buffers by address."""
        stacked = state.stacked("parameters") | (state.stacked("buffers") if self.network.buffers else {})
        return [{name: tensor[member] for name, tensor in stacked.items()} for member in range(self.members)]

    def learning_rates(self, coming: Coming) -> list[float]:
        """See `Stepper.learning_rates`."""
        rate = self._rate(coming)
        return rate[:, 0].tolist() if isinstance(rate, torch.Tensor) else [float(rate)] * self.members

    def _rate(self, coming: Coming) -> float | torch.Tensor:
        return self.hyper["learning_rate"] * self.schedule.factor(coming.epoch, self._schedule_hyper)

    def data_gradient(self, state: State, x: torch.Tensor, target: torch.Tensor, coming: Coming) -> torch.Tensor:
        """See `Stepper.data_gradient`. The step that comes next takes it over, so looking costs it nothing."""
        self.bind(state)
        if self._ready != (coming, self._value._version):
            with torch.inference_mode():
                self.forward(state, x, coming)
                self.backward(target)
            self._ready = (coming, self._value._version)  # which rises whenever a weight is written
        return self.gradient

    def columns(self, inputs: torch.Tensor) -> torch.Tensor:
        """See `Stepper.columns`."""
        return torch.cat([inputs.mT, inputs.new_ones(len(inputs), 1, inputs.shape[1])], 1)

    def groups(self) -> dict[str, dict[str, np.ndarray]]:
        """The optimizer's slots, its update counter, the penalty's slots, which members stopped: all zero."""
        layout = self.network.layout
        found = {"optimizer": {"optimizer.updates": np.zeros((), np.int64)}}
        for kind, entry in (("optimizer", self.optimizer), ("penalty", self.penalty)):
            for slot in entry.slots:
                found[f"{kind}.{slot}"] = {
                    f"{kind}.{entry.id}.{slot}.{name}": np.zeros(shape, np.float32) for name, shape in layout.items()
                }
        if self.members > 1:
            found["members"] = {"members.stopped": np.zeros(self.members, np.int64)}
        return found

    def update(self, state: State, x: torch.Tensor, target: torch.Tensor, coming: Coming) -> None:
        """See `Stepper.update`. The phases of `step` without its pauses, which cost a tenth of a small step."""
        self.bind(state)
        with torch.inference_mode():
            if self._ready != (coming, self._value._version):
                self.forward(state, x, coming)
                self.backward(target)
            self._ready = None
            if self.clipping.clip is not None:
                self.clipping.clip(self.gradient, self._clipping_hyper)
            self._add_penalty()
            self._update(state, self._rate(coming))

    def step(self, state: State, x: torch.Tensor, target: torch.Tensor, coming: Coming) -> Iterator[str]:
        """See `Stepper.step`."""
        self.bind(state)
        yield "batch"
        ready, self._ready = self._ready == (coming, self._value._version), None
        if not ready:
            self.forward(state, x, coming)
        yield "forward"
        if not ready:
            self.backward(target)
        yield "backward"
        if self.clipping.clip is not None:
            self.clipping.clip(self.gradient, self._clipping_hyper)
            yield "clip"
        self._add_penalty()
        yield "penalty"
        self._update(state, self._rate(coming))
        yield "update"

    def trace(
        self, state: State, inputs: torch.Tensor, target: torch.Tensor, coming: Coming
    ) -> dict[str, torch.Tensor]:
        """See `Stepper.trace`: values of the batch, gradients and update, by address.

        Values are those of eval mode; where the step computes others, in train mode, these are
        `train.layers.0.activation` …, `train.batch_loss`, and the gradients are theirs.
        """
        if self.members > 1:
            self._alone = self._alone or type(self)([self.specs[0]], self.network)
            return self._alone.trace(state.member(0), inputs, target, coming)
        self._ready = None
        x = self.columns(inputs[None])
        with torch.inference_mode():
            self.bind(state)
            self.forward(state, x, coming)
            record = self.record()
            losses = self.loss(target[None])[0]
            record["sample_loss"], record["batch_loss"] = losses, losses.mean()
            self.backward(target[None])
            if self.network.has_train_mode:
                record = {f"train.{name}": value for name, value in record.items()}
                self._evaluate(state, inputs, target, record)
            self._split(record, "grad", self.gradient)
            if self.clipping.clip is not None:
                self.clipping.clip(self.gradient, self._clipping_hyper)
                self._split(record, "clipped_grad", self.gradient)
            self._add_penalty()
            self._split(record, "total_grad", self.gradient)
            rate, updates = self._rate(coming), int(self._updates[0]) + 1
            hyper = {**self.hyper, "learning_rate": rate}
            after, _ = self.optimizer.update(self._value, self.gradient, self._slots, hyper, updates)
            if self.penalty.decoupled is not None:
                after, _ = self._decoupled(self._value, after, rate)
            self._split(record, "update", after - self._value)
            return {name: tensor.detach().clone() for name, tensor in record.items()}

    def _evaluate(self, state: State, x: torch.Tensor, target: torch.Tensor, record: dict[str, torch.Tensor]) -> None:
        """Record the values and losses of eval mode."""
        pre_activation, activation = self.network.forward(x, state, record)
        losses = self.criterion.value(pre_activation if self.criterion.from_logits else activation, target)
        record["sample_loss"], record["batch_loss"] = losses, losses.mean()

    def bind(self, state: State) -> None:
        """Look up the State's buffers, once for each State, since it is only ever written in place."""
        if self._bound is state:
            return
        self._bound, self._ready = state, None
        self._value = state.buffer("parameters")
        self._flat = self._value.view(-1)
        self._slots = {name: state.buffer(f"optimizer.{name}") for name in self.optimizer.slots}
        self._penalty_slots = {name: state.buffer(f"penalty.{name}") for name in self.penalty.slots}
        self._kept = state.stacked("buffers") if self.network.buffers else {}
        self._updates, self._stopped = state.counts["optimizer"], state.counts.get("members")
        if state.storage is not None:
            with torch.inference_mode(False):
                self._before = torch.empty_like(state.storage)
            self._buffers_before = state.split(self._before)

    def _add_penalty(self) -> None:
        if self.penalty.gradient is not None:
            self.gradient.add_(self.penalty.gradient(self._value, self.penalty_hyper, out=self._spare))
        if "dead" in self.penalty.slots:
            self.gradient.addcmul_(self.gradient, self._penalty_slots["dead"], value=-1)

    def _update(self, state: State, rate: float | torch.Tensor) -> None:
        """w and slots in place; members whose numbers are not finite go back to what they were."""
        self._before.copy_(state.storage)
        updates = int(self._updates[0]) + 1
        room = (self._value, self._slots, self._spare)
        hyper = {**self.hyper, "learning_rate": rate}
        self.optimizer.update(self._value, self.gradient, self._slots, hyper, updates, out=room)
        if self.penalty.decoupled is not None:
            after, slots = self._decoupled(self._buffers_before["parameters"], self._value, rate)
            self._value.copy_(after)
            for name, slot in slots.items():
                self._penalty_slots[name].copy_(slot)
        for member, moved in enumerate(self.moved()):
            for name, buffer in moved.items():
                self._kept[name][member].copy_(buffer)
        # Finite only if every part is; where a square overflows there are weights that no net can use.
        if not math.isfinite(torch.dot(self._flat, self._flat).item()):
            self._stop(state)
        if self._stopped is not None and self._stopped.any():
            for group, before in self._buffers_before.items():
                state.buffer(group)[self._stopped > 0] = before[self._stopped > 0]
        self._updates[0] = updates

    def _decoupled(
        self, before: torch.Tensor, after: torch.Tensor, rate: float | torch.Tensor
    ) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """What a decoupled penalty makes of the value, and its slots."""
        rate = rate.float() if isinstance(rate, torch.Tensor) else rate
        return self.penalty.decoupled(before, after, self._penalty_slots, self.penalty_hyper, rate)

    def _stop(self, state: State) -> None:
        """Mark the members that are not finite; Diverged, and the State as it was, where none is left."""
        bad = ~torch.isfinite((self._value * self._value).sum(-1)).numpy()
        if self._stopped is not None:
            self._stopped[bad] = 1
            bad = self._stopped > 0
        if bad.all():
            address = self._first_bad(state)
            state.storage.copy_(self._before)
            raise Diverged(TOO_LARGE, address)

    def _first_bad(self, state: State) -> str:
        bad = (name for name, part in state.group("parameters").items() if not torch.isfinite(part).all())
        return next(bad, "train_loss")

    def _split(self, record: dict[str, torch.Tensor], suffix: str, flat: torch.Tensor) -> None:
        for name, part in views(flat[0], self.network.layout).items():
            record[f"{name}.{suffix}"] = part.clone()


def _numbers(specs: Sequence[RunSpec], slot: str) -> dict[str, float | torch.Tensor]:
    """A slot's numbers by name: one where all members have the same, else a float64 tensor (members, 1)."""
    slots = [spec.tree["learning"][slot] for spec in specs]
    found = {}
    for name in (name for name in slots[0] if name != "kind"):
        values = [each[name] for each in slots]
        alike = all(value == values[0] for value in values)
        found[name] = values[0] if alike else torch.tensor(values, dtype=torch.float64).unsqueeze(1)
    return found
