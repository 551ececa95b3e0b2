"""Steppers: how a supervised step is computed. One contract, one trace; see `Stepper`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np

from dlcore.params import SpecError
from dlcore.tasks import Coming


class Diverged(ArithmeticError):
    """A step came to a value that is not finite. The State is as it was before the step."""

    def __init__(self, message: str, address: str):
        super().__init__(message)
        self.message = message
        self.address = address


class Stepper(Protocol):
    """The contract. A stepper holds no numbers that change: they are all in the State."""

    id: str

    def groups(self) -> dict[str, dict[str, np.ndarray]]:
        """The State's groups that the stepper needs besides the parameters, at their start."""

    def learning_rate(self, coming: Coming) -> float:
        """The learning rate that the schedule gives the coming step."""

    def data_gradient(self, state: Any, x: Any, target: Any, coming: Coming) -> Any:
        """The flat gradient of the batch's mean loss, without clipping and penalty; good until the next pass."""

    def step(self, state: Any, x: Any, target: Any, coming: Coming) -> Iterator[str]:
        """One update on a batch, yielding each phase's name once its values are known.

        `coming` is when the step is. Raises Diverged, leaving the State as it was, where a value is not finite.
        """

    def trace(self, state: Any, x: Any, target: Any, coming: Coming) -> dict[str, Any]:
        """Every value of the step on that batch by address; the State is left as it is."""


def choose_stepper(name: str, network: Any) -> type:
    """The stepper's class: "auto" is the fastest that fits; SpecError("stepper", …) where `name` does not."""
    from dlcore.training.steppers.autograd import AutogradStepper
    from dlcore.training.steppers.dense import DenseStepper

    known = {stepper.id: stepper for stepper in (DenseStepper, AutogradStepper)}  # the fastest first
    if name == "auto":
        return next(stepper for stepper in known.values() if stepper.fits(network))
    if name not in known:
        raise SpecError("stepper", f"There is no stepper called “{name[:40]}”. Choose auto, {' or '.join(known)}.")
    if not known[name].fits(network):
        raise SpecError("stepper", f"The {name} stepper can't compute this network. Choose auto.")
    return known[name]
