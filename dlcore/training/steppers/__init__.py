"""Steppers: how a supervised step is computed. One contract, one trace; see `Stepper`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import numpy as np

from dlcore.params import SpecError
from dlcore.tasks import Coming, Operation


class Diverged(ArithmeticError):
    """A step came to a value that is not finite. The State is as it was before the step."""

    def __init__(self, message: str, address: str):
        super().__init__(message)
        self.message = message
        self.address = address


class Stepper(Protocol):
    """The contract. A stepper holds no numbers that change: they are all in the State.

    It computes the step of all members of a State at once. A batch x is feature-major with a last
    row of ones, by which biases are multiplied: (members, inputs + 1, samples); a target is
    (members, samples, columns).
    """

    id: str
    device: str

    def columns(self, inputs: Any) -> Any:
        """Inputs (members, samples, inputs) as a batch: (members, inputs + 1, samples)."""

    def groups(self) -> dict[str, dict[str, np.ndarray]]:
        """The State's groups that the stepper needs besides the parameters, at their start."""

    def learning_rates(self, coming: Coming) -> list[float]:
        """For each member the learning rate that the schedule gives the coming step."""

    def data_gradient(self, state: Any, x: Any, target: Any, coming: Coming) -> Any:
        """The gradient of the batch's mean loss, without clipping and penalty, (members, parameters); good
        until the next pass."""

    def operations(
        self, state: Any, x: Any, target: Any, coming: Coming, record: dict[str, Any]
    ) -> Iterator[Operation]:
        """The step on a batch taken apart: each operation as soon as the first member's values are in `record` by
        address. The State stays as it is; the stepper's own buffers hold what is under way, so walk with a `twin`."""

    def operations_of(
        self, state: Any, inputs: Any, target: Any, coming: Coming, record: dict[str, Any], learns: bool = True
    ) -> Iterator[Operation]:
        """The same of any samples as a batch of their own, `inputs` (samples, inputs) and `target` (samples, columns),
        with a twin and by the first member alone. Where nothing `learns` from them, the way forward in eval mode
        alone; `target` may then be None."""

    def step(self, state: Any, x: Any, target: Any, coming: Coming) -> Iterator[Operation]:
        """One update on a batch, yielding each of these operations.

        `coming` is when the step is. The State changes only after the last of them. Where a value is
        not finite, the member stays as it was before the step, for good, and its flag in
        "members.stopped" is set; raises Diverged where no member is left, or there is only one.
        """

    def update(self, state: Any, x: Any, target: Any, coming: Coming) -> None:
        """The same step in one go."""

    def predict(self, state: Any, x: Any) -> tuple[Any, Any]:
        """(pre-activation, activation) of the outputs in eval mode, each (members, samples, columns); good
        until the next pass."""

    def predict_mistaken(self, state: Any, x: Any, coming: Coming) -> tuple[Any, Any]:
        """The same in train mode, as if one forgot to leave it; x may have fewer members. The State stays as it is."""

    def trace(self, state: Any, inputs: Any, target: Any, coming: Coming) -> dict[str, Any]:
        """Every value of the first member's step by address, as `operations` walked to their end: the State is left
        as it is. `inputs` is (samples, inputs), `target` (samples, columns).

        Values are those of eval mode; where the step computes others, in train mode, these are
        `train.layers.0.activation` …, `train.batch_loss`, and the gradients are theirs.
        """

    def twin(self, alone: bool = False, here: bool = True) -> Stepper:
        """Another one of its kind, with buffers of its own; of the first member `alone`. `here`: on the CPU, with all
        digits, where its numbers can be read; else computed as the step itself is."""

    def freeze(self, addresses: Iterable[str]) -> None:
        """From now on these parameters, whole ("layers.0.weight") or single numbers of them, of all members, stay
        as they are to the bit, with all that optimizer and penalty remember of them; {} frees all.

        Their gradients do not count in a clipping. SpecError where there is no such parameter.
        """


def choose_stepper(name: str, network: Any, device: str = "cpu") -> type:
    """The stepper's class: "auto" is the fastest that fits; SpecError("stepper", …) where `name` does not.

    The dense one saves work between the operations of a small step, of which a graphics processor knows nothing.
    """
    from dlcore.training.steppers.autograd import AutogradStepper
    from dlcore.training.steppers.dense import DenseStepper

    known = {stepper.id: stepper for stepper in (DenseStepper, AutogradStepper)}  # the fastest first
    if name == "auto":
        if device != "cpu":
            return AutogradStepper
        return next(stepper for stepper in known.values() if stepper.fits(network))
    if name not in known:
        raise SpecError("stepper", f"There is no stepper called “{name[:40]}”. Choose auto, {' or '.join(known)}.")
    if not known[name].fits(network):
        raise SpecError("stepper", f"The {name} stepper can't compute this network. Choose auto.")
    return known[name]
