"""The past of a run: snapshots for seeking, and the moments that undo and redo lead to."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from operator import attrgetter
from typing import Any

from dlcore.lazy import torch
from dlcore.limits import LIMITS
from dlcore.spec import RunSpec
from dlcore.training.history import History
from dlcore.training.journal import Journal
from dlcore.training.state import State

GRAIN = 16  # steps between two snapshots at the densest
OLDER = {1: 8, 5: 1}  # snapshots for each doubling of the age, of moments that so many are newer than


@dataclass(frozen=True)
class Snapshot:
    """A State after `step` updates and `applied` journal events, and the spec as it stood there."""

    step: int
    applied: int
    state: Mapping[str, torch.Tensor]
    spec: RunSpec


class Snapshots:
    """Snapshots that lie the sparser the older they are: dense near now, far back one every few hundred steps.

    They lie at multiples of a grain; one of age a is kept where its step is a multiple of
    grain · 2^j, the smallest of these that is at least a / `_dense`. So there are about `_dense`
    for each doubling of the age, a replay to age a takes at most 2a / `_dense` steps, and there are
    never more than `LIMITS.max_snapshots`, nor more than fit into `LIMITS.max_past_bytes` (at least two).
    """

    def __init__(self) -> None:
        self._kept: list[Snapshot] = []
        self._grain = GRAIN
        self._dense = LIMITS.max_snapshots
        self._furthest = 0

    def offer(self, step: int, applied: int, state: State, spec: RunSpec) -> None:
        """Keep the State if `step` is due and not kept yet; also what a replay passes and is missing."""
        self._furthest = max(self._furthest, step)
        if step % self._grain or not self._is_due(step):
            return
        at = bisect_left(self._kept, step, key=attrgetter("step"))
        if at < len(self._kept) and self._kept[at].step == step:
            return
        self._kept.insert(at, Snapshot(step, applied, state.copy(), spec))
        most = self._most()
        if len(self._kept) > most:
            self._thin(max(1, most * 3 // 4))

    def _is_due(self, step: int) -> bool:
        """Whether that step is one to be kept at its age."""
        coarse = -(-(self._furthest - step) // (self._grain * self._dense))
        return step % (self._grain << max(0, coarse - 1).bit_length()) == 0

    def _most(self) -> int:
        """How many there may be."""
        return min(LIMITS.max_snapshots, max(2, LIMITS.max_past_bytes // max(size_of(self._kept[-1].state), 1)))

    def _thin(self, most: int) -> None:
        """Drop what is too much for its age, until only `most` are left; the start always stays."""
        while True:
            kept = [each for each in self._kept if each.step % self._grain == 0 and self._is_due(each.step)]
            if len(kept) <= most:
                self._kept = kept
                return
            if self._dense > 1:
                self._dense //= 2
            else:
                self._grain *= 2

    def kept(self) -> list[Snapshot]:
        """What is kept, oldest first."""
        return list(self._kept)

    def states(self) -> list[Mapping[str, torch.Tensor]]:
        """Their States, oldest first."""
        return [snapshot.state for snapshot in self._kept]

    def before(self, step: int) -> Snapshot:
        """The last snapshot at or before `step`."""
        return self._kept[bisect_right(self._kept, step, key=attrgetter("step")) - 1]

    def up_to(self, step: int) -> Snapshots:
        """A copy without the snapshots after `step`."""
        copy = Snapshots()
        copy._grain, copy._dense = self._grain, self._dense
        copy._kept = self._kept[: bisect_right(self._kept, step, key=attrgetter("step"))]
        copy._furthest = min(self._furthest, step)
        return copy

    def copy(self) -> Snapshots:
        """A copy; the snapshots themselves are shared, because nobody changes them."""
        return self.up_to(self._furthest)

    def sparse(self, dense: int) -> Snapshots:
        """A copy with about `dense` for each doubling of the age; where it is gone on from it fills up again."""
        copy = self.copy()
        kept, copy._dense = copy._dense, min(dense, copy._dense)
        copy._kept = [each for each in copy._kept if each.step % copy._grain == 0 and copy._is_due(each.step)]
        copy._dense = kept
        return copy

    @classmethod
    def of(cls, kept: list[Snapshot]) -> Snapshots:
        """With these snapshots, oldest first, the start among them."""
        found = cls()
        found._kept, found._furthest = list(kept), kept[-1].step
        return found


def size_of(state: Mapping[str, torch.Tensor]) -> int:
    """Bytes of a snapshot, or of a State's named tensors."""
    return sum(buffer.nbytes for buffer in state.values())


