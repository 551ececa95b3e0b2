"""Turns: how the runs of one worker share its time, and give frames for credits."""

from __future__ import annotations

import sys
import time
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dlcore.limits import LIMITS
from dlcore.live.liverun import LiveRun, Subscription
from dlcore.live.wire import encode_frame
from dlcore.params import SpecError
from dlcore.training.checkpoint import checkpoint

SLICE = 0.004  # seconds of training before the next run's turn
ROUND = 0.033  # with many runs the slices shrink, so that each gets its turn, pictures included, about this often
CROWD = 4  # from so many runs at play on, frames come this often at most, and the time goes into training:
CROWDED_GAP = 1 / 30
NO_MEMORY = (
    "Training stopped, because the graphics processor has no memory left for this network and its batches. "
    "Take smaller batches, or choose the CPU."
)
Emit = Callable[[dict[str, Any], bytes], None]


class Turns:
    """The runs of one worker. `emit(header, payload)` sends a message to the hub."""

    def __init__(self, emit: Emit, device: str = "cpu", clock: Any = time):
        """`clock` has perf_counter, what passes, and thread_time, what this thread worked; tests turn their own."""
        self.emit = emit
        self.clock = clock
        self.device = device
        self.runs: dict[str, LiveRun] = {}
        self._order: deque[str] = deque()
        self._round: Iterator[None] | None = None

    def _tell(
        self, live: LiveRun, message: Mapping[str, Any] | None = None, payload: bytes = b"", **more: Any
    ) -> None:
        live.told_past = bool(live.run.can_undo)
        answers = {name: message.get(name) for name in ("ticket", "source", "echo")} if message else {}
        self.emit({"op": "state", "run": live.key, "status": live.status(), **answers, **more}, payload)

    def wait(self) -> float | None:
        """Seconds until something is to be done without a message; None: nothing is."""
        now = self.clock.perf_counter()
        waits = [wait for live in self.runs.values() if (wait := live.wait(now)) is not None]
        # One that moves is examined at one of its turns; waiting for it here would leave no idle time to earn.
        resting = [live for live in self.runs.values() if not live.moving]
        waits += [wait for live in resting if (wait := live.unexamined(now, len(self.runs))) is not None]
        waits += [wait for live in resting if (wait := live.unestimated(now)) is not None]
        waits += [max(0.0, live.save_at - now) for live in self.runs.values() if live.version != live.saved]
        return min(waits, default=None)

    def turn(self, interrupted: Callable[[], bool] = lambda: False) -> None:
        """Give every run its slice and every credit its frame; back early when `interrupted()`.

        That is asked after every slice, frame and checkpoint, so that a command waits for one of
        these at most. What was left out comes first next time, or nobody who follows would have a turn.
        """
        while True:
            whole = self._round is None
            self._round = self._round or self._pieces()
            for _ in self._round:
                if interrupted():
                    return
            self._round = None
            if whole:  # the rest of an older round does not count: what it was past may have changed since
                return

    def _pieces(self) -> Iterator[None]:
        """One round of turns, piece by piece. A run may be closed between any two.

        Once the round is late, runs whose steps or pictures are long wait for the next one, in which
        they come first; else several of them in a row would leave the others dark.
        """
        debts = [live.fairness.owed for live in self.runs.values() if live.moving]
        # The runs of one sitting share its time: whoever has four branches gets no more than who has one.
        sittings = Counter(live.sitting for live in self.runs.values() if live.moving)
        share, gap = min(SLICE, ROUND / max(1, len(sittings))), CROWDED_GAP if len(debts) >= CROWD else 0.0
        late_at, late = self.clock.perf_counter() + ROUND, []
        for key in list(self._order):
            live = self.runs.get(key)
            if live is not None and live.cost > SLICE and self.clock.perf_counter() > late_at:
                late.append(key)
                continue
            if live is not None and live.moving:
                own = share / max(1, sittings[live.sitting])
                if seconds := live.fairness.turn(own, min(debts, default=0.0)):
                    self._train(live, seconds)
                    yield
            for name in list(live.subscriptions) if live else ():
                if self.runs.get(key) is live and self._look(live, name, gap):
                    yield
            for work in (self._examine, self._estimate, self._save):
                if live is not None and self.runs.get(key) is live and work(live):
                    yield
        for key in filter(self.runs.__contains__, reversed(late)):
            self._order.remove(key)
            self._order.appendleft(key)

    def idle(self, seconds: float) -> None:
        """Nothing was to be done for so long: time that frames may take."""
        for live in self.runs.values():
            live.budget.idle(seconds)

    def _measure(self, live: LiveRun) -> None:
        if not live.told_heavy and live.cost > LIMITS.heavy_step:
            live.told_heavy = True
            self.emit({"op": "heavy", "run": live.key}, b"")

    def _train(self, live: LiveRun, seconds: float) -> None:
        start = self.clock.perf_counter()
        if live.wait(start) != 0.0:
            return
        if live.target is not None:
            self._travel(live, start, seconds)
            return
        walking, worked = live.goal is not None, self.clock.thread_time()
        try:
            done = live.train(start, seconds)
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            live.pause()
            text = f"Training stopped because of a fault in the program ({type(error).__name__}: {error})."
            self._tell(live, notice=NO_MEMORY if type(error).__name__ == "OutOfMemoryError" else text)
            return
        worked = self.clock.thread_time() - worked
        live.budget.train(worked)
        live.fairness.take(worked)
        live.trained(worked, done)
        self._measure(live)
        if live.run.trouble or live.run.stopped:
            live.pause()
            live.version += 1
            self._tell(live)
        elif (walking and live.goal is None) or (not live.told_past and live.run.can_undo):
            self._tell(live)

    def _travel(self, live: LiveRun, start: float, seconds: float) -> None:
        """A slice of the way to another step."""
        worked = self.clock.thread_time()
        try:
            live.travel(start, seconds)
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            live.target, (message, _), live.later = None, live.later, None
            text = f"That step can't be shown because of a fault in the program ({type(error).__name__}: {error})."
            self._tell(live, message, refused={"path": "step", "message": text})
            return
        worked = self.clock.thread_time() - worked
        live.budget.train(worked)
        live.fairness.take(worked)
        if live.target is None:
            self._arrived(live)

    def _arrived(self, live: LiveRun) -> None:
        """The run stands where it was sent: tell who asked, and whether its spec is another one here."""
        if live.later is None:  # nobody waits for it
            return
        (message, before), live.later = live.later, None
        same = live.run.asked is before or live.run.asked == before
        live.version += 1
        live.revision = live.revision if same else message["revision"]
        if message.get("echo") is not None:
            live.echo, live.answering = message["echo"], True
        self._tell(live, message)

    def _look(self, live: LiveRun, name: str, gap: float) -> bool:
        """A frame for the subscription, if it has a credit, has not seen this yet, and `gap` lies between two."""
        subscription = live.subscriptions.get(name)
        if subscription is None or subscription.credits <= 0 or subscription.version == live.version:
            return False
        if live.target is not None:  # on the way there is nothing to see
            return False
        now = self.clock.perf_counter()
        if live.moving and not live.answering:
            early = gap and live.flat_out and now < subscription.due
            if early or not live.budget.allows(now):
                return False
        worked = self.clock.thread_time()
        subscription.version, subscription.due = live.version, max(subscription.due, now - gap) + gap
        frame = self._frame(live, name, subscription)
        worked = self.clock.thread_time() - worked
        live.fairness.take(worked)
        if live.moving:
            live.budget.spend(worked, now)
        if frame is not None:
            live.looked(worked)
            self._measure(live)
            subscription.credits -= 1
            header = {"op": "frame", "run": live.key, "subscription": name}
            self.emit({**header, "generation": subscription.generation}, frame)
            live.answering = False
        return True

    def _frame(self, live: LiveRun, name: str, subscription: Subscription) -> bytes | None:
        run = live.run
        try:
            run.moving = live.moving
            arrays, meta = run.frame(subscription.probes, subscription.seen)
        except Exception as error:
            self._mute(live, name, subscription, error)
            return None
        steps = live.rate.per_second(self.clock.perf_counter())
        numbers = {"steps_per_second": steps, "epochs_per_second": steps * live.epochs_per_step}
        numbers["seconds_per_epoch"] = live.epoch_takes
        frame = {"run": live.name, "subscription": name, "revision": live.revision, "build": run.build}
        frame |= {"playing": live.playing, "echo": live.echo}
        frame |= {"findings": [finding.describe() for finding in live.watch.shown]}
        return encode_frame(arrays, {**meta, **frame, "numbers": {**meta.get("numbers", {}), **numbers}})

    def _examine(self, live: LiveRun) -> bool:
        """Let the checks look at the run, where that is due; a frame then says what they found."""
        if live.unexamined(self.clock.perf_counter(), len(self.runs)) != 0.0:
            return False
        worked = self.clock.thread_time()
        if live.watch.look(live.run, live.moving):
            live.version += 1
        # Not out of the budget of its frames: in a full class examining alone would use it up.
        live.fairness.take(self.clock.thread_time() - worked)
        return True

    def _estimate(self, live: LiveRun) -> bool:
        """Try how long an epoch takes, once its settings have come to rest; a frame then says so."""
        if live.unestimated(self.clock.perf_counter()) != 0.0:
            return False
        worked = self.clock.thread_time()
        try:
            live.estimate()
        except Exception:  # what can't be estimated is measured once it plays
            traceback.print_exc(file=sys.stderr)
        live.version += 1
        live.fairness.take(self.clock.thread_time() - worked)
        return True

    def _mute(self, live: LiveRun, name: str, subscription: Subscription, error: Exception) -> None:
        """Take away the probes that fail (a unit that is gone, say), so that the others go on."""
        kept = []
        for probe in subscription.probes:
            try:
                live.run.frame([probe])
            except SpecError as refusal:
                self._tell(
                    live, refused={"path": refusal.path, "message": refusal.message, "subscription": name}
                )
            except Exception as fault:
                traceback.print_exception(error, file=sys.stderr)
                text = (
                    f"The picture “{probe.get('id')}” could not be drawn ({type(fault).__name__}: {fault})."
                )
                self._tell(
                    live, refused={"path": str(probe.get("id")), "message": text, "subscription": name}
                )
            else:
                kept.append(probe)
        if len(kept) == len(subscription.probes):
            kept = []  # each works alone, all together fail: better no picture than a fault for ever
        subscription.probes = kept
        live.version += bool(kept)

    def _save(self, live: LiveRun) -> bool:
        """Hand the hub a checkpoint about once a second, less often where making one takes long."""
        start, worked = self.clock.perf_counter(), self.clock.thread_time()
        if live.version == live.saved or start < live.save_at:
            return False
        live.saved = live.version
        payload = self._checkpoint(live)
        end, worked = self.clock.perf_counter(), self.clock.thread_time() - worked
        live.save_at = end + max(LIMITS.checkpoint_every, 20 * len(self.runs) * worked)
        if payload:
            header = {"op": "checkpoint", "run": live.key, "step": live.run.step, "epoch": live.run.epoch}
            self.emit(header, payload)
        live.fairness.take(worked)
        return True

    def _checkpoint(self, live: LiveRun) -> bytes:
        """The run as bytes; none where that fails, which must not take the other runs along."""
        try:
            return checkpoint(live.run)
        except Exception:
            traceback.print_exc(file=sys.stderr)
            return b""
