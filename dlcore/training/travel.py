"""A run's time: undo and redo, exact seeking from snapshots and replay, and the moments that it comes back to."""

from __future__ import annotations

import time
from collections.abc import Callable

from dlcore.params import SpecError
from dlcore.spec import RunSpec
from dlcore.training.edits import editable
from dlcore.training.journal import Event, Journal
from dlcore.training.past import Moment, Snapshot, Snapshots
from dlcore.training.reading import Reading
from dlcore.training.stopping import NOT_STOPPED


class Travel(Reading):
    """The part of `Run` that moves in time; `Run` sets these attributes and knows how a step is made."""

    origin: RunSpec
    journal: Journal
    snapshots: Snapshots
    sample: int
    build: int
    _applied: int
    stepper_choice: str
    _ahead: Moment | None
    _scrubbed = -1  # the version that a scrub left
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

    def seek(self, step: int, deadline: float | None = None) -> bool:
        """To the position after `step` updates: exactly, from a snapshot and replay; beyond, by training.

        What lies ahead is kept until something changes. At `deadline`, a time.perf_counter(), it stops
        on the way, which is False; called again with the same step it goes on from there.
        """
        if isinstance(step, bool) or not isinstance(step, int) or step < 0:
            raise SpecError("step", "A step is a whole number from 0 on.")
        self.trouble, self.sample = None, 0
        if step < self.step and self._ahead is None:
            self._ahead = self.moment().kept()
            self.waiting = None
        snapshot = self.snapshots.before(step)
        if not snapshot.step <= self.step <= step:
            self._restore(snapshot)
        self.version += 1
        start = self.step
        while True:
            self._replay_events()
            if self._ahead is not None and self.step >= self._ahead.step:
                self.waiting, self._ahead = self._ahead.waiting, None
            if self.step >= step:
                break
            if deadline is not None and self.step > start and time.perf_counter() >= deadline:
                return False
            if not self._one_step():
                break
        self.stopped = None
        return True

    def scrub(self, step: int, deadline: float | None = None) -> bool:
        """`seek` for a hand that drags along the time: no further than it was trained, and however many
        in a row, undo takes them all back at once."""
        if self._scrubbed != self.version:
            self.past.mark(self.moment(), looking=True)
        try:
            return self.seek(min(step, self.furthest), deadline)
        finally:
            self._scrubbed = self.version

    @property
    def furthest(self) -> int:
        """The last step that there is: where the run stands, or stood before it was sought back."""
        return self.step if self._ahead is None else max(self.step, self._ahead.step)

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

    def _restore(self, snapshot: Snapshot) -> None:
        """The State of a snapshot, and the spec as it stood there."""
        other = (snapshot.applied, snapshot.spec) != (self._applied, self.spec)
        self._applied = snapshot.applied
        if other:
            self._rebuild(snapshot.spec)
        self.state.load(snapshot.state)
        self.version += 1

    def _drop_future(self) -> None:
        """After a seek back, what lay ahead is no more; redo still leads there."""
        if self._ahead is None:
            return
        self.past.put_off(self._ahead)
        self._forget_future()

    def _forget_future(self) -> None:
        now = self.moment().last()
        self.journal, self.recorded, self.snapshots, self._ahead = now.journal, now.history, now.snapshots, None
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
            ahead=self._ahead,
            stepper=self.stepper_choice,
        )

    def go(self, moment: Moment | None) -> bool:
        """Stand where a moment stood; False, and nothing done, for None."""
        if moment is None:
            return False
        self.origin, self.journal, self._applied = moment.origin, moment.journal, moment.applied
        self.stepper_choice = moment.stepper
        self._rebuild(moment.spec)
        self.state.load(moment.state)
        # what was kept may be come back to again, so it is not handed out to grow
        self.recorded, self.snapshots, self.sample = moment.history.copy(), moment.snapshots.copy(), moment.sample
        self._ahead, self.waiting = moment.ahead, moment.waiting
        self.build += 1
        self.version += 1
        return True
