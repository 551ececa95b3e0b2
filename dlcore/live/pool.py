"""The server's worker processes, each on one device: started, listened to, replaced when they die, ended with it."""

from __future__ import annotations

import logging
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from dlcore.limits import LIMITS
from dlcore.live.wire import Channel
from dlcore.training.computing import CPU, cores

log = logging.getLogger(__name__)
STARTING = 60.0  # seconds that a process may take to import PyTorch on a slow machine
Received = Callable[["Slot", dict[str, Any], bytes], None]
Started = tuple[subprocess.Popen[bytes], socket.socket]
_early: list[Started] = []


def start_early() -> None:
    """Start the first worker now, before there is a pool: it has PyTorch to import meanwhile.

    The first slot that starts takes it over. Call it in the server's own process: a worker leaves
    with its parent.
    """
    _early.append(_start(CPU, first=True))


def _start(device: str, first: bool = False) -> Started:
    """A worker process and our end of its channel. The first one is waited for, so it does not step back."""
    ours, theirs = socket.socketpair()
    try:
        return _spawn(theirs, device, first), ours
    finally:
        theirs.close()


class Slot:
    """One place for a worker. The process in it may be replaced; the runs placed here stay here.

    Two threads serve it: one receives and hands over, one sends, so that neither the event loop nor
    a page ever waits for a worker that is busy with a long step.
    """

    def __init__(self, number: int, device: str, received: Received, replaced: Callable[[Slot], None]):
        self.number = number
        self.device = device
        self.runs = 0
        self.process: subprocess.Popen[bytes] | None = None
        self.starts = 0
        self._begun = False
        self.ready = False
        self.heard = 0.0  # when the process last said anything
        self._received = received
        self._replaced = replaced
        self._outbox: queue.SimpleQueue[tuple[dict[str, Any], bytes] | None] = queue.SimpleQueue()
        self._channel: Channel | None = None
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._live, name=f"worker-{number}", daemon=True)

    def start(self) -> None:
        """Start the process in the background, unless that was done; messages sent meanwhile wait for it."""
        with self._lock:
            if self._begun or self._closing.is_set():
                return
            self._begun = True
        self._launch()
        self._thread.start()

    def send(self, message: dict[str, Any], payload: bytes = b"") -> None:
        """Queue a message. What a dying worker did not take is lost: its runs are opened anew."""
        self._outbox.put((message, payload))

    def close(self, patience: float = 2.0) -> None:
        """End the process: it leaves when its channel closes; after `patience` seconds it is killed."""
        with self._lock:
            self._closing.set()
            process, channel = self.process, self._channel
        self._outbox.put(None)
        if channel:
            channel.close()
        if process:
            try:
                process.wait(patience)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def check(self, patience: float) -> None:
        """Kill the process if it hangs: it was not heard of for `patience` seconds. It is then replaced."""
        with self._lock:
            silent = time.monotonic() - self.heard
            if self.process and silent > (patience if self.ready else max(patience, STARTING)):
                log.warning("Worker %d was not heard of for %.0f s and is killed.", self.number, silent)
                self.process.kill()

    def _launch(self) -> None:
        with self._lock:
            if self._closing.is_set():
                return
            self._outbox = queue.SimpleQueue()
            first = self.number == 0 and not self.starts
            self.process, ours = _early.pop() if first and _early else _start(self.device, first)
            self.starts += 1
            self.ready, self.heard = False, time.monotonic()
            self._channel = Channel(ours)
            threading.Thread(
                target=_send_all,
                args=(self._channel, self._outbox),
                name=f"to-worker-{self.number}",
                daemon=True,
            ).start()

    def _live(self) -> None:
        failures = 0
        while not self._closing.is_set():
            channel, outbox = self._channel, self._outbox
            ready = self._listen(channel)
            self.ready = False
            channel.close()
            outbox.put(None)
            if self._closing.is_set():
                return
            code = self.process.wait()
            failures = 0 if ready else failures + 1
            log.warning("Worker %d ended with code %s and is replaced.", self.number, code)
            # A worker that cannot even start would fail again at once: wait longer each time.
            self._closing.wait(min(30.0, 0.5 * 2**failures) if failures else 0)
            self._launch()
            if not self._closing.is_set():
                self._replaced(self)

    def _listen(self, channel: Channel) -> bool:
        ready = False
        try:
            while True:
                message, payload = channel.receive()
                self.heard = time.monotonic()
                if message["op"] == "alive":
                    continue
                if message["op"] == "ready":
                    ready = self.ready = True
                try:
                    self._received(self, message, payload)
                except Exception:
                    log.exception("A message of worker %d could not be taken in.", self.number)
        except (EOFError, OSError, ValueError):
            return ready


