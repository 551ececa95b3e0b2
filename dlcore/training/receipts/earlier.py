"""A run as it was at an earlier step: a copy, exact from snapshots and replay; the run itself stays where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlcore.training.past import Past

if TYPE_CHECKING:
    from dlcore.training.run import Run


def at_step(run: Run, step: int) -> Run:
    """The run after `step` updates and all that was done to it there."""
    copy = object.__new__(type(run))
    copy.stepper_choice, copy.others = run.stepper_choice, run.others
    copy.take_place(run)
    copy.version = copy.build = copy.data_build = 0
    copy.past, copy._known_data = Past(), run._known_data
    copy.go(run.moment().kept())
    copy.seek(step)
    return copy
