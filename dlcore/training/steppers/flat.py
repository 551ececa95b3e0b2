"""What both steppers share: everything after the gradient works on one flat vector of all parameters.

    g ← clipped g                     g ← g + ∂ penalty / ∂w
    w′, slots ← optimizer(w, g, slots)          w ← decoupled penalty(w, w′)

The State is changed in place; one copy of it, made before, is the way back from a value that is not
finite. There is a leading axis of members: (K, parameters).
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from dlcore.catalogue import catalogue
from dlcore.lazy import torch
from dlcore.network.address import parameter
from dlcore.network.build import AT_ONCE, Network, TrainMode, is_weight
from dlcore.spec import RunSpec
from dlcore.tasks import Coming, Operation
from dlcore.training.dropout import Draws
from dlcore.training.state import State, views
from dlcore.training.steppers import Diverged
from dlcore.training.steppers.walked import forward_only, operations

TOO_LARGE = (
    "The numbers grew beyond what a computer can hold, so training stopped; the last good weights are back. "
    "Try a smaller learning rate."
)


class FlatStepper(ABC):
    """A stepper that is told the gradient by its subclass: `forward`, `loss`, `backward`.

    `specs` has one spec for each member; they differ in numbers only. On `device` lie its State, its batches and its
    own buffers; `autocast`: products are computed in bfloat16 there.
    """

    id: str

    def __init__(self, specs: Sequence[RunSpec], network: Network, device: str = "cpu", autocast: bool = False):
        self.specs, self.network, self.members = specs, network, len(specs)
        self.device, self.autocast = device, autocast
        self.criterion = specs[0].resolved.loss
        learning = specs[0].tree["learning"]
        self.optimizer = catalogue("optimizers")[learning["optimizer"]["kind"]]
        self.penalty = catalogue("penalties")[learning["penalty"]["kind"]]
        self.schedule = catalogue("schedules")[learning["schedule"]["kind"]]
        self.clipping = catalogue("clippings")[learning["clipping"]["kind"]]
        self.hyper, self.penalty_hyper = _numbers(specs, "optimizer", device), _numbers(specs, "penalty", device)
        self._schedule_hyper = _numbers(specs, "schedule", device)
        self._clipping_hyper = _numbers(specs, "clipping", device)
        self._dropouts = [
            {
                address: Draws(spec.tree["seed"], int(address.removeprefix("layers.")), chance)
                for address, chance in network.chances.items()
            }
            for spec in specs
        ]
        sizes = {name: math.prod(shape) for name, shape in network.layout.items()}
        of_weights = [torch.full((size,), float(is_weight(name))) for name, size in sizes.items()]
        self._of_weights = torch.cat([*of_weights, torch.empty(0)]).to(device)
        if "rate" in self.penalty_hyper:  # biases cost nothing: their rate is 0
            self.penalty_hyper["rate"] = (self._of_weights * self.penalty_hyper["rate"]).float()
        self.gradient = torch.zeros(self.members, sum(sizes.values()), device=device)
        self._spare = torch.zeros_like(self.gradient)
        self._parts = [part for row in self.gradient for part in views(row, network.layout).values()]
        self._bound: State | None = None
        self._before: torch.Tensor | None = None
        self.frozen: frozenset[str] = frozenset()
        self.held: torch.Tensor | None = None  # (parameters,) whether frozen; None where nothing is
        self._ready: tuple[Coming, int] | None = None  # whose data gradient `gradient` holds

    @abstractmethod
    def forward(self, state: State, x: torch.Tensor, coming: Coming) -> None:
        """The forward pass in train mode for a batch x; what the others need of it is kept."""

    @abstractmethod
    def forwards(self, state: State, x: torch.Tensor, coming: Coming) -> Iterator[tuple[str, torch.Tensor]]:
        """The same pass, pausing after each value: (address, the first member's (samples, units))."""

    @abstractmethod
    def loss(self, target: torch.Tensor) -> torch.Tensor:
        """(members, samples) the losses of the last forward pass."""

    @abstractmethod
    def backward(self, target: torch.Tensor) -> None:
        """Write ∂ mean loss / ∂ parameters of the last forward pass into `self.gradient`."""

    @abstractmethod
    def backwards(self, target: torch.Tensor) -> Iterator[tuple[str, torch.Tensor | None]]:
        """The same after `forwards`, pausing after each gradient: (address of the value, the first member's
        gradient (samples, units)); None for a parameter, whose gradient then lies in `self.gradient`."""

    def moved(self) -> list[dict[str, torch.Tensor]]:
        """Each member's norms' running buffers by address, as they will be after the step."""
        return []

    def train_modes(self, coming: Coming, samples: int) -> list[TrainMode]:
        """What a pass in train mode takes at that step, for each member; what it leaves there moves no State."""
        return [
            TrainMode({address: mask.to(self.device) for address, mask in masks.items()})
            for masks in self.masks(coming.step, samples)
        ]

    def masks(self, step: int, samples: int) -> list[dict[str, torch.Tensor]]:
        """What each member draws for the samples of a step, on the CPU: (samples, *shape) by its block’s address."""
        with torch.inference_mode(False):  # autograd can't use tensors that were made in that mode
            return [{address: masks.of(step, samples) for address, masks in each.items()} for each in self._dropouts]

    def predict_mistaken(self, state: State, x: torch.Tensor, coming: Coming) -> tuple[torch.Tensor, torch.Tensor]:
        """See `Stepper.predict_mistaken`."""
        return self._outputs(state, x, self.train_modes(coming, x.shape[-1]))

    def _outputs(self, state: State, x: torch.Tensor, trains: Sequence[TrainMode | None]) -> tuple[Any, Any]:
        """(pre-activation, activation) of the outputs of as many members as x has, stacked."""
        with torch.no_grad():
            members = zip(x, self.tensors(state), trains, strict=False)
            found = [self._passed(values[:-1].mT, tensors, train) for values, tensors, train in members]
        pre_activation, activation = (torch.stack(parts) for parts in zip(*found, strict=True))
        return pre_activation, activation

    def _passed(self, x: torch.Tensor, tensors: dict[str, torch.Tensor], train: TrainMode | None) -> tuple[Any, Any]:
        """The pass of many samples, in eval mode some at a time: what all layers compute of all would need
        gigabytes, and less of it stays in the processor's cache."""
        if train is not None:
            return self.network.forward(x, tensors, train=train)
        some = max(1, AT_ONCE // max(self.network.width, 1))
        if some >= len(x):
            return self.network.forward(x, tensors)
        found = [self.network.forward(part, tensors) for part in x.split(some)]
        return tuple(torch.cat(parts) for parts in zip(*found, strict=True))

    def tensors(self, state: State) -> list[dict[str, torch.Tensor]]:
        """Each member's parameters and buffers by address."""
        stacked = state.stacked("parameters") | (state.stacked("buffers") if self.network.buffers else {})
        return [{name: tensor[member] for name, tensor in stacked.items()} for member in range(self.members)]

    def learning_rates(self, coming: Coming) -> list[float]:
        """See `Stepper.learning_rates`."""
        rate = self.rate(coming)
        return rate[:, 0].tolist() if isinstance(rate, torch.Tensor) else [float(rate)] * self.members

    def rate(self, coming: Coming) -> float | torch.Tensor:
        """The learning rate of that step: a number, or (members, 1)."""
        return self.hyper["learning_rate"] * self.schedule.factor(coming.epoch, self._schedule_hyper)

    def data_gradient(self, state: State, x: torch.Tensor, target: torch.Tensor, coming: Coming) -> torch.Tensor:
        """See `Stepper.data_gradient`. The step that comes next takes it over, so looking costs it nothing."""
        self.bind(state)
        if self._ready != (coming, self.value._version):
            with torch.inference_mode():
                self.forward(state, x, coming)
                self.backward(target)
            self._ready = (coming, self.value._version)  # which rises whenever a weight is written
        return self.gradient

    def columns(self, inputs: torch.Tensor) -> torch.Tensor:
        """See `Stepper.columns`."""
        return torch.cat([inputs.mT, inputs.new_ones(len(inputs), 1, inputs.shape[1])], 1).to(self.device)

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
            if self._ready != (coming, self.value._version):
                self.forward(state, x, coming)
                self.backward(target)
            self._ready = None
            if self.held is not None:
                self.hold_gradient()
            if self.clipping.clip is not None:
                self.clip()
            self.add_penalty()
            self._update(state, self.rate(coming))

    def operations(
        self, state: State, x: torch.Tensor, target: torch.Tensor, coming: Coming, record: dict[str, torch.Tensor]
    ) -> Iterator[Operation]:
        """See `Stepper.operations`."""
        if state.device != self.device:  # a twin on the CPU reads what is computed elsewhere
            state, x, target = state.here(), x.to(self.device), target.to(self.device)
        return operations(self, state, x, target, coming, record)

    def operations_of(
        self,
        state: State,
        inputs: torch.Tensor,
        target: torch.Tensor | None,
        coming: Coming,
        record: dict[str, torch.Tensor],
        learns: bool = True,
    ) -> Iterator[Operation]:
        """See `Stepper.operations_of`."""
        twin, state = self.twin(alone=True), state.here()
        alone = state if state.members == 1 else state.member(0)
        if not learns:
            return forward_only(twin, alone, inputs, target, record)
        return operations(twin, alone, twin.columns(inputs[None]), target[None], coming, record)

    def step(self, state: State, x: torch.Tensor, target: torch.Tensor, coming: Coming) -> Iterator[Operation]:
        """See `Stepper.step`."""
        yield from operations(self, state, x, target, coming, {})
        with torch.inference_mode():
            self._update(state, self.rate(coming))

    def trace(
        self, state: State, inputs: torch.Tensor, target: torch.Tensor, coming: Coming
    ) -> dict[str, torch.Tensor]:
        """See `Stepper.trace`."""
        record: dict[str, torch.Tensor] = {}
        for _ in self.operations_of(state, inputs, target, coming, record):
            pass
        return record

    def twin(self, alone: bool = False, here: bool = True) -> FlatStepper:
        """See `Stepper.twin`."""
        where = () if here else (self.device, self.autocast)
        twin = type(self)(self.specs[:1] if alone else self.specs, self.network, *where)
        twin._dropouts = self._dropouts[: twin.members]  # masks that were drawn need not be drawn again
        if self.frozen:
            twin.freeze(self.frozen)
        return twin

    def bind(self, state: State) -> None:
        """Look up the State's buffers, once for each State, since it is only ever written in place."""
        if self._bound is state:
            return
        self._bound, self._ready = state, None
        self.value = state.buffer("parameters")
        self._flat = self.value.view(-1)
        self.slots = {name: state.buffer(f"optimizer.{name}") for name in self.optimizer.slots}
        self.penalty_slots = {name: state.buffer(f"penalty.{name}") for name in self.penalty.slots}
        self._kept = state.stacked("buffers") if self.network.buffers else {}
        self._updates, self._stopped = state.counts["optimizer"], state.counts.get("members")
        if state.storage is not None:
            with torch.inference_mode(False):
                self._before = torch.empty_like(state.storage)
            self._buffers_before = state.split(self._before)

    def freeze(self, addresses: Iterable[str]) -> None:
        """See `Stepper.freeze`."""
        frozen, mask = frozenset(addresses), torch.zeros(self.gradient.shape[1], dtype=torch.bool)
        parts = views(mask, self.network.layout)
        for address in frozen:
            name, indices = parameter(self.network.layout, address)
            parts[name][indices] = True
        self.frozen, self._ready = frozen, None
        self.held = mask.to(self.device) if frozen else None
        self._held_at = mask.nonzero()[:, 0].to(self.device)

    def hold_gradient(self) -> None:
        """No gradient for what is frozen: it does not count in the length that a clipping measures either."""
        self.gradient.masked_fill_(self.held, 0.0)

    def clip(self) -> None:
        """The gradient within its bound."""
        self.clipping.clip(self.gradient, self._clipping_hyper)

    def add_penalty(self) -> None:
        """What the penalty does to the gradient."""
        if self.penalty.gradient is not None:
            self.gradient.add_(self.penalty.gradient(self.value, self.penalty_hyper, out=self._spare))
            if self.held is not None:
                self.hold_gradient()
        if "dead" in self.penalty.slots:
            self.gradient.addcmul_(self.gradient, self.penalty_slots["dead"], value=-1)

    def optimize(self, value: torch.Tensor, slots: dict[str, torch.Tensor], rate: float | torch.Tensor) -> None:
        """The optimizer's update of the parameters and slots, in place."""
        hyper = {**self.hyper, "learning_rate": rate}
        updates = int(self._updates[0]) + 1
        self.optimizer.update(value, self.gradient, slots, hyper, updates, out=(value, slots, self._spare))

    def _update(self, state: State, rate: float | torch.Tensor) -> None:
        """w and slots in place; members whose numbers are not finite go back to what they were."""
        self._before.copy_(state.storage)
        self.optimize(self.value, self.slots, rate)
        if self.penalty.decoupled is not None:
            after, slots = self.decoupled(self._buffers_before["parameters"], self.value, rate)
            self.value.copy_(after)
            for name, slot in slots.items():
                self.penalty_slots[name].copy_(slot)
        if self.held is not None:
            self._put_back(state)
        for member, moved in enumerate(self.moved()):
            for name, buffer in moved.items():
                self._kept[name][member].copy_(buffer)
        # Finite only if every part is; where a square overflows there are weights that no net can use.
        if not math.isfinite(torch.dot(self._flat, self._flat).item()):
            self._stop(state)
        if self._stopped is not None and self._stopped.any():
            for group, before in self._buffers_before.items():
                state.buffer(group)[self._stopped > 0] = before[self._stopped > 0]
        self._updates[0] += 1

    def _put_back(self, state: State) -> None:
        """What is frozen, and all that optimizer and penalty remember of it, as it was: whatever their formulas."""
        for group, before in self._buffers_before.items():
            if group == "parameters" or group.startswith(("optimizer.", "penalty.")):
                state.buffer(group).index_copy_(1, self._held_at, before.index_select(1, self._held_at))

    def staying(self, after: torch.Tensor, before: torch.Tensor) -> torch.Tensor:
        """The first member's `after` as the step leaves it: what is frozen, or of a stopped member, is `before`."""
        if self._stopped is not None and self._stopped[0]:
            return before
        return after if self.held is None else torch.where(self.held, before, after)

    def decoupled(
        self, before: torch.Tensor, after: torch.Tensor, rate: float | torch.Tensor
    ) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """What a decoupled penalty makes of the value, and its slots."""
        rate = rate.float() if isinstance(rate, torch.Tensor) else rate
        return self.penalty.decoupled(before, after, self.penalty_slots, self.penalty_hyper, rate)

    def _stop(self, state: State) -> None:
        """Mark the members that are not finite; Diverged, and the State as it was, where none is left."""
        bad = ~torch.isfinite((self.value * self.value).sum(-1)).cpu().numpy()
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


def _numbers(specs: Sequence[RunSpec], slot: str, device: str) -> dict[str, float | torch.Tensor]:
    """A slot's numbers by name: one where all members have the same, else a float64 tensor (members, 1), where the
    device has such numbers."""
    exact = torch.float32 if device == "mps" else torch.float64
    slots = [spec.tree["learning"][slot] for spec in specs]
    found = {}
    for name in (name for name in slots[0] if name != "kind"):
        values = [each[name] for each in slots]
        alike = all(value == values[0] for value in values)
        found[name] = values[0] if alike else torch.tensor(values, dtype=exact).unsqueeze(1).to(device)
    return found
