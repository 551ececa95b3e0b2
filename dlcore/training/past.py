"""The past of a run: snapshots for seeking, and the moments that undo and redo lead to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dlcore.lazy import torch
from dlcore.limits import LIMITS
from dlcore.spec import RunSpec
from dlcore.training.history import History
from dlcore.training.journal import Journal
from dlcore.training.state import State


@dataclass(frozen=True)
class Snapshot:
    """A State after `step` updates and `applied` journal events."""

    step: int
    applied: int
    state: Mapping[str, torch.Tensor]


class Snapshots:
    """Snapshots at multiples of a stride; when they grow too many, every second one goes.

    So there are at most `LIMITS.max_snapshots` of them (fewer of a large network: at most
    `LIMITS.max_past_bytes` in all), and a replay never takes more steps than the stride, which
    stays below 2 · steps / their number.
    """

    def __init__(self) -> None:
        self._kept: list[Snapshot] = []
        self._stride = 16
        self.furthest = 0

    def offer(self, step: int, applied: int, state: State) -> None:
        """Keep the State if `step` is due and not kept yet."""
        self.furthest = max(self.furthest, step)
        if step % self._stride or (self._kept and self._kept[-1].step >= step):
            return
        self._kept.append(Snapshot(step, applied, state.copy()))
        room = LIMITS.max_past_bytes // max(size_of(self._kept[-1].state), 1)
        if len(self._kept) > min(LIMITS.max_snapshots, max(room, 2)):
            self._stride *= 2
            self._kept = [snapshot for snapshot in self._kept if snapshot.step % self._stride == 0]

    def states(self) -> list[Mapping[str, torch.Tensor]]:
        """What is kept, oldest first."""
        return [snapshot.state for snapshot in self._kept]

    def before(self, step: int) -> Snapshot:
        """The last snapshot at or before `step`."""
        return next(snapshot for snapshot in reversed(self._kept) if snapshot.step <= step)

    def up_to(self, step: int) -> Snapshots:
        """A copy without the snapshots after `step`."""
        copy = Snapshots()
        copy._stride = self._stride
        copy._kept = [snapshot for snapshot in self._kept if snapshot.step <= step]
        copy.furthest = min(self.furthest, step)
        return copy


def size_of(state: Mapping[str, torch.Tensor]) -> int:
    """Bytes of a snapshot, or of a State's named tensors."""
    return sum(buffer.nbytes for buffer in state.values())


@dataclass(frozen=True)
class Moment:
    """All there is to come back to. `state` is the live State until the moment is kept.

    `waiting` are the drawn points that enter at the next epoch, None where none wait.
    """

    origin: RunSpec
    spec: RunSpec
    journal: Journal
    applied: int
    step: int
    sample: int
    version: int
    state: Any
    history: History
    snapshots: Snapshots
    waiting: list[list[float]] | None = None

    def kept(self) -> Moment:
        """With everything that goes on changing copied."""
        furthest = self.snapshots.furthest
        return replace(
            self,
            state=self.state.copy(),
            history=self.history.up_to(furthest),
            snapshots=self.snapshots.up_to(furthest),
        )


class Past:
    """What undo and redo come back to, the newest last."""

    def __init__(self) -> None:
        self.undo: list[Moment] = []
        self.redo: list[Moment] = []

    def mark(self, now: Moment) -> None:
        """Remember this moment, unless nothing has happened since the last one."""
        if not (self.undo and self.undo[-1].version == now.version):
            self.undo = _within_limits([*self.undo, now.kept()])
        self.redo.clear()

    def can_undo(self, now: Moment) -> bool:
        """Whether a moment is remembered in which something was different."""
        return any(moment.version != now.version for moment in self.undo)

    def back(self, now: Moment) -> Moment | None:
        """The last remembered moment that is not this one; this one can be had again by `forward`."""
        while self.undo:
            moment = self.undo.pop()
            if moment.version != now.version:
                self.redo.append(now.kept())
                return moment
        return None

    def forward(self, now: Moment) -> Moment | None:
        """The moment last left by `back`; this one can be had again by `back`."""
        if not self.redo:
            return None
        self.undo.append(now.kept())
        return self.redo.pop()


def _within_limits(moments: list[Moment]) -> list[Moment]:
    """The newest moments that fit into `LIMITS.max_undo` and `max_past_bytes`, at least one.

    Moments share the snapshots of their common past; each counts once.
    """
    kept: list[Moment] = []
    counted: set[int] = set()
    total = 0
    for moment in reversed(moments[-LIMITS.max_undo :]):
        states = {id(state): state for state in (moment.state, *moment.snapshots.states())}
        total += sum(size_of(state) for key, state in states.items() if key not in counted)
        counted |= set(states)
        if kept and total > LIMITS.max_past_bytes:
            break
        kept.append(moment)
    return kept[::-1]
