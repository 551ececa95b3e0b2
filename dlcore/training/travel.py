"""A run's time: undo and redo, exact seeking from snapshots and replay, and the moments that it comes back to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from dlcore.params import SpecError
from dlcore.spec import RunSpec
from dlcore.training.edits import editable
from dlcore.training.journal import Event, Journal
from dlcore.training.past import Moment, Snapshots
from dlcore.training.reading import Reading
from dlcore.training.stopping import NOT_STOPPED

if TYPE_CHECKING:
    from dlcore.lazy import torch


class Travel(Reading):
    """The part of `Run` that moves in time; `Run` sets these attributes and knows how a step is made."""

    origin: RunSpec
    journal: Journal
    snapshots: Snapshots
    sample: int
    build: int
    _applied: int
    _ahead: Moment | None
    _one_step: Callable[[], bool]
    _rebuild: Callable[[RunSpec], None]
    _change: Callable[[RunSpec], None]
    _set: Callable[[str, tuple[int, ...], float], None]
    _operated: Callable[[Event], None]

    def mark(self) -> None:
        """Remember this moment as one that undo comes back to."""
        self.past.mark(self.moment())

    def undo(self) -> bool:
        """Back to the moment before the last change or training; False where there is none."""
        return self.go(self.past.back(self.moment()))

    def redo(self) -> bool:
        """Forward again to what was undone; False where there is nothing."""
        return self.go(self.past.forward(self.moment()))

    def seek(self, step: int) -> None:
        """To the position after `step` updates: exactly, from a snapshot and replay; beyond, by training."""
        if isinstance(step, bool) or not isinstance(step, int) or step < 0:
            raise SpecError("step", "A step is a whole number from 0 on.")
        self.trouble, self.sample = None, 0
        if step < self.step and self._ahead is None:
            self._ahead = self.moment().kept()
            self.waiting = None
        snapshot = self.snapshots.before(step)
        if not snapshot.step <= self.step <= step:
            self._restore(snapshot.applied, snapshot.state)
        self.build += 1
        while True:
            self._replay_events()
            if self._ahead is not None and self.step >= self._ahead.step:
                self.waiting, self._ahead = self._ahead.waiting, None
            if self.step >= step or not self._one_step():
                break
        self.stopped = None

    def to_best(self) -> None:
        """To the step whose validation loss was best, where early stopping paused; undoable."""
        if self.stopped is None:
            raise SpecError("command", NOT_STOPPED)
        self.mark()
        self.seek(self.stopped.step)

    def _replay_events(self) -> None:
        """Apply the journal's events of this very step that have not been applied yet."""
        events = self.journal.events
        while self._applied < len(events) and events[self._applied].step <= self.step:
            event = events[self._applied]
            self._applied += 1
            if event.kind in ("change", "points"):
                self._change(event.applied_to(self.spec))
            elif event.kind == "edit":
                self._set(*editable(self.state, event.what["address"], event.what["value"]))
            elif event.kind != "resolved":
                self._operated(event)

    def _restore(self, applied: int, state: Mapping[str, torch.Tensor]) -> None:
        """The State of a snapshot, and the spec as it stood after `applied` events."""
        self._applied = applied
        self._rebuild(self.journal.spec_after(applied, self.origin))
        self.state.load(state)
        self.version += 1

    def _drop_future(self) -> None:
        """After a seek back, what lay ahead is no more; redo still leads there."""
        if self._ahead is None:
            return
        self.past.redo.append(self._ahead)
        self._ahead = None
        self.journal = self.journal.up_to(self._applied)
        self.recorded = self.recorded.up_to(self.step)
        self.snapshots = self.snapshots.up_to(self.step)
        self.build += 1

    def moment(self) -> Moment:
        """Where the run stands now, as `go` takes it; its State is the live one until `Moment.kept`."""
        return Moment(
            origin=self.origin,
            spec=self.spec,
            journal=self.journal,
            applied=self._applied,
            step=self.step,
            sample=self.sample,
            version=self.version,
            state=self.state,
            history=self.recorded,
            snapshots=self.snapshots,
            waiting=self.waiting,
        )

    def go(self, moment: Moment | None) -> bool:
        """Stand where a moment stood; False, and nothing done, for None."""
        if moment is None:
            return False
        self.origin, self.journal, self._applied = moment.origin, moment.journal, moment.applied
        self._rebuild(moment.spec)
        self.state.load(moment.state)
        self.recorded, self.snapshots, self.sample = moment.history, moment.snapshots, moment.sample
        self._ahead, self.waiting = None, moment.waiting
        self.build += 1
        self.version += 1
        return True
