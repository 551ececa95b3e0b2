"""Runs whose steps take long, and workers that hang: the others keep their pace, and nothing is lost."""

from __future__ import annotations

import os
import signal
import time

import pytest

from dlcore.catalogue import catalogue
from dlcore.limits import LIMITS, Limits
from dlcore.live import LocalHub, turns
from dlcore.live.host import Host
from dlcore.live.liverun import LiveRun
from dlcore.live.pace import Typical
from dlcore.live.wire import decode_frame
from dlcore.spec import RunSpec
from dlcore.training.run import Run

# A step of it is 4.5 billion operations: 80 ms of processor time where this was measured.
LARGE = {
    "network.layers": [{"kind": "dense", "units": 1000, "activation": "relu"}] * 4,
    "learning.batch_size": 250,
}


@pytest.fixture(scope="module")
def crowd(serve):
    """A server with one worker that is given up after three seconds of silence; steps over 10 ms are long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GLASSBOX_HEAVY_STEP", "0.01")  # workers, and those that replace them, take over
        yield serve(stuck_after=3.0)


def test_a_run_with_long_steps_moves_and_nothing_is_lost(crowd):
    hub, (light_slot,) = crowd.hub, crowd.hub._pool.slots
    light, large = crowd.open(), crowd.open()
    light.subscribe([{"id": "parameters"}])
    large.subscribe([{"id": "loss_curve"}])
    large.answer(large.send("propose", run="main", changes=LARGE))
    large.answer(large.command("play"))
    light.answer(light.command("play"))
    held = hub.find(large.events[0]["token"], "main")[1]
    large.frame(lambda frame: held.slot is not light_slot)
    heavy = hub._pool.heavy()
    assert held.slot is heavy and hub._pool.heavy() is heavy and light_slot.runs == heavy.runs == 1
    assert len(hub.worker_pids()) == 2
    step = held.saved_at[0]
    assert step >= 3  # so many steps are measured first
    later = large.frame(lambda frame: frame["step"] > step)[1]
    assert later["playing"]
    rows = [arrays["loss_curve/rows"] for arrays, _ in large.frames if "loss_curve/rows" in arrays]
    assert rows[-1].shape[1] == len(later["history"]["columns"])  # what takes long is measured rarely
    large.answer(large.send("propose", run="main", changes={"learning.batch_size": 1}))
    assert large.answer(large.command("pause"))["playing"] is False
    now = hub.run(large.events[0]["token"])
    assert now.spec.get("learning.batch_size") == 1 and now.can_undo and now.step > step
    assert not any(event["type"] == "notice" for event in large.events)
    light.frame(lambda frame: frame["step"] > 50)
    assert hub.find(light.events[0]["token"], "main")[1].slot is light_slot
    for tab in (light, large):
        tab.socket.close()


def test_a_worker_that_hangs_is_replaced(crowd):
    tab = crowd.open()
    tab.subscribe([{"id": "parameters"}])
    tab.answer(tab.command("play"))
    tab.frame(lambda frame: frame["step"] > 10)
    slot = crowd.hub._pool.slots[0]
    before = slot.process.pid
    os.kill(before, signal.SIGSTOP)
    notice = tab.until(lambda event: event["type"] == "notice")
    assert notice["text"].startswith("The worker process was replaced; training goes on")
    step = tab.frame()[1]["step"]
    assert tab.frame(lambda frame: frame["step"] > step)[1]["playing"]
    assert slot.process.pid != before
    tab.socket.close()


def test_an_idle_worker_shows_that_it_lives(crowd):
    slot = crowd.hub._pool.slots[0]
    before = slot.process.pid
    time.sleep(4.5)
    assert slot.process.pid == before and time.monotonic() - slot.heard < 3


# -- without processes ----------------------------------------------------------------------------


class Outbox:
    """A host, what it emitted, and how long each step of a run is made to take."""

    def __init__(self):
        self.sent = []
        self.host = Host(lambda header, payload: self.sent.append((header, payload)))

    def say(self, op, run, **more):
        payload = more.pop("payload", b"")
        self.host.handle({"op": op, "run": run, **more}, payload)

    def open(self, run, **more):
        spec = RunSpec.default().to_dict()
        self.say("open", run, **{"name": "main", "spec": spec, "revision": 1, "playing": False, **more})

    def of(self, op):
        return [(header, payload) for header, payload in self.sent if header["op"] == op]


def busy(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


@pytest.fixture
def slow(monkeypatch):
    """Make the updates of some runs slow: slow(run, seconds)."""
    costs = {}
    one_step = Run._one_step

    def step(run):
        busy(costs.get(id(run), 0.0))
        return one_step(run)

    monkeypatch.setattr(Run, "_one_step", step)
    return lambda run, seconds: costs.update({id(run): seconds})


def test_a_slice_ends_at_the_first_step_past_its_deadline(monkeypatch):
    run, one_step = Run(RunSpec.default()), Run._one_step
    monkeypatch.setattr(Run, "_one_step", lambda run: time.sleep(0.03) or one_step(run))
    assert 1 <= run.advance(steps=1000, deadline=time.perf_counter() + 0.05) <= 2
    assert run.advance(epochs=5, deadline=time.perf_counter() - 1) == 1  # one step is always made


def test_long_steps_are_told_once_after_three(slow):
    box = Outbox()
    box.open("a", playing=True)
    slow(box.host.runs["a"].run, 1.5 * LIMITS.heavy_step)
    for _ in range(6):
        assert len(box.of("heavy")) == (box.host.runs["a"].run.step >= 3)
        box.host.turn()
    assert box.host.runs["a"].run.step == 6


def test_one_slow_step_of_many_moves_nobody(slow):
    box = Outbox()
    box.open("a", playing=True)
    run = box.host.runs["a"].run
    for turn in range(12):
        slow(run, 0.2 if turn % 4 == 0 else 0.0)
        box.host.turn()
    assert not box.of("heavy")


def test_a_command_waits_for_one_step_of_another_run_at_most(slow):
    box = Outbox()
    for key in "abc":
        box.open(key, playing=True)
        slow(box.host.runs[key].run, 0.06)
        box.say("subscribe", key, subscription="s", probes=[{"id": "parameters"}], credits=4, generation=1)
    for _ in range(30):
        before = {key: live.run.step for key, live in box.host.runs.items()}
        frames = len(box.of("frame"))
        box.host.turn(lambda: True)
        steps = sum(live.run.step - before[key] for key, live in box.host.runs.items())
        assert steps + len(box.of("frame")) - frames <= 1
    # and although somebody always calls, each has its turns and its frames
    assert min(live.run.step for live in box.host.runs.values()) >= 2
    assert {header["run"] for header, _ in box.of("frame")} == {"a", "b", "c"}


def test_a_slow_picture_costs_no_other_run_its_frames(monkeypatch):
    frame = Run.frame

    def slow_frame(run, *arguments):
        if len(run.spec.get("network.layers")) == 3:
            busy(0.2)
        return frame(run, *arguments)

    monkeypatch.setattr(Run, "frame", slow_frame)
    box = Outbox()
    box.open("light", playing=True)
    box.open("slow", playing=True)
    box.say("change", "slow", operation={"name": "insert_layer", "index": 0})
    box.say("command", "slow", name="play")
    for key in ("light", "slow"):
        probes = [{"id": "parameters"}]
        box.say("subscribe", key, subscription="s", probes=probes, credits=1000, generation=1)
    for _ in range(100):
        box.host.turn()
    shown = [header["run"] for header, _ in box.of("frame")]
    assert shown.count("light") > 20 and 1 <= shown.count("slow") <= 5


EDIT = catalogue("live.actions")["edit"].read({"address": "layers.0.bias[0]", "value": 0.5})


def test_what_changes_during_an_interrupted_round_is_shown():
    box = Outbox()
    for key in "ab":
        box.open(key)
        box.say("subscribe", key, subscription="s", probes=[{"id": "parameters"}], credits=4, generation=1)
    box.host.turn(lambda: True)  # the frame of a
    box.say("do", "a", name="edit", arguments=EDIT)
    box.host.turn()
    values = [decode_frame(payload)[0] for header, payload in box.of("frame") if header["run"] == "a"]
    assert values[-1]["parameters/layers.0.bias"][0] == 0.5


def test_runs_may_be_closed_in_the_middle_of_a_round():
    box = Outbox()
    for key in "abc":
        box.open(key, playing=True)
    box.host.turn(lambda: True)
    for key in "abc":
        box.say("close", key)
    box.host.turn()
    assert not box.host.runs and box.host.wait() is None


def test_a_run_that_was_handed_over_goes_on_as_it_stood():
    box, other = Outbox(), Outbox()
    box.open("a")
    box.say("command", "a", name="speed", steps_per_second=30.0)
    box.say("do", "a", name="edit", arguments=EDIT)
    box.say("command", "a", name="undo", revision=5)
    box.say("command", "a", name="step_epoch", echo=9)
    box.host.turn()
    undo = box.host.runs["a"].run.can_undo
    box.say("hand_over", "a")
    assert not box.host.runs
    (header, payload), status = box.of("handed_over")[0], box.of("handed_over")[0][0]["status"]
    going = {name: status[name] for name in ("playing", "speed", "revision")} | header["going"]
    other.open("a", payload=payload, **going)
    live = other.host.runs["a"]
    assert live.goal == 1 and live.speed == 30.0 and live.echo == 9 and live.revision == 5
    assert live.run.step == status["step"] > 0 and live.run.can_undo is undo is True
    while live.moving:
        other.host.turn()
    assert live.run.epoch == 1
    whole = Run(RunSpec.default())
    whole.advance(epochs=1)
    assert all((live.run.parameters[name] == value).all() for name, value in whole.parameters.items())


def test_a_checkpoint_that_fails_takes_no_other_run_along(monkeypatch, capfd):
    monkeypatch.setattr(turns, "checkpoint", lambda run: 1 / 0)
    box = Outbox()
    box.open("a", playing=True)
    box.host.turn()
    box.say("hand_over", "a")
    assert not box.of("checkpoint") and box.of("handed_over")[0][1] == b""
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_the_median_is_what_is_typical():
    typical = Typical()
    assert typical.seconds == 0.0
    for seconds in (9.0, 1.0, 2.0):
        typical.add(seconds)
    assert typical.seconds == 2.0
    live = LiveRun("a", "main", Run(RunSpec.default()), 1)
    live.trained(1.0, 0)
    assert live.cost == 0.0


def test_limits_can_be_set(monkeypatch):
    monkeypatch.setenv("GLASSBOX_HEAVY_STEP", "0.2")
    assert Limits.from_environment().heavy_step == 0.2


def test_local_runs_stay_where_they_are(slow):
    hub = LocalHub()
    token = hub.new_sitting()
    hub.command(token, "play")
    slow(hub._pool.slots[0].host.runs["1/main"].run, 1.5 * LIMITS.heavy_step)
    for _ in range(5):
        hub.turn()
    assert hub.run(token).step == 0 or hub._pool.slots[0].host.runs["1/main"].told_heavy