def _send_all(channel: Channel, outbox: queue.SimpleQueue) -> None:
    while (item := outbox.get()) is not None:
        try:
            channel.send(*item)
        except (OSError, ValueError):
            return


def _spawn(stream: socket.socket, device: str, first: bool) -> subprocess.Popen[bytes]:
    home = str(Path(__file__).resolve().parents[2])
    paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "dlcore.live.worker", "--parent", str(os.getpid()), "--device", device]
    command += ["--first"] if first else []
    if os.name == "nt":
        process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)
        process.stdin.write(stream.share(process.pid))
        process.stdin.close()
        return process
    descriptor = stream.fileno()
    return subprocess.Popen(
        [*command, "--socket", str(descriptor)],
        stdin=subprocess.DEVNULL,
        pass_fds=[descriptor],
        env=environment,
    )


class Pool:
    """Worker slots, by default one per core; a run goes where the fewest are.

    The first starts alone: two that import PyTorch at once, beside a browser that loads the page, would
    make whoever opened it wait for both. The others follow once it is ready, or at the second run.
    One more, the heavy one, is started when the first run with long steps needs it, and one for each graphics
    processor when the first run is to be computed there. `devices` are those that a worker found.
    """

    def __init__(
        self,
        count: int,
        received: Received,
        replaced: Callable[[Slot], None],
        stuck_after: float = LIMITS.stuck_after,
    ):
        self._slot = lambda number, device=CPU: Slot(number, device, received, replaced)
        self.slots = [self._slot(number) for number in range(count or cores())]
        self.devices: tuple[str, ...] = (CPU,)
        self._heavy: Slot | None = None
        self._others: dict[str, Slot] = {}
        self._stuck_after = stuck_after
        self._closing = threading.Event()

    def start(self) -> None:
        """Start the first worker, for whoever waits for it, and the watch over all of them."""
        self.slots[0].start()
        threading.Thread(target=self._watch, name="watch", daemon=True).start()

    def place(self, devices: Sequence[str] = (CPU,)) -> Slot:
        """Of the slots on these devices the one with the fewest runs. Not for two threads at once: the hub's lock
        guards it."""
        slot = min(self._on(devices), key=lambda slot: slot.runs)
        slot.start()
        return slot

    def _on(self, devices: Sequence[str]) -> list[Slot]:
        if CPU in devices:
            return self.slots
        for device in devices:
            if device not in self._others:
                self._others[device] = self._slot(len(self.everyone()), device)
        return [self._others[device] for device in devices]

    def without(self, device: str) -> None:
        """That device does not work: no run is placed there any more, and its worker ends."""
        self.devices = tuple(other for other in self.devices if other != device)
        slot = self._others.pop(device, None)
        if slot:
            threading.Thread(target=slot.close, name="closing", daemon=True).start()

    def heavy(self) -> Slot:
        """The slot for runs with long steps. Not for two threads at once: the hub's lock guards it."""
        if self._heavy is None:
            self._heavy = self._slot(len(self.everyone()))
            self._heavy.start()
        return self._heavy

    def everyone(self) -> list[Slot]:
        """All slots that there are by now."""
        return [*self.slots, *filter(None, [self._heavy]), *list(self._others.values())]

    def _watch(self) -> None:
        tick = min(1.0, self._stuck_after / 4)
        before = time.monotonic()
        while not self._closing.wait(tick):
            if self.slots[0].ready:
                for slot in self.slots:
                    slot.start()
            now = time.monotonic()
            held_up = now - before > tick + self._stuck_after / 4
            for slot in self.everyone():
                # Where this process was stopped itself, nobody could be heard of meanwhile.
                if held_up:
                    slot.heard = now
                else:
                    slot.check(self._stuck_after)
            before = now

    def close(self) -> None:
        """End every worker; none is left when this returns."""
        self._closing.set()
        deadline = time.monotonic() + 2.0
        closers = [
            threading.Thread(target=slot.close, args=(max(0.1, deadline - time.monotonic()),))
            for slot in self.everyone()
        ]
        for closer in closers:
            closer.start()
        for closer in closers:
            closer.join()
