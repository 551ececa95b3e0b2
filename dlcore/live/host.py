"""The inside of a worker: runs that take turns, answer messages, and give frames for credits.

A `Host` knows nothing of pipes or processes: it is handed messages and emits messages, so that the
same code serves a worker process and, in a notebook or a test, the process itself. The messages
are listed in `dlcore.live.hub`.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dlcore import tables
from dlcore.catalogue import catalogue
from dlcore.limits import LIMITS
from dlcore.live.actions import LATER, Made
from dlcore.live.liverun import STEPS, LiveRun, Subscription
from dlcore.live.turns import Turns
from dlcore.params import RESET, SpecError
from dlcore.spec import RunSpec
from dlcore.training.checkpoint import checkpoint, restore
from dlcore.training.computing import Computing
from dlcore.training.run import Run
from dlcore.training.saved import from_bytes

UNMOVED = {"subscribe", "credit", "revision", "close", "copy"}
LONGEST_WAY = 5.0  # seconds that a message waits for a run on its way to another step
GONE = "The network was not there just now, so nothing was done. Please do it again."


class Host(Turns):
    """The runs of one worker, and the messages about them."""

    def handle(self, message: Mapping[str, Any], payload: bytes = b"") -> None:
        """Carry out one message. What cannot be done is answered with a sentence, never raised."""
        live = self.runs.get(message.get("run", ""))
        try:
            if message["op"] == "open":
                self._open(message, payload)
            elif message["op"] == "file":
                tables.remember(payload, message["name"])
            elif message["op"] == "forget":
                tables.forget(message["file"])
            elif live is not None:
                self._settle(live, message)
                if message["op"] == "take":
                    self._take(live, message, payload)
                else:
                    getattr(self, f"_{message['op']}")(live, message)
            elif message.get("ticket") is not None:
                self._refuse(message, None, "", GONE)
        except SpecError as error:
            self._refuse(message, live, error.path, error.message)
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            text = f"This did not work because of a fault in the program ({type(error).__name__}: {error})."
            self._refuse(message, live, "", text)

    def _refuse(self, message: Mapping[str, Any], live: LiveRun | None, path: str, text: str) -> None:
        refusal = {"path": path, "message": text}
        if message["op"] == "fork":  # the run that should have come of it
            about = {"run": message["to"], "ticket": message["ticket"], "unborn": True}
            self.emit({"op": "lost", **about, "refused": refusal}, b"")
        elif live is None:
            about = {"run": message.get("run"), "ticket": message.get("ticket")}
            self.emit({"op": "lost", **about, "refused": refusal}, b"")
        else:
            self._tell(live, message, refused=refusal)

    def _changed(self, live: LiveRun, message: Mapping[str, Any]) -> None:
        live.version += 1
        live.revision = message.get("revision", live.revision)
        if message.get("echo") is not None:
            live.echo = message["echo"]
            live.answering = True

    def _open(self, message: Mapping[str, Any], payload: bytes) -> None:
        computing = self._computing(message.get("computing", {}))
        if payload:
            run = restore(payload, computing)
        else:
            run = Run(RunSpec.from_dict(message["spec"]), **computing.to_dict())
        live = self._add(LiveRun(message["run"], message["name"], run, message["revision"], message.get("speed")))
        live.goal, live.echo = message.get("goal"), message.get("was_echo")
        if message.get("playing"):
            live.play(self.clock.perf_counter(), mark="goal" not in message)
        self._tell(live, message, opened=True)

    def _computing(self, chosen: Mapping[str, Any]) -> Computing:
        """What was chosen, on this worker's device: which one it is, the hub has seen to."""
        return replace(Computing.read(chosen), device=self.device)

    def _compute(self, live: LiveRun, message: Mapping[str, Any]) -> None:
        """Other threads, or fewer digits, on the same device."""
        live.run.compute_on(self._computing(message["computing"]))
        live.version += 1
        self._tell(live)

    def _add(self, live: LiveRun) -> LiveRun:
        if live.key not in self.runs:
            self._order.append(live.key)
        self.runs[live.key] = live
        return live

    def _close(self, live: LiveRun, message: Mapping[str, Any]) -> None:
        del self.runs[message["run"]]
        self._order.remove(message["run"])

    def _copy(self, live: LiveRun, message: Mapping[str, Any]) -> None:
        """The same run for another tab, with all that undo leads to."""
        copy = restore(checkpoint(live.run), live.run.computing)
        self._tell(self._add(LiveRun(message["to"], live.name, copy, live.revision, live.speed)), opened=True)

    def _fork(self, live: LiveRun, message: Mapping[str, Any]) -> None:
        """Another future for the same tab; see `Run.fork`."""
        live.pause()
        branch = live.run.fork(message["step"], **message["changes"])
        self._tell(live)
        added = self._add(LiveRun(message["to"], message["name"], branch, message["revision"], live.speed))
        self._tell(added, message)

    def _give(self, live: LiveRun, message: Mapping[str, Any]) -> None:
        """The run as it stands, for another one to become."""
        live.pause()
        self._tell(live, message, payload=checkpoint(live.run, undo=False))

    def _take(self, live: LiveRun, message: Mapping[str, Any], payload: bytes) -> None:
        """Become the run in the payload: one that another run gave, or a file that somebody opened."""
        other = restore(payload) if message["files"] is None else from_bytes(payload, message["files"])
        live.pause()
        live.run.become(other)
        self._changed(live, message)
        self._tell(live, message)

    def _hand_over(self, live: LiveRun, message: Mapping[str, Any]) -> None:
        """Give the run away as it stands, for another worker to go on with."""
        payload = self._checkpoint(live)
        self._close(live, message)
        going = {"goal": live.goal, "was_echo": live.echo}
        self.emit({"op": "handed_over", "run": live.key, "status": live.status(), "going": going}, payload)

    def _subscribe(self, live: LiveRun, message: Mapping[str, Any]) -> None:
        if message["probes"]:
            wanted = Subscription(message["probes"], message["credits"], message["generation"])
            live.subscriptions[message["subscription"]] = wanted
        else:
            live.subscriptions.pop(message["subscription"], None)

    def _credit(self, live: LiveRun, message: Mapping[str, Any]) -> None:
        subscription = live.subscriptions.get(message["subscription"])
        if subscription:
            subscription.credits += 1

    def _change(self, live: LiveRun, message: Mapping[str, Any]) -> None:
        run, trained = live.run, live.run.step > 0
        applied = run.apply(changes=message.get("changes"), operation=message.get("operation"))
        if message.get("from_start") and run.step:
            run.reset(mark=False)
        self._changed(live, message)
        # Nobody needs to hear that a network that had learned nothing starts anew.
        lost = trained and (applied.effect == RESET or message.get("from_start", False))
        from_start = bool(message.get("from_start"))
        self._tell(
            live, message, effect=applied.effect, notes=applied.notes, lost=lost, from_start=from_start
        )

    def _start_here(self, live: LiveRun, message: Mapping[str, Any]) -> None:
        """The weights as they are become the start weights: step 0, with exactly these."""
        run, trained = live.run, live.run.step > 0
        parameters = run.parameters | run.buffers
        count, most = sum(values.size for values in parameters.values()), LIMITS.max_given_values
        if count > most:
            text = f"This network has {count:,} weights and biases; a start can be given for at most {most:,}."
            raise SpecError("network.initializer", text)
        values = {address: array.tolist() for address, array in parameters.items()}
        applied = run.apply({"network.initializer": {"kind": "given", "values": values}})
        live.pause()
        self._changed(live, message)
        self._tell(live, message, notes=applied.notes, lost=trained, here=True)

    def _revision(self, live: LiveRun, message: Mapping[str, Any]) -> None:
        live.version += 1
        live.revision = message["revision"]

    def _do(self, live: LiveRun, message: Mapping[str, Any]) -> None:
        action, run = catalogue("live.actions")[message["name"]], live.run
        if action.pauses:
            live.pause()
        before, worked = run.asked, self.clock.thread_time()
        result = action.do(live, message["arguments"])
        live.fairness.take(self.clock.thread_time() - worked)
        if result is LATER:
            if live.later:  # overtaken
                self._tell(live, live.later[0])
                before = live.later[1]
            live.later = message, before
            return
        payload = b""
        if isinstance(result, Made):
            result, payload = result.result, result.payload
        if action.changes:
            same = run.asked is before or run.asked == before
            self._changed(live, {**message, "revision": live.revision} if same else message)
        answer = None if result is None else {"type": "answer", "name": action.id, "result": result}
        self._tell(live, message, payload=payload, answer=answer)

    def _settle(self, live: LiveRun, message: Mapping[str, Any]) -> None:
        """What is asked of a run on its way to another step is asked of it there: see that it arrives."""
        if live.target is None or message["op"] in UNMOVED:
            return
        if message["op"] == "do" and catalogue("live.actions")[message["name"]].overtakes:
            return
        end = self.clock.perf_counter() + LONGEST_WAY
        while live.target is not None and self.clock.perf_counter() < end:
            live.travel(self.clock.perf_counter(), LONGEST_WAY)
        live.target = None
        self._arrived(live)

    def _command(self, live: LiveRun, message: Mapping[str, Any]) -> None:
        name, run, now = message["name"], live.run, self.clock.perf_counter()
        live.check(name)
        if name == "play":
            live.play(now)
        elif name == "speed":
            live.speed, live.due = message["steps_per_second"], now
        else:
            live.pause()
        if name in STEPS:
            self._step(live, name)
        elif name == "reset":
            run.reset()
        elif name == "to_best":
            run.to_best()
        elif name in ("undo", "redo") and not getattr(run, name)():
            message = {**message, "revision": live.revision}  # nothing to undo, so no new revision either
        self._changed(live, message)
        self._tell(live, message)

    def _step(self, live: LiveRun, name: str) -> None:
        if name == "step_sample":
            if live.run.sample == 0:
                live.run.mark()  # walking through a batch is one entry of undo
            live.run.step_sample()
        elif name == "step_batch":
            start = self.clock.thread_time()
            done = live.run.advance(steps=1)
            live.trained(self.clock.thread_time() - start, done)
            self._measure(live)
        else:
            live.run.mark()
            live.goal = live.run.epoch + 1
