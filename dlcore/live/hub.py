"""The hub: the server's side of sittings and workers. It holds each run's one spec.

Pages (Streamlit script threads), sockets (the event loop) and workers' receiving threads all call
it; one lock serves them, and nothing under it waits. It never imports PyTorch.

To a worker: file, forget, open, close, fork, hand_over, subscribe, credit, change, start_here, revision, do,
command. From it: ready, alive, state (what a run has become, and which message that answers), frame,
checkpoint, heavy, handed_over, lost.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dlcore.catalogue import catalogue
from dlcore.limits import LIMITS, Limits
from dlcore.links import awaited_table, read_link
from dlcore.live import files
from dlcore.live.asked import another_seed, speed, without_start
from dlcore.live.follow import follow, go_on, lost
from dlcore.live.move import arrive, consider, leave, open_run
from dlcore.live.pool import Pool, Slot
from dlcore.live.register import Register
from dlcore.live.sitting import Held, Projection, Sitting, Ticket, Wanted, Watcher
from dlcore.network.graph import operate, touches
from dlcore.params import SpecError
from dlcore.spec import RunSpec, fit
from dlcore.tables import Table

COMMANDS = (
    "play", "pause", "step_sample", "step_batch", "step_epoch", "reset", "new_seed", "regenerate_data",
    "undo", "redo", "speed", "to_best",
)  # fmt: skip
PATIENCE = 0.5  # seconds that a page waits for what only the worker can tell


class Hub(Register):
    """Sittings, their runs, and the workers that carry these out."""

    def __init__(self, limits: Limits = LIMITS, workers: int | None = None, pool: Any = None):
        super().__init__(limits)
        self._pool = pool
        self._workers = limits.workers if workers is None else workers
        self._ticket_numbers = itertools.count(1)
        self._told = threading.Condition(self.lock)
        self._closing = threading.Event()

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
                copy.checkpoint, copy.saved_at = held.checkpoint, held.saved_at
                # A run that is between two workers is copied from its last checkpoint, when it is needed.
                if held.slot and held.waiting is None:
                    copy.slot = held.slot
                    copy.slot.runs += 1
                    held.send({"op": "fork", "to": copy.key})
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
                self._placed(held)
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
            self._placed(held)
            held.subscriptions.pop(name, None)
            wanted = Wanted(name, probes, credits, next(self._ticket_numbers))
            if probes:
                held.subscriptions[name] = wanted
            held.send(wanted.message())

    def credit(self, token: str, name: str) -> None:
        """A frame of that subscription was painted. Credits for frames that were never sent count nothing."""
        with self.lock:
            if not self.knows(token):
                return
            for held in self.sittings[token].runs.values():
                wanted = held.subscriptions.get(name)
                if wanted and wanted.in_flight:
                    wanted.in_flight -= 1
                    held.send({"op": "credit", "subscription": name})

    # -- changes ----------------------------------------------------------------------------------

    def propose(
        self,
        token: str,
        changes: Mapping[str, Any] | None = None,
        operation: Mapping[str, Any] | None = None,
        base_revision: int | None = None,
        source: str = "page",
        run: str = "main",
        echo: int | None = None,
    ) -> Projection:
        """Change the spec by paths or by an operation; the run as it then stands.

        SpecError where the change is not allowed, or where it was made on a revision since which
        somebody else changed the same thing.
        """
        with self.lock:
            sitting, held = self.find(token, run)
            if operation is not None:
                held.check_base(base_revision, [touches(operation)], source)
                spec, notes = operate(held.now.spec, operation)
            else:
                held.check_base(base_revision, list(changes or {}), source)
                rest = without_start(changes or {})
                if rest is not None:
                    return self._start_here(token, held, rest, source, echo)
                spec, notes = fit(held.now.spec, changes or {})
            files.check(sitting, spec)
            what = {"changes": dict(changes or {})} if operation is None else {"operation": dict(operation)}
            return self._change(sitting, held, spec, notes, what, source, echo)

    def _start_here(
        self, token: str, held: Held, rest: dict[str, Any], source: str, echo: int | None
    ) -> Projection:
        """The weights as the worker has them become the start weights; the other changes come before."""
        if rest:
            self.propose(token, rest, source=source, run=held.now.name)
        self._placed(held)
        ticket = self._ask(held, {"op": "start_here", "revision": held.next_revision()}, source, echo)
        if echo is None:  # a page, whose widgets are to show it at once; the lock is free meanwhile
            self._told.wait_for(lambda: all(ticket is not other for other in held.tickets.values()), PATIENCE)
            if ticket.refused:
                raise ticket.refused
        return held.now

    def _change(
        self, sitting: Sitting, held: Held, spec: RunSpec, notes: list[str], what: dict[str, Any],
        source: str, echo: int | None,
    ) -> Projection:  # fmt: skip
        if spec == held.now.spec and not what.get("from_start"):
            sitting.answer(Ticket(source, echo, False), {"type": "done"})
            return held.now
        self._placed(held)
        revision = held.next_revision()
        held.touch(revision, held.now.spec.changes_to(spec), source)
        held.now = replace(held.now, spec=spec, revision=revision, notes=tuple(notes))
        self.show(sitting, held, source, echo)
        self._ask(held, {"op": "change", "revision": revision, **what}, source, echo, answered=True)
        return held.now

    def set_view(
        self,
        token: str,
        changes: Mapping[str, Any],
        run: str = "main",
        source: str = "page",
        echo: int | None = None,
    ) -> Projection:
        """Change what is shown and hidden. SpecError where a change is not allowed."""
        with self.lock:
            sitting, held = self.find(token, run)
            view = held.now.view.with_(**changes)
            if view == held.now.view:
                sitting.answer(Ticket(source, echo, False), {"type": "done"})
                return held.now
            held.now = replace(held.now, view=view, revision=held.next_revision())
            self.show(sitting, held, source, echo)
            if held.slot:
                held.send({"op": "revision", "revision": held.now.revision})
            return held.now

    def open_link(
        self, token: str, text: str, run: str = "main", source: str = "page", echo: int | None = None
    ) -> list[str]:
        """Start from step 0 with what a link says, ours or TensorFlow Playground's.

        Returns notes on what in it was not understood. Undo leads back to the network there was.
        """
        with self.lock:
            sitting, held = self.find(token, run)
            if len(text) > self.limits.max_link_characters:
                raise SpecError(
                    "link", f"A link may have at most {self.limits.max_link_characters:,} characters."
                )
            spec, view, notes = read_link(text, sitting.files)
            sitting.awaited = awaited_table(text, sitting.files)
            if held.slot is None:  # nothing has happened yet, so this is where it starts
                held.now = replace(
                    held.now,
                    spec=spec,
                    view=view,
                    revision=held.next_revision(),
                    notes=tuple(notes),
                    changed=False,
                )
                self.show(sitting, held, source, echo)
                return notes
            held.now = replace(held.now, view=view)
            what = {"changes": held.now.spec.changes_to(spec), "from_start": True}
            self._change(sitting, held, spec, notes, what, source, echo)
            return notes

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
            _, held = self.find(token, run)
            action = catalogue("live.actions").find(name, "name", "Action")
            message = {"op": "do", "name": action.id, "arguments": action.read(arguments)}
            if action.changes:
                message["revision"] = held.next_revision()
            self._placed(held)
            self._ask(held, message, source, echo)

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
            self._placed(held)
            self._ask(held, message, source, echo)

    # -- workers ----------------------------------------------------------------------------------

    def _placed(self, held: Held) -> None:
        """Give the run to a worker if it has none yet."""
        if held.slot is None:
            held.slot = self._pool.place()
            held.slot.runs += 1
            open_run(held, playing=False)

    def _ask(
        self, held: Held, message: dict[str, Any], source: str, echo: int | None, answered: bool = False
    ) -> Ticket:
        """Send a message that is answered by a state; `answered`: its sender has had an answer already."""
        number, ticket = next(self._ticket_numbers), Ticket(source, echo, answered)
        held.tickets[number] = ticket
        held.send({**message, "ticket": number, "source": source, "echo": echo})
        if ticket.refused:  # a worker in this very process has answered by now
            raise ticket.refused
        return ticket

    def show(self, sitting: Sitting, held: Held, source: str = "", echo: int | None = None) -> None:
        """Tell the socket what the run has become; it is an answer if the socket asked."""
        event = held.now.event()
        if not sitting.answer(Ticket(source, echo, False), event):
            sitting.tell({**event, "echo": None})

    def _received(self, slot: Slot, message: Mapping[str, Any], payload: bytes) -> None:
        """A message of a worker, on that worker's thread."""
        with self.lock:
            if message["op"] == "ready":
                self._move_heavy(slot)
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
                follow(self, sitting, held, message)
                self._told.notify_all()
            elif message["op"] == "heavy":
                consider(self._pool, held)
            elif message["op"] == "handed_over":
                arrive(self._pool, held, message, payload)
            elif message["op"] == "lost":
                lost(sitting, held, message)

    def _move_heavy(self, slot: Slot) -> None:
        """A worker is up: if it is the heavy one, the runs that wait for it come."""
        waiting = [held for _, held in self.held.values() if held.heavy and held.slot is not slot]
        for held in waiting if waiting and self._pool.heavy() is slot else ():
            leave(held)

    def _replaced(self, slot: Slot) -> None:
        """A worker died and another one took its place: its runs go on from their last checkpoint."""
        with self.lock:
            for sitting, held in list(self.held.values()):
                if held.slot is slot:
                    go_on(self, sitting, held)
