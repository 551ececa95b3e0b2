"""The register of sittings: tokens given out, reclaimed, and dropped when nobody comes back."""

from __future__ import annotations

import itertools
import threading
import time
from typing import Any

from dlcore.limits import Limits
from dlcore.live.files import drop
from dlcore.live.sitting import Held, Projection, Sitting
from dlcore.params import SpecError
from dlcore.spec import RunSpec, ViewSpec

SPARED = 30.0  # seconds that a page has to open its socket, however full the server is


class UnknownSitting(KeyError):
    """There is no sitting with that token: it was never issued, or was dropped."""


class Register:
    """All sittings of a server, and under `held` all their runs by the key that workers know."""

    def __init__(self, limits: Limits):
        self.limits = limits
        self.lock = threading.RLock()
        self.sittings: dict[str, Sitting] = {}
        self.held: dict[str, tuple[Sitting, Held]] = {}
        self._numbers = itertools.count(1)

    def new_sitting(self, spec: RunSpec | None = None, view: ViewSpec | None = None) -> str:
        """A new token, with a run "main" of `spec`. SpecError when the server is full."""
        with self.lock:
            self.make_room()
            sitting = Sitting(next(self._numbers), time.monotonic())
            self.sittings[sitting.token] = sitting
            self.hold(sitting, Projection("main", spec or RunSpec.default(), view or ViewSpec()))
            return sitting.token

    def claim(self, token: str | None) -> str:
        """The same token where its sitting is still held, else that of a new sitting."""
        with self.lock:
            if self.knows(token):
                self.sittings[token].left_at = time.monotonic()
                return token
            return self.new_sitting()

    def knows(self, token: Any) -> bool:
        """Whether this token was issued and its sitting is still held."""
        return isinstance(token, str) and token in self.sittings

    def run(self, token: str, run: str = "main") -> Projection:
        """The run as it stands. UnknownSitting, or SpecError where the sitting has no such run."""
        with self.lock:
            return self.find(token, run)[1].now

    def find(self, token: str, run: str) -> tuple[Sitting, Held]:
        """A sitting and one of its runs. UnknownSitting, or SpecError where the sitting has no such run."""
        if not self.knows(token):
            raise UnknownSitting(
                "This page was away for too long, and its network is gone. Please load it again."
            )
        sitting = self.sittings[token]
        if not isinstance(run, str) or run not in sitting.runs:
            raise SpecError("run", f"There is no run called “{str(run)[:40]}” here.")
        return sitting, sitting.runs[run]

    def hold(self, sitting: Sitting, now: Projection) -> Held:
        """Take a run into a sitting, under a key that no other run of the server has or had."""
        key = f"{sitting.number}/{now.name}"
        if now.fork:  # a branch of that name may have been closed
            key += f"/{next(self._numbers)}"
        held = Held(key, now, counter=now.revision, files=sitting.files)
        sitting.runs[now.name] = held
        self.held[held.key] = (sitting, held)
        return held

    def tell_workers(self, message: dict[str, Any]) -> None:
        """Say something to every worker; a register alone has none."""

    def make_room(self) -> None:
        """See that one more sitting fits: the oldest visit that no socket came to goes. SpecError if there is none."""
        if len(self.sittings) < self.limits.max_sittings:
            return
        self.tidy()
        now = time.monotonic()
        visits = [
            sitting
            for sitting in self.sittings.values()
            if not sitting.met and now - sitting.left_at > SPARED
        ]
        if len(self.sittings) >= self.limits.max_sittings and visits:
            self._drop(min(visits, key=lambda sitting: sitting.left_at))
        if len(self.sittings) >= self.limits.max_sittings:
            raise SpecError(
                "sittings",
                f"{self.limits.max_sittings} people use this server already, and it takes no more. "
                "Please try again in a few minutes.",
            )

    def tidy(self) -> None:
        """Drop the sittings that nobody has watched for `limits.abandoned_after` seconds."""
        with self.lock:
            now = time.monotonic()
            for sitting in list(self.sittings.values()):
                if sitting.watcher is None and now - sitting.left_at > self.limits.abandoned_after:
                    self._drop(sitting)

    def _drop(self, sitting: Sitting) -> None:
        del self.sittings[sitting.token]
        drop(self, sitting)
        for held in sitting.runs.values():
            self.let_go(held)

    def let_go(self, held: Held) -> None:
        """The run is nobody's any more: its worker closes it."""
        del self.held[held.key]
        if held.slot:
            held.slot.send({"op": "close", "run": held.key})
            held.slot.runs -= 1
