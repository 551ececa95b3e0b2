"""The hub: the server's side of sittings and workers. It holds each run's one spec.

Pages (Streamlit script threads), sockets (the event loop) and workers' receiving threads all call
it; one lock serves them, and nothing under it waits. It never imports PyTorch.

To a worker: file, forget, open, close, copy, fork, give, take, hand_over, compute, subscribe, credit, change,
start_here, revision, do, command. From it: ready, unfit, alive, state (what a run has become, and which message that
answers), frame, checkpoint, heavy, handed_over, lost.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dlcore.catalogue import catalogue
from dlcore.live import files
from dlcore.live.actions import LATER
from dlcore.live.asked import another_seed, speed
from dlcore.live.follow import follow, go_on, lost
from dlcore.live.move import arrive, consider, up
from dlcore.live.pool import Pool, Slot
from dlcore.live.proposals import Proposals
from dlcore.live.sitting import Asked, Projection, Sitting, Ticket, Wanted, Watcher, answer_of
from dlcore.params import SpecError
from dlcore.tables import Table

COMMANDS = (
    "play", "pause", "step_sample", "step_batch", "step_epoch", "reset", "new_seed", "regenerate_data",
    "undo", "redo", "speed", "to_best",
)  # fmt: skip


class Hub(Proposals):
    """Sittings, their runs, and the workers that carry these out."""

    # -- start and end ----------------------------------------------------------------------------

    def start(self) -> None:
        """Start the workers, in the background."""
        if self._pool is None:
            self._pool = Pool(
                self._workers, self._received, self._replaced, stuck_after=self.limits.stuck_after
            )
        self._pool.start()
        threading.Thread(target=self._keep_tidy, name="tidy", daemon=True).start()

    def _keep_tidy(self) -> None:
        while not self._closing.wait(min(15.0, self.limits.abandoned_after / 4)):
            self.tidy()

    def close(self) -> None:
        """End every socket and every worker; none is left when this returns."""
        self._closing.set()
        with self.lock:
            for sitting in self.sittings.values():
                if sitting.watcher:
                    sitting.watcher.end(1001)
            self.sittings.clear()
            self.held.clear()
        if self._pool:
            self._pool.close()

    def worker_pids(self) -> list[int]:
        """Process ids of the workers, for tests and for people who look after a server."""
        return [slot.process.pid for slot in self._pool.everyone() if slot.process]

    # -- sockets ----------------------------------------------------------------------------------

    def rival(self, token: str, document: str) -> Watcher | None:
        """The socket of another page load that holds this sitting now, if there is one."""
        with self.lock:
            watcher = self.sittings[token].watcher if self.knows(token) else None
            return watcher if watcher and watcher.document != document else None

    def fork(self, token: str) -> str:
        """The token of a new sitting with copies of this one's runs, paused."""
        with self.lock:
            original, _ = self.find(token, "main")
            self.make_room()
            sitting = Sitting(next(self._numbers), time.monotonic())
            self.sittings[sitting.token] = sitting
            sitting.files |= original.files
            for held in original.runs.values():
                copy = self.hold(sitting, replace(held.now, playing=False))
                copy.computing = held.computing
                copy.checkpoint, copy.saved_at = held.checkpoint, held.saved_at
                # A run that is between two workers is copied from its last checkpoint, when it is needed.
                if held.slot and held.waiting is None:
                    copy.slot = held.slot
                    copy.slot.runs += 1
                    held.send({"op": "copy", "to": copy.key})
            return sitting.token

    def add_table(self, token: str, data: bytes | str, name: str = "") -> Table:
        """Take somebody's own file into the sitting; see `dlcore.live.files.add`."""
        return files.add(self, token, data, name)

    def tell_workers(self, message: dict[str, Any]) -> None:
        """Say something to every worker there is."""
        for slot in self._pool.everyone() if self._pool else ():
            slot.send(message)

    def join(self, token: str, watcher: Watcher) -> list[Projection]:
        """This socket watches the sitting from now on; one that did before is closed (4409)."""
        with self.lock:
            sitting, _ = self.find(token, "main")
            before, sitting.watcher, sitting.met = sitting.watcher, watcher, True
            if before is not None and before is not watcher:
                self._unsubscribe(sitting)
                before.end(4409)
            for held in sitting.runs.values():
                self.place(held)
            return [held.now for held in sitting.runs.values()]

    def leave(self, token: str, watcher: Watcher) -> None:
        """This socket is gone: what it watched pauses, and is dropped if nobody comes back."""
        with self.lock:
            sitting = self.sittings.get(token)
            if sitting is None or sitting.watcher is not watcher:
                return
            sitting.watcher, sitting.left_at = None, time.monotonic()
            self._unsubscribe(sitting)
            for held in sitting.runs.values():
                if held.slot:
                    self._ask(held, {"op": "command", "name": "pause"}, "", None)

    def _unsubscribe(self, sitting: Sitting) -> None:
        for held in sitting.runs.values():
            for wanted in held.subscriptions.values():
                held.send({**wanted.message(), "probes": []})
            held.subscriptions.clear()

    def subscribe(
        self, token: str, name: str, probes: list[dict[str, Any]], credits: int, run: str = "main"
    ) -> None:
        """Frames with these probes, as many ahead as `credits`; no probes: none any more."""
        with self.lock:
            _, held = self.find(token, run)
            if name not in held.subscriptions and len(held.subscriptions) >= self.limits.max_subscriptions:
                raise SpecError(
                    "subscription", f"At most {self.limits.max_subscriptions} pictures of a run are allowed."
                )
            self.place(held)
            held.subscriptions.pop(name, None)
            wanted = Wanted(name, probes, credits, next(self._ticket_numbers))
            if probes:
                held.subscriptions[name] = wanted
            held.send(wanted.message())

    def credit(self, token: str, name: str, run: str = "main") -> None:
        """A frame of that subscription was painted. Credits for frames that were never sent count nothing."""
        with self.lock:
            held = self.sittings[token].runs.get(run) if self.knows(token) else None
            wanted = held.subscriptions.get(name) if held else None
            if wanted and wanted.in_flight:
                wanted.in_flight -= 1
                held.send({"op": "credit", "subscription": name})

    def do(
        self,
        token: str,
        name: str,
        arguments: Mapping[str, Any],
        run: str = "main",
        source: str = "page",
        echo: int | None = None,
    ) -> None:
        """One of the `dlcore.live.actions`. What comes of it is told to the sitting's socket."""
        with self.lock:
            sitting, held = self.find(token, run)
            action = catalogue("live.actions").find(name, "name", "Action")
            message = {"op": "do", "name": action.id, "arguments": action.read(arguments)}
            ticket = Ticket(source, echo, False)
            asked = Asked(self, sitting, held, message["arguments"], ticket, action.id)
            if action.serve:
                self.place(held)
                result = action.serve(asked)
                if result is not LATER:
                    asked.answer(result)
                return
            if action.finish:
                ticket.then = lambda result, payload: answer_of(action.id, action.finish(asked, result, payload))
            if action.changes:
                message["revision"] = held.next_revision()
            self.place(held)
            self.ask(held, message, ticket)

    def command(
        self,
        token: str,
        name: str,
        run: str = "main",
        source: str = "page",
        echo: int | None = None,
        **arguments: Any,
    ) -> None:
        """One of `COMMANDS`; "speed" takes steps_per_second, a number or None for all the machine gives."""
        with self.lock:
            _, held = self.find(token, run)
            if name not in COMMANDS:
                raise SpecError("command", f"There is no command called “{str(name)[:40]}”.")
            if name in ("new_seed", "regenerate_data"):
                path = "seed" if name == "new_seed" else "data.seed"
                seed = another_seed(held.now.spec.get(path))
                self.propose(token, {path: seed}, run=run, source=source, echo=echo)
                return
            message = {"op": "command", "name": name}
            if name == "speed":
                message["steps_per_second"] = speed(arguments.get("steps_per_second"))
            if name in ("undo", "redo"):
                message["revision"] = held.next_revision()
            self.place(held)
            self._ask(held, message, source, echo)

    # -- workers ----------------------------------------------------------------------------------

    def _received(self, slot: Slot, message: Mapping[str, Any], payload: bytes) -> None:
        """A message of a worker, on that worker's thread."""
        with self.lock:
            if message["op"] == "ready":
                self._up(slot, tuple(message.get("devices", ())))
            elif message["op"] == "unfit":
                self._unfit(slot)
            sitting, held = self.held.get(message.get("run", ""), (None, None))
            if held is None or held.slot is not slot:
                return
            if message["op"] == "frame":
                wanted = held.subscriptions.get(message["subscription"])
                if wanted and wanted.generation == message["generation"] and sitting.watcher:
                    wanted.in_flight += 1
                    sitting.watcher.show(payload)
            elif message["op"] == "checkpoint":
                held.checkpoint, held.saved_at = payload, (message["step"], message["epoch"])
            elif message["op"] == "state":
                follow(self, sitting, held, message, payload)
                self.settle(held)
                self._told.notify_all()
            elif message["op"] == "heavy":
                consider(self._pool, held)
            elif message["op"] == "handed_over":
                arrive(held, message, payload)
            elif message["op"] == "lost":
                lost(self, sitting, held, message)
                self._told.notify_all()

    def _up(self, slot: Slot, devices: tuple[str, ...]) -> None:
        """A worker is up and says which devices there are: the runs that wait for it come."""
        new = tuple(device for device in devices if device not in self._unfits)
        if new and new != self._pool.devices:
            self._pool.devices = new
            for sitting, held in self.held.values():
                self.settle(held)
                self.show(sitting, held)
        for _, held in list(self.held.values()):
            up(held, slot)

    def _unfit(self, slot: Slot) -> None:
        """A worker can't use its device: its runs go elsewhere, and nobody is sent there again."""
        self._unfits.add(slot.device)
        self._pool.without(slot.device)
        for sitting, held in list(self.held.values()):
            if held.bound is slot:
                held.bound = None
            self.settle(held)
            if held.slot is slot:  # it worked before: its runs are opened anew elsewhere
                held.slot = self._pool.place()
                held.slot.runs += 1
                go_on(self, sitting, held)
            self.show(sitting, held)

    def _replaced(self, slot: Slot) -> None:
        """A worker died and another one took its place: its runs go on from their last checkpoint."""
        with self.lock:
            for sitting, held in list(self.held.values()):
                if held.slot is slot:
                    go_on(self, sitting, held)
            self._told.notify_all()
