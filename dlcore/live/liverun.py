"""A run with what playing and watching it takes: transport, pace, subscriptions."""

from __future__ import annotations

import time
from typing import Any

from dlcore.live.pace import Budget, Fairness, Rate, Typical
from dlcore.live.watch import Watch
from dlcore.network.shapes import describe
from dlcore.params import SpecError
from dlcore.spec import RunSpec
from dlcore.training.computing import told, told_place
from dlcore.training.estimate import seconds_per_epoch
from dlcore.training.frame import Seen

SETTLED = 0.3  # seconds that settings stay as they are before an epoch is estimated
STEPS = {"step_sample", "step_batch", "step_epoch"}


class Subscription:
    """What one picture wants of a run, how many frames it may still be sent, and what it has seen."""

    def __init__(self, probes: list[dict[str, Any]], credits: int, generation: int):
        self.probes = probes
        self.credits = credits
        self.generation = generation
        self.version = -1
        self.seen = Seen()
        self.due = 0.0  # when the next frame may come, where frames come no oftener than at a gap


class LiveRun:
    """A run with its transport: whether it plays, how fast, and who watches."""

    def __init__(self, key: str, name: str, run: Any, revision: int, speed: float | None = None):
        self.key = key
        self.name = name
        self.run = run
        self.revision = revision
        self.speed = speed
        self.playing = False
        self.goal: int | None = None  # the epoch that a step by epoch walks to
        self.target: int | None = None  # the step that it is on its way to, back or forward
        self.later: tuple[Any, RunSpec] | None = None  # the message that sent it there, and the spec it came from
        self.due = 0.0  # when the next paced step is to be taken
        self.echo: int | None = None
        self.answering = False  # a frame that answers a command is never put off
        self.told_past = False  # whether the hub has heard that there is something to undo
        self.version = 0  # counts everything that a frame could show
        self.saved = -1  # the version of the last checkpoint
        self.save_at = 0.0
        self.rate = Rate()
        self.budget = Budget()  # each run its own, so that one slow picture costs no other run its frames
        self.watch = Watch()
        self.fairness = Fairness()
        self.told_heavy = False
        self._steps, self._pictures = Typical(), Typical()
        self.epoch_takes: float | None = None  # seconds, estimated
        self._estimated: tuple[Any, Any] = (None, None)  # the spec and the place that it was estimated for
        self._settling: tuple[Any, Any, float] = (None, None, 0.0)  # those that are there now, and since when
        self._pace: tuple[RunSpec | None, float] = (None, 0.0)
        self.subscriptions: dict[str, Subscription] = {}

    @property
    def moving(self) -> bool:
        """Whether there is something to train: it plays, or is on its way to a step that was asked for."""
        return self.playing or self.goal is not None or self.target is not None

    @property
    def sitting(self) -> str:
        """What the runs of one sitting have in common, of the key."""
        return self.key.partition("/")[0]

    @property
    def cost(self) -> float:
        """Seconds of processor time of a usual step or a usual picture, whichever takes longer.

        Processor time, because on a busy machine every step would look long, and moving helps none.
        """
        return max(self._steps.seconds, self._pictures.seconds)

    @property
    def flat_out(self) -> bool:
        """Whether it plays as fast as the machine gives."""
        return self.playing and self.speed is None

    def trained(self, seconds: float, steps: int) -> None:
        """`steps` updates took so many seconds of processor time."""
        if steps:
            self._steps.add(seconds / steps)

    def looked(self, seconds: float) -> None:
        """A frame took so many seconds of processor time."""
        self._pictures.add(seconds)

    @property
    def epochs_per_step(self) -> float:
        """How much of an epoch one step is."""
        spec = self.run.spec
        if self._pace[0] is not spec:  # by identity: comparing specs with given weights takes milliseconds
            self._pace = (spec, _epochs_per_step(spec))
        return self._pace[1]

    def status(self) -> dict[str, Any]:
        """What the hub's projection of this run follows."""
        run = self.run
        trouble, stopped = run.trouble, run.stopped
        return {
            "spec": run.asked.to_dict(),
            "revision": self.revision,
            "step": run.step,
            "epoch": run.epoch,
            "playing": self.playing,
            "speed": self.speed,
            "can_undo": bool(run.can_undo),
            "can_redo": bool(run.can_redo),
            "changed": run.journal.changed,
            "trouble": trouble and {"message": trouble.message, "address": trouble.address},
            "stopped": stopped and {"message": stopped.message, "step": stopped.step},
            "where": {**run.where, "label": told_place(run.where), "short": told(run.device), "note": run.device_note},
        }

    def check(self, command: str) -> None:
        """SpecError where the run is told to train and has no points to learn from."""
        if (command == "play" or command in STEPS) and self.run.task.lacking:
            raise SpecError("command", self.run.task.lacking)

    def play(self, now: float, mark: bool = True) -> None:
        """Play from now on; `mark` makes it an entry of undo."""
        if not self.playing:
            if mark:
                self.run.mark()
            self.playing = True
            self.goal = None
            self.due = now
            self.rate.start(now)

    def pause(self) -> None:
        """Stop where it is."""
        self.playing = False
        self.goal = None
        self.rate.stop()

    def head_for(self, step: int) -> None:
        """Pause, and go to that step at the coming turns: a replay may take long, and others wait for theirs."""
        self.pause()
        self.target = min(step, self.run.furthest)

    def travel(self, now: float, seconds: float) -> None:
        """So much of the way to `target`, which is None on arrival."""
        if self.run.scrub(self.target, deadline=now + seconds):
            self.target = None

    def wait(self, now: float) -> float | None:
        """Seconds until this run wants to train; None when it does not."""
        if not self.moving:
            return None
        if self.target is not None or self.goal is not None or self.speed is None:
            return 0.0
        return max(0.0, self.due - now)

    def unestimated(self, now: float) -> float | None:
        """Seconds until it is to be estimated how long an epoch takes; None where nobody watches or it is known."""
        if not self.subscriptions or self.moving:
            return None
        spec, where = self.run.spec, self.run.where
        if self._estimated[0] is spec and self._estimated[1] == where:
            return None
        if self._settling[0] is not spec or self._settling[1] != where:
            self._settling = spec, where, now
        return max(0.0, self._settling[2] + SETTLED - now)

    def estimate(self) -> None:
        """Try how long an epoch takes; the run stays as it is."""
        self._estimated, self.epoch_takes = self._settling[:2], None
        self.epoch_takes = seconds_per_epoch(self.run, self.epochs_per_step)

    def unexamined(self, now: float, crowd: int = 1) -> float | None:
        """Seconds until the checks are to look at it; None where nobody watches or nothing has changed."""
        if not self.subscriptions or self.target is not None:
            return None
        return self.watch.wait(self.run, self.moving, now, crowd)

    def train(self, now: float, seconds: float) -> int:
        """Train until the slice ends, or as far as the pace allows; the number of steps done, at least one."""
        run, before = self.run, (self.run.step, self.run.sample)
        deadline = now + seconds
        if self.goal is not None:
            done = run.advance(epochs=1, deadline=deadline)
            if run.epoch >= self.goal or not done:
                self.goal = None
        elif self.speed is None:
            done = run.advance(steps=1_000_000, deadline=deadline)
        else:
            gap = 1 / self.speed
            # A quarter of a second of arrears is made up for, no more: pace, not a total, is promised.
            owed = 1 + int(min(now - self.due, max(0.25, gap)) / gap)
            done = run.advance(steps=owed, deadline=deadline)
            self.due = max(self.due + done * gap, now - 0.25)
        if (run.step, run.sample) != before:
            self.version += 1
        if self.playing:
            self.rate.add(time.perf_counter(), done)
        return done


def _epochs_per_step(spec: RunSpec) -> float:
    shape = describe(spec)
    if spec.resolved.remainder == "carry":  # batches go on over the end of an epoch
        return shape["batch"] / max(1, shape["samples"]["train"])
    return 1 / shape["steps_per_epoch"]
