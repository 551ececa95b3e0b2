"""Many runs on one worker share its time. The clock is the test's own: nothing here depends on the machine."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from dlcore.live.host import Host
from dlcore.live.liverun import LiveRun
from dlcore.live.wire import decode_frame
from dlcore.spec import RunSpec

SECONDS = 5.0  # of the test's clock


class Clock:
    """Time passes only by work."""

    def __init__(self):
        self.now = 1000.0

    def perf_counter(self):
        return self.now

    thread_time = perf_counter


class Network:
    """A run that only costs time: so much for a step, so much for a frame."""

    def __init__(self, clock, step_cost, frame_cost):
        self.clock, self.step_cost, self.frame_cost = clock, step_cost, frame_cost
        self.spec = RunSpec.default()
        self.version = self.step = self.sample = self.epoch = self.build = self.data_build = 0
        self.can_undo = self.can_redo = False
        self.trouble = self.stopped = None
        self.journal = SimpleNamespace(changed=False)

    @property
    def furthest(self):
        return self.step

    def mark(self):
        """Nothing to remember."""

    def examine(self):
        return []

    def advance(self, steps, deadline):
        done = 0
        while done < steps and (not done or self.clock.now < deadline):
            self.clock.now += self.step_cost
            done += 1
        self.step += done
        return done

    def frame(self, probes, seen):
        self.clock.now += self.frame_cost
        return {}, {"step": self.step}


class Room:
    """A host with learners who return each credit at once."""

    def __init__(self, *costs, speed=None, keys=None):
        self.clock = Clock()
        self.host = Host(self.receive, clock=self.clock)
        self.frames = {}
        for number, (step, frame) in enumerate(costs):
            key = keys[number] if keys else str(number)
            live = LiveRun(key, "main", Network(self.clock, step, frame), 1, speed)
            live.save_at = float("inf")
            self.host._add(live)
            self.host.handle({"op": "subscribe", "run": live.key, "subscription": "s1", "probes": [{"id": "p"}],
                              "credits": 2, "generation": 1})  # fmt: skip
            live.play(self.clock.now)
            self.frames[live.key] = 0

    def receive(self, header, payload):
        if header["op"] == "frame":
            assert decode_frame(payload)[1]["subscription"] == "s1"
            self.frames[header["run"]] += 1
            self.host.runs[header["run"]].subscriptions["s1"].credits += 1

    def play(self):
        """Frames and steps a second of each learner."""
        end = self.clock.now + SECONDS
        while self.clock.now < end:
            self.host.turn()
            self.clock.now += 1e-5  # the worker's own loop
        steps = {key: live.run.step for key, live in self.host.runs.items()}
        return [count / SECONDS for count in self.frames.values()], [count / SECONDS for count in steps.values()]


TINY = (0.0001, 0.001)


@pytest.mark.parametrize("heavy", [(0.040, 0.002), (0.0002, 0.040), (0.045, 0.045)], ids=["step", "picture", "both"])
def test_a_heavy_neighbour_leaves_a_tiny_net_its_frames_and_its_half(heavy):
    """Oracle: equal shares. Two runs of one worker have half of it each, whatever one step of the other costs."""
    frames, steps = Room(TINY, heavy).play()
    assert frames[0] > 10
    alone_frames, alone_steps = Room(TINY).play()
    assert steps[0] > 0.4 * alone_steps[0]
    assert frames[1] > 1 and steps[1] > 1  # the neighbour is served too
    assert alone_frames[0] > 40


def test_several_heavy_neighbours_do_not_stop_a_tiny_net():
    frames, steps = Room(TINY, *[(0.030, 0.030)] * 3).play()
    assert frames[0] > 10
    assert steps[0] > 0.15 * Room(TINY).play()[1][0]


def test_half_a_classroom_shares_a_worker_evenly():
    """Fifteen tiny nets, as thirty learners on two cores: everybody's frames come, and nobody has more than others."""
    frames, steps = Room(*[TINY] * 15).play()
    assert min(frames) > 20 and max(frames) <= 30.5  # in a crowd no more are painted
    assert max(steps) < 1.1 * min(steps)


def test_in_a_crowd_a_paced_run_shows_every_step_at_once():
    """The cap on frames is for those who play at full speed: a slow run's next step may be far off."""
    room = Room(*[TINY] * 6)
    slow = room.host.runs["0"]
    slow.speed = 2.0
    frames, steps = room.play()
    assert frames[0] == pytest.approx(steps[0], abs=0.5) == pytest.approx(2.0, abs=0.5)


def test_four_runs_of_one_sitting_train_as_much_as_a_neighbour_s_one():
    """Oracle: equal shares of sittings, not of runs."""
    _, steps = Room(*[TINY] * 5, keys=["1/main", "1/branch-1/7", "1/branch-2/8", "1/branch-3/9", "2/main"]).play()
    assert 0.6 < sum(steps[:4]) / steps[4] < 1.5
    assert min(steps[:4]) > 0.7 * max(steps[:4])
