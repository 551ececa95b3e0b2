"""Other futures: a run from this very moment, a run as a file, and a run that becomes another one."""

from __future__ import annotations

from os import PathLike
from typing import Any, Self

from dlcore.params import SpecError
from dlcore.training.changing import Changing
from dlcore.training.computing import Computing
from dlcore.training.past import Past

OTHER_NETWORKS = (
    "That run has several networks, or this one has, so one can't become the other. Open it as a run of its own."
)


class Forking(Changing):
    """The part of `Run` that makes other runs of it."""

    others: list[dict[str, Any]]
    computing: Computing

    def fork(self, step: int | None = None, **changes: Any) -> Self:
        """A new run that stands where this one stands, or stood after `step` updates, with changes of its spec.

        run.fork(step=500, **{"learning.batch_size": 20}). It goes on as this one would, to the bit, until something
        differs; a change that needs other weights starts it anew. This run is not touched. SpecError where a
        change is not allowed or the step has not come yet.
        """
        if step is not None and (isinstance(step, bool) or not isinstance(step, int) or not 0 <= step <= self.furthest):
            raise SpecError("step", f"A fork starts at a step from 0 to {self.furthest:,}, where this run has been.")
        members = [{}, *self.others] if self.others else None
        other = type(self)(self.origin, stepper=self.stepper_choice, members=members, **self.computing.to_dict())
        other.go(self.moment().kept())
        other.trouble, other.stopped = self.trouble, self.stopped
        if step is not None and step != self.step:
            other.seek(step)
        other._forget_future()
        if changes:
            other.apply(changes)
        other.past = Past()
        return other

    def become(self, other: Forking) -> None:
        """Stand where another run stands, with its past; undo leads back. SpecError where members differ."""
        if self.others != other.others:
            raise SpecError("members", OTHER_NETWORKS)
        self.mark()
        self.go(other.moment().kept())
        self.trouble, self.stopped = other.trouble, other.stopped

    def save(self, path: str | PathLike[str], own_data: bool = False) -> list[str]:
        """Write the run as one file: spec, journal, State, history. What it leaves out, in sentences.

        `own_data`: with the table that was loaded, if there is one. SpecError where it is too large for a file.
        """
        from dlcore.training.saved import write

        return write(self, path, own_data)

    @classmethod
    def open(cls, path: str | PathLike[str]) -> Self:
        """The run that `save` wrote; it goes on as that one would have, to the bit. SpecError for other files."""
        from dlcore.training.saved import read

        return read(path)
