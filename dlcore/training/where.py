"""Where a run is computed: the part of `Run` that knows its device, and moves to another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dlcore.network.shapes import describe
from dlcore.spec import RunSpec
from dlcore.training.computing import CUDA, NO_AUTOCAST, Computing, available, placed, threads_of, work_of
from dlcore.training.journal import Event, Journal
from dlcore.training.outcome import Trouble
from dlcore.training.past import Moment
from dlcore.training.state import State
from dlcore.training.stopping import Stopped


class Where:
    """`device` is what `computing` came to ("cpu", "cuda:0" …), `device_note` a sentence where that is not what was
    chosen. An automatic choice is made anew only by `compute_on`: no run changes its device by itself."""

    computing: Computing
    device: str
    device_note: str
    spec: RunSpec
    state: State
    stepper: Any
    journal: Journal
    version: int
    trouble: Trouble | None
    stopped: Stopped | None
    _note: Callable[[Event], None]
    _rebuild: Callable[[RunSpec], None]
    moment: Callable[[], Moment]

    @property
    def autocast(self) -> bool:
        """Whether products are computed in bfloat16."""
        return self.computing.autocast and self.device.startswith(CUDA)

    @property
    def threads(self) -> int | None:
        """How many threads a step may use; None is PyTorch's own number."""
        return threads_of(self.computing, self.device)

    @property
    def where(self) -> dict[str, Any]:
        """What the journal keeps of it: stepper and device, and what is not usual."""
        found = {"stepper": self.stepper.id, "device": self.device}
        if self.autocast:
            found["autocast"] = True
        if (self.threads or 1) > 1:
            found["threads"] = self.threads
        return found

    def compute_on(self, computing: Computing) -> None:
        """Go on elsewhere, from these very numbers. The next step that is trained writes it into the journal."""
        before = self.device, self.autocast
        self.computing = computing
        self._settle(self.spec)
        if (self.device, self.autocast) != before:
            kept = self.state.copy()
            trouble, stopped = self.trouble, self.stopped
            self._rebuild(self.spec)
            self.state.load(kept)
            self.trouble, self.stopped = trouble, stopped
        self.version += 1

    def take_place(self, other: Where) -> None:
        """Be computed where another run is."""
        self.computing, self.device, self.device_note = other.computing, other.device, other.device_note

    def _settle(self, spec: RunSpec) -> None:
        """The device that the choice comes to."""
        found = placed(self.computing.device, available(), work_of(describe(spec)))
        self.device, self.device_note = found.devices[0], found.note
        if self.computing.autocast and not self.autocast and not found.note:
            self.device_note = NO_AUTOCAST

    def _note_where(self) -> None:
        """Training goes on: write into the journal where, if that is another place than before."""
        if self.journal.where != self.where:
            self._note(Event(self.moment().step, "resolved", self.where))
