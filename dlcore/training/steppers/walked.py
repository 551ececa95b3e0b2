"""One step taken apart: the same operations as at full speed, in the same buffers, with a pause after each.

Who walks takes a stepper of its own (`twin`), so that whatever is looked at between two stops disturbs nothing.
Recorded are the first member's values; all members are computed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dlcore.catalogue import catalogue
from dlcore.lazy import torch
from dlcore.network.build import fold, is_weight, norm_tensors
from dlcore.tasks import Coming, Operation
from dlcore.training.state import views
from dlcore.training.steppers.told import Told

if TYPE_CHECKING:
    from dlcore.training.state import State
    from dlcore.training.steppers.flat import FlatStepper

Record = dict[str, "torch.Tensor"]


def operations(
    stepper: FlatStepper, state: State, x: torch.Tensor, target: torch.Tensor | None, coming: Coming, record: Record
) -> Iterator[Operation]:
    """See `Stepper.operations`. After the last of them `stepper.gradient` is what the update takes."""
    stepper.bind(state)
    known = _Known(stepper, state, record)
    known.now()
    if target is not None:
        record["target"] = target[0].clone()
        yield known.told.batch(x.shape[-1], True)
    record["inputs"] = x[0, :-1].mT.clone()
    yield known.told.inputs(x.shape[1] - 1)
    yield from known.forward(x, target, coming)
    yield from known.backward(target)
    yield from known.gradient()
    yield from known.update(coming)


def forward_only(
    stepper: FlatStepper, state: State, inputs: torch.Tensor, target: torch.Tensor | None, record: Record
) -> Iterator[Operation]:
    """The way forward of samples that nothing is learned from, in eval mode: `inputs` (samples, inputs)."""
    known = _Known(stepper, state, record)
    known.now()
    if target is not None:
        record["target"] = target.clone()
        yield known.told.batch(len(inputs), False)
    record["inputs"] = inputs.clone()
    yield known.told.inputs(inputs.shape[1])
    for name, value in _quiet(known.evaluate(inputs)):
        addresses = known.took({name: value})
        if name.endswith(".normalized"):
            address = name.rsplit(".", 1)[0]
            addresses += [f"{address}.norm.mean", f"{address}.norm.variance"]  # `evaluate` told them
        yield known.told.forward(name, addresses)
    if target is not None:
        yield known.told.loss(known.losses("", known.judge(target)))


class _Known:
    """What is known so far of one step, in `record`."""

    def __init__(self, stepper: FlatStepper, state: State, record: Record):
        self.stepper, self.state, self.record = stepper, state, record
        self.told, self.network = Told(stepper), stepper.network
        self._blocks = {block.address: block for block in self.network.blocks}

    def now(self) -> None:
        """Parameters, moments and running means as they are."""
        for group in self.state.groups():
            if group in ("parameters", "buffers") or group.startswith(("optimizer.", "penalty.")):
                self.took(self.state.group(group))

    def took(self, values: dict[str, torch.Tensor]) -> list[str]:
        """Record some values, and name their addresses."""
        for name, value in values.items():
            self.record[name] = value.detach().clone()
        return list(values)

    def evaluate(self, inputs: torch.Tensor) -> Iterator[tuple[str, torch.Tensor]]:
        """The pass in eval mode, value by value."""
        tensors = self.stepper.tensors(self.state)[0]
        for name, value in self.network.passing(inputs, tensors):
            if name.endswith(".normalized"):
                self.took(self._statistics(name, self.record, tensors, False))
            yield name, value

    def judge(self, target: torch.Tensor) -> torch.Tensor:
        """(samples,) the losses of the values recorded in eval mode."""
        criterion, last = self.stepper.criterion, self.network.blocks[-1].address
        judged = self.record[f"{last}.{'pre_activation' if criterion.from_logits else 'activation'}"]
        return criterion.value(judged.flatten(1), target)

    def losses(self, prefix: str, losses: torch.Tensor) -> list[str]:
        """Record the samples' losses and their mean."""
        return self.took({f"{prefix}sample_loss": losses, f"{prefix}batch_loss": losses.mean()})

    def _statistics(self, name: str, record: Record, tensors: Any, train: bool) -> dict[str, torch.Tensor]:
        """The mean and the variance that a norm divides by, by address."""
        address = name.rsplit(".", 1)[0]
        block, prefix = self._blocks[address], "train." if train else ""
        kept = norm_tensors(block, tensors)[1]
        norm = catalogue("norms")[block.norm]
        pair = norm.statistics(fold(norm, record[f"{prefix}{address}.pre_activation"]), kept, train)
        found = zip(("mean", "variance"), pair, strict=True)
        return {f"{prefix}{address}.norm.{part}": value.flatten() for part, value in found}

    def forward(self, x: torch.Tensor, target: torch.Tensor, coming: Coming) -> Iterator[Operation]:
        """The pass in train mode, and beside it that of eval mode where it is another; then the loss."""
        prefix = "train." if self.network.has_train_mode else ""
        other = _quiet(self.evaluate(x[0, :-1].mT)) if prefix else None
        for name, value in self.stepper.forwards(self.state, x, coming):
            addresses = self.took({f"{prefix}{name}": value})
            if other is not None:
                addresses = self.took(dict([next(other)])) + addresses
            if name.endswith(".normalized"):
                addresses += self._norm(name, prefix != "")
            yield self.told.forward(name, addresses)
        with torch.no_grad():
            addresses = self.losses(prefix, self.stepper.loss(target)[0])
            if prefix:
                addresses = self.losses("", self.judge(target[0])) + addresses
        yield self.told.loss(addresses)

    def _norm(self, name: str, train: bool) -> list[str]:
        """The statistics of both modes, and the running means after the step."""
        address = name.rsplit(".", 1)[0]
        tensors = self.stepper.tensors(self.state)[0]
        with torch.no_grad():
            found = self._statistics(name, self.record, tensors, train)
        if train:
            found |= {part: self.record[part] for part in (f"{address}.norm.mean", f"{address}.norm.variance")}
        moved = self.stepper.moved()[0]
        found |= {f"{part}.next": value for part, value in moved.items() if part.startswith(f"{address}.")}
        return self.took(found)

    def backward(self, target: torch.Tensor) -> Iterator[Operation]:
        """δ and the gradients, from the output back."""
        parts = views(self.stepper.gradient[0], self.network.layout)
        suffixes = ("grad",) if self._treated else ("grad", "total_grad")
        for name, value in self.stepper.backwards(target):
            known = {f"{name}.grad": value}
            if name in parts:
                known = {f"{name}.{suffix}": parts[name] for suffix in suffixes}
            yield self.told.backward(name, self.took(known))

    @property
    def _penalized(self) -> bool:
        """Whether the penalty does anything to the gradient."""
        return self.stepper.penalty.gradient is not None or "dead" in self.stepper.penalty.slots

    @property
    def _treated(self) -> bool:
        """Whether anything is done to the gradient before the optimizer gets it."""
        return self._penalized or self.stepper.clipping.clip is not None or self.stepper.held is not None

    def gradient(self) -> Iterator[Operation]:
        """What is done to the gradient; the last of it leaves the total."""
        stepper, penalty = self.stepper, self.stepper.penalty
        total = () if self._penalized else ("total_grad",)
        if stepper.held is not None:
            stepper.hold_gradient()
            last = total if stepper.clipping.clip is None else ()
            yield self.told.frozen(self.parts(stepper.gradient, "free_grad", *last))
        if stepper.clipping.clip is not None:
            stepper.clip()
            yield self.told.clip(self.parts(stepper.gradient, "clipped_grad", *total))
        if penalty.id != "none":
            weights = [part.flatten() for name, part in self.state.group("parameters").items() if is_weight(name)]
            hyper = stepper.specs[0].tree["learning"]["penalty"]
            addresses = self.took({"penalty": penalty.value(torch.cat(weights), hyper)})
            if penalty.gradient is not None:
                addresses += self.parts(penalty.gradient(stepper.value, stepper.penalty_hyper), "penalty_grad")
            stepper.add_penalty()
            if self._penalized:
                addresses += self.parts(stepper.gradient, "total_grad")
            yield self.told.penalty(addresses)

    def update(self, coming: Coming) -> Iterator[Operation]:
        """What the optimizer, and a decoupled penalty after it, make of the parameters: computed beside the State."""
        stepper = self.stepper
        before, after = stepper.value, stepper.value.clone()
        slots = {name: slot.clone() for name, slot in stepper.slots.items()}
        stay, rate = stepper.staying, stepper.rate(coming)
        stepper.optimize(after, slots, rate)
        kind, names = stepper.optimizer.id, self.network.layout
        if slots:
            found = {}
            for slot, values in slots.items():
                moved = views(stay(values, stepper.slots[slot])[0], names)
                found |= {f"optimizer.{kind}.{slot}.{name}.next": value for name, value in moved.items()}
            yield self.told.moments(self.took(found))
        addresses = self.took({"learning_rate": torch.tensor(stepper.learning_rates(coming)[0])})
        after = stay(after, before)
        if stepper.penalty.decoupled is None:
            yield self.told.update(addresses + self._moved(before, after))
            return
        yield self.told.update(addresses + self.parts(after - before, "optimizer_update"))
        last, dead = stepper.decoupled(before, after, rate)
        last = stay(last, before)
        addresses = self.parts(last - after, "decoupled") + self._moved(before, last)
        for slot, values in dead.items():
            moved = views(stay(values, stepper.penalty_slots[slot])[0], names)
            found = {f"penalty.{stepper.penalty.id}.{slot}.{name}.next": value for name, value in moved.items()}
            addresses += self.took(found)
        yield self.told.decoupled(addresses)

    def _moved(self, before: torch.Tensor, after: torch.Tensor) -> list[str]:
        return self.parts(after - before, "update") + self.parts(after, "next")

    def parts(self, flat: torch.Tensor, *suffixes: str) -> list[str]:
        """Record the first row of a flat tensor by parameter."""
        parts = views(flat[0], self.network.layout)
        return [
            name
            for suffix in suffixes
            for name in self.took({f"{name}.{suffix}": part for name, part in parts.items()})
        ]


def _quiet(found: Iterator[Any]) -> Iterator[Any]:
    """The same without a graph; the mode is never left on while somebody else has the word."""
    while True:
        with torch.no_grad():
            try:
                value = next(found)
            except StopIteration:
                return
        yield value

