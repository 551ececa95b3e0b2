"""A hub without a server: the runs live in this process, and nothing happens by itself.

For notebooks and for tests of pages. The interface is the hub's; what a worker would refuse is
raised at once, and playing goes on only while `turn` is called.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from dlcore.limits import LIMITS, Limits
from dlcore.live.hub import Hub
from dlcore.training.computing import CPU


class LocalSlot:
    """A worker's place in this very process. PyTorch is imported at the first message."""

    number = 0
    process = None
    device = CPU
    ready = True

    def __init__(self, hub: LocalHub):
        self.runs = 0
        self._hub = hub
        self._host: Any = None

    @property
    def host(self) -> Any:
        """What a worker process has, made when it is first needed."""
        if self._host is None:
            from dlcore.live.host import Host

            self._host = Host(lambda message, payload=b"": self._hub._received(self, message, payload))
        return self._host

    def send(self, message: dict[str, Any], payload: bytes = b"") -> None:
        """Carried out before this returns."""
        self.host.handle(message, payload)


class LocalPool:
    """One place, for every run."""

    devices = (CPU,)

    def __init__(self, hub: LocalHub):
        self.slots = [LocalSlot(hub)]

    def place(self, devices: Sequence[str] = devices) -> LocalSlot:
        """The only slot there is."""
        return self.slots[0]

    def heavy(self) -> None:
        """There is no other process to move to."""

    def everyone(self) -> list[LocalSlot]:
        """Every slot."""
        return self.slots

    def start(self) -> None:
        """There is no process to start."""

    def close(self) -> None:
        """Let go of the runs."""
        self.slots.clear()


class LocalHub(Hub):
    """A hub whose runs are carried out in the calling thread."""

    def __init__(self, limits: Limits = LIMITS):
        super().__init__(limits, pool=LocalPool(self))

    def start(self) -> None:
        """Nothing to start."""

    def turn(self, seconds: float = 0.0) -> None:
        """Let the runs that play train for so many seconds (at least one slice), and send frames."""
        end = time.perf_counter() + seconds
        while True:
            with self.lock:
                for slot in self._pool.slots:
                    slot.host.turn()
            if time.perf_counter() >= end:
                return