@dataclass(frozen=True)
class Moment:
    """All there is to come back to. `state` is the live State until the moment is kept.

    `waiting` is what enters at the next epoch, drawn points and curated samples: {path: value}, None where nothing
    waits. `ahead` is where the run stood before it was sought back to here, None where nothing lies ahead; until then
    journal, history and snapshots are those of the whole time. `stepper` is the choice that the run was made with.
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
    waiting: dict[str, Any] | None = None
    ahead: Moment | None = None
    stepper: str = "auto"

    def kept(self) -> Moment:
        """With everything that goes on changing copied."""
        return replace(
            self, state=self.state.copy(), history=self.history.copy(), snapshots=self.snapshots.copy()
        )

    def sparse(self, dense: int) -> Moment:
        """With fewer snapshots, of what lies ahead too: a seek from there replays longer, to the same bits."""
        ahead = self.ahead and self.ahead.sparse(dense)
        return replace(self, snapshots=self.snapshots.sparse(dense), ahead=ahead)

    @cached_property
    def sizes(self) -> dict[int, int]:
        """Bytes of every State that a kept moment holds, by identity: moments of one way share most of them."""
        own = {id(state): size_of(state) for state in (self.state, *self.snapshots.states())}
        return own if self.ahead is None else own | self.ahead.sizes

    @cached_property
    def bytes(self) -> int:
        """All of them, shared or not."""
        return sum(self.sizes.values())

    def last(self) -> Moment:
        """The same without what lies ahead."""
        if self.ahead is None:
            return self
        return replace(
            self,
            journal=self.journal.up_to(self.applied),
            history=self.history.up_to(self.step),
            snapshots=self.snapshots.up_to(self.step),
            ahead=None,
        )


class Past:
    """What undo and redo come back to, the newest last."""

    def __init__(self) -> None:
        self.undo: list[Moment] = []
        self.redo: list[Moment] = []

    def mark(self, now: Moment, looking: bool = False) -> None:
        """Remember this moment, unless nothing has happened since the last one.

        `looking`: what comes only looks back, so what was undone can still be had again.
        """
        if not (self.undo and self.undo[-1].version == now.version):
            self.undo = _with(self.undo, now.kept())
        if not looking:
            self.redo.clear()

    def can_undo(self, now: Moment) -> bool:
        """Whether a moment is remembered in which something was different."""
        return any(moment.version != now.version for moment in self.undo)

    def back(self, now: Moment) -> Moment | None:
        """The last remembered moment that is not this one; this one can be had again by `forward`."""
        while self.undo:
            moment = self.undo.pop()
            if moment.version != now.version:
                self.put_off(now.kept())
                return moment
        return None

    def put_off(self, moment: Moment) -> None:
        """`forward` leads to this moment next. Looking back leaves redo as it is, so it is bounded as undo is."""
        self.redo = _with(self.redo, moment)

    def forward(self, now: Moment) -> Moment | None:
        """The moment last left by `back`; this one can be had again by `back`."""
        if not self.redo:
            return None
        self.undo = _with(self.undo, now.kept())
        return self.redo.pop()


def _with(moments: list[Moment], newest: Moment) -> list[Moment]:
    """With one more, and those that grew old with fewer snapshots: a hundred of them would else keep all that their
    run has thinned out since."""
    moments = [*moments, newest]
    for age, dense in OLDER.items():
        if len(moments) > age:
            moments[-1 - age] = moments[-1 - age].sparse(dense)
    return _within_limits(moments)


def _within_limits(moments: list[Moment]) -> list[Moment]:
    """The newest moments that fit into `LIMITS.max_undo` and `max_past_bytes`, at least one.

    Moments share the snapshots of their common past; each counts once.
    """
    moments = moments[-LIMITS.max_undo :]
    if sum(moment.bytes for moment in moments) <= LIMITS.max_past_bytes:
        return moments  # those of a small network fit even if each is counted wherever it is held
    kept: list[Moment] = []
    counted: set[int] = set()
    total = 0
    for moment in reversed(moments):
        total += sum(moment.sizes[key] for key in moment.sizes.keys() - counted)
        counted |= moment.sizes.keys()
        if kept and total > LIMITS.max_past_bytes:
            break
        kept.append(moment)
    return kept[::-1]
