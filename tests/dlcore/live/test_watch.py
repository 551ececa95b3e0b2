"""Findings of a watched run: steady, seldom, and told with the frames. Oracle: the rules, spelled out."""

from __future__ import annotations

import time

import pytest

from dlcore.checks import Finding
from dlcore.live.host import Host
from dlcore.live.watch import Watch
from dlcore.live.wire import decode_frame
from dlcore.spec import RunSpec

LINEAR = [{"kind": "dense", "units": 4, "activation": "linear"}]
ZEROS = {"data.samples": 100, "network.initializer": "zeros"}


def finding(check, urgent=False, message="It is so."):
    return Finding(check, check, 10, urgent, message)


class Stand:
    """A run that says what a test wants found."""

    def __init__(self):
        self.version, self.build, self.spec, self.found = 0, 0, object(), []
        self.step = self.furthest = 0

    def examine(self):
        if isinstance(self.found, Exception):
            raise self.found
        return list(self.found)


@pytest.fixture
def watched():
    """(run, look): look(*checks) lets the run move on and be examined with these found; what is shown then."""
    run, watch = Stand(), Watch()
    watch.look(run, True)

    def look(*checks, moving=True):
        run.version += 1
        run.found = [check if isinstance(check, Finding) else finding(check) for check in checks]
        watch.look(run, moving)
        return [shown.check for shown in watch.shown]

    return run, look


def test_it_is_said_when_it_held_twice_and_goes_when_it_was_missing_twice(watched):
    _, look = watched
    assert [look("dead"), look("dead"), look(), look()] == [[], ["dead"], ["dead"], []]


def test_what_comes_and_goes_is_never_said(watched):
    _, look = watched
    assert [look("dead"), look(), look("dead"), look()] == [[], [], [], []]


def test_what_is_shown_stays_through_a_moment_without(watched):
    _, look = watched
    assert [look("dead"), look("dead"), look(), look("dead"), look()] == [[], *[["dead"]] * 4]


def test_at_rest_it_goes_at_once(watched):
    _, look = watched
    look("dead")
    assert look("dead") == ["dead"]
    assert look(moving=False) == []


def test_what_stopped_the_run_is_said_at_once(watched):
    _, look = watched
    assert look(finding("nan", urgent=True), moving=False) == ["nan"]


@pytest.mark.parametrize("jump", ["build", "spec"])
def test_after_a_jump_one_examination_says_it(watched, jump):
    run, look = watched
    setattr(run, jump, object())
    assert look("dead") == ["dead"]
    setattr(run, jump, object())
    assert look() == []


def test_numbers_of_a_sentence_are_those_of_the_last_examination(watched):
    run, watch = Stand(), Watch()
    run.found = [finding("over", message="It is 1 now.")]
    assert watch.look(run, True)
    assert not watch.look(run, True)  # nothing else is to be shown
    run.found = [finding("over", message="It is 2 now.")]
    assert watch.look(run, True) and watch.shown[0].message == "It is 2 now."


def test_a_check_that_fails_takes_nobody_along(capsys):
    run, watch = Stand(), Watch()
    run.found = ZeroDivisionError("a fault")
    assert watch.look(run, True) is False and watch.shown == []
    assert "a fault" in capsys.readouterr().err


def test_it_looks_once_a_second_while_playing_and_never_twice_at_one_place():
    run, watch = Stand(), Watch()
    assert watch.wait(run, True, time.perf_counter()) == 0.0
    watch.look(run, True)
    now = time.perf_counter()
    assert watch.wait(run, True, now) is None
    run.version += 1
    assert 0.5 < watch.wait(run, True, now) <= Watch.EVERY
    assert watch.wait(run, True, now + Watch.EVERY) == 0.0
    assert watch.wait(run, False, now + 0.1) == 0.0  # paused: at once
    run.spec = object()
    assert watch.wait(run, True, now + 0.1) == 0.0  # other settings: at once


class Screen:
    """A host with one run that somebody watches; `settle` lets it do all that is to be done at rest."""

    def __init__(self, **changes):
        self.frames = []
        self.host = Host(self._emit)
        spec = RunSpec.default().with_(**changes).to_dict()
        self.host.handle({"op": "open", "run": "r", "name": "main", "spec": spec, "revision": 1})
        wanted = {"probes": [{"id": "parameters"}], "credits": 1, "generation": 1}
        self.host.handle({"op": "subscribe", "run": "r", "subscription": "s1", **wanted})
        self.live = self.host.runs["r"]

    def _emit(self, header, payload):
        if header["op"] == "frame":
            self.frames.append(decode_frame(payload)[1])
            self.live.subscriptions["s1"].credits += 1

    def command(self, name, **more):
        self.host.handle({"op": "command", "run": "r", "name": name, **more})

    def settle(self):
        while self.live.moving or self.live.unexamined(time.perf_counter()) is not None:
            self.host.turn()
        self.host.turn()
        return [found["check"] for found in self.frames[-1]["findings"]]


def test_a_frame_brings_what_stopped_the_run():
    screen = Screen(**{"data": "plane", "network.layers": LINEAR, "learning.optimizer.learning_rate": 10})
    assert screen.settle() == []
    screen.command("play")
    assert screen.settle() == ["not_finite"]
    (told,) = screen.frames[-1]["findings"]
    assert told["urgent"] and told["message"] == screen.live.run.trouble.message
    assert [remedy["label"] for remedy in told["remedies"]] == ["Undo", "Try a smaller rate"]
    screen.command("undo")
    assert screen.settle() == []


def test_stepping_by_epochs_says_it_at_the_second_and_a_remedy_takes_it_away():
    screen = Screen(**ZEROS)
    said = []
    for _ in range(5):
        screen.command("step_epoch")
        said.append("twins" in screen.settle())
    assert said == [False, False, True, True, True]  # ten steps are young; then twice in a row
    (told,) = [found for found in screen.frames[-1]["findings"] if found["check"] == "twins"]
    screen.host.handle({"op": "change", "run": "r", "revision": 2, "changes": told["remedies"][0]["changes"]})
    assert screen.settle() == []
    screen.command("undo", revision=3)
    assert "twins" in screen.settle()  # back at a place that was known
    assert screen.live.run.step == 25


def test_a_run_at_a_pace_leaves_the_worker_idle_between_its_steps():
    """Or it would never earn the time that frames may take."""
    screen = Screen()
    screen.command("speed", steps_per_second=10)
    screen.command("play")
    screen.host.turn()
    screen.live.budget.spend(1.0)  # and the checks may not look just now
    screen.live.watch = Watch()
    assert screen.live.unexamined(time.perf_counter()) == 0.0
    assert screen.host.wait() > 0


def test_nobody_watches_so_nothing_is_examined():
    screen = Screen(**ZEROS)
    screen.settle()
    screen.host.handle({"op": "subscribe", "run": "r", "subscription": "s1", "probes": []})
    screen.live.run.advance(epochs=5)
    assert screen.live.unexamined(time.perf_counter()) is None
