"""Saved runs on their way: bytes that a browser fetches or sends over plain HTTP, each under a ticket of its own.

A socket's messages are short text, so a file goes beside it: an action gives out a ticket that nobody can
guess, good for one fetch or one file, for a few minutes. All files that wait here together are bounded.
"""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass

from dlcore.limits import Limits
from dlcore.params import SpecError

GOOD_FOR = 300.0  # seconds
MOST_TICKETS = 1_000
MOST_FILES = 4  # of the largest size; then the oldest goes
GONE = "This file is not here any more. Please save or open once more."


@dataclass(frozen=True)
class Waiting:
    """A file to be fetched (`name`, `data`), or leave to send one for a run of a sitting, of the kind `name`."""

    token: str
    run: str
    until: float
    name: str = ""
    data: bytes | None = None


class Exchange:
    """What waits to be fetched or sent, by ticket. Any thread may call it."""

    def __init__(self, limits: Limits):
        self._limits = limits
        self._lock = threading.Lock()
        self._waiting: dict[str, Waiting] = {}

    def offer(self, token: str, run: str, name: str, data: bytes) -> str:
        """The ticket under which the browser fetches these bytes; the last ones of the same sitting go."""
        with self._lock:
            for ticket, other in list(self._waiting.items()):
                if other.token == token and other.data is not None:
                    del self._waiting[ticket]
            return self._add(Waiting(token, run, time.monotonic() + GOOD_FOR, name, data))

    def expect(self, token: str, run: str, kind: str = "run") -> str:
        """The ticket under which the browser may send a file of that kind for that run."""
        with self._lock:
            for ticket, other in list(self._waiting.items()):
                if (other.token, other.run, other.data) == (token, run, None):
                    del self._waiting[ticket]
            return self._add(Waiting(token, run, time.monotonic() + GOOD_FOR, kind))

    def fetch(self, ticket: str) -> Waiting:
        """What waits under a ticket; it stays, because a browser may ask twice. SpecError where there is nothing."""
        return self._find(ticket, sending=False)

    def check(self, ticket: str) -> None:
        """SpecError where no file may be sent under this ticket."""
        self._find(ticket, sending=True)

    def accept(self, ticket: str) -> Waiting:
        """Whose run a file that is sent is for; the ticket is used up. SpecError where it is not good."""
        with self._lock:
            found = self._find_locked(ticket, sending=True)
            del self._waiting[ticket]
            return found

    def _find(self, ticket: str, sending: bool) -> Waiting:
        with self._lock:
            return self._find_locked(ticket, sending)

    def _find_locked(self, ticket: str, sending: bool) -> Waiting:
        found = self._waiting.get(ticket)
        if found is None or found.until < time.monotonic() or (found.data is None) != sending:
            raise SpecError("file", GONE)
        return found

    def _add(self, item: Waiting) -> str:
        now, room = time.monotonic(), MOST_FILES * self._limits.max_file_bytes
        kept = {ticket: other for ticket, other in self._waiting.items() if other.until >= now}
        room -= len(item.data or b"")
        newest = {}
        for ticket, other in reversed(list(kept.items())[-MOST_TICKETS + 1 :]):
            room -= len(other.data or b"")
            if room >= 0:
                newest[ticket] = other
        ticket = secrets.token_urlsafe(32)
        self._waiting = {**dict(reversed(list(newest.items()))), ticket: item}
        return ticket
