"""When it goes wrong: numbers that run away, and a worker that is killed."""

from __future__ import annotations

import math
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from dlcore import Run, RunSpec
from tests.browser._drive import Stage, address, expect_paused, fits

Open = Callable[..., Page]
AWAY = "v=1&data=plane&layers=4:linear&rate=10"
PACE = 200  # steps a second, so that what a second of work is can be told


def test_numbers_that_run_away_stop_it_with_a_sentence(open_page: Open) -> None:
    stage = Stage(open_page(AWAY))
    start = stage.metrics()
    stage.button("Play").click()
    trouble = stage.notices.get_by_role("alert")
    run = Run(RunSpec.read_link(AWAY)[0])
    run.advance(epochs=10_000)
    expect(trouble).to_contain_text(run.trouble.message)
    expect_paused(stage)
    stage.expect_as(run)  # the last good weights
    assert all(math.isfinite(value) for value in stage.metrics().values())
    trouble.get_by_role("button", name="Undo").click()
    fits(stage.metrics, lambda now: now == start, "the numbers before Play")
    expect(trouble.get_by_role("button", name="Undo")).to_be_hidden()


def test_trouble_offers_a_smaller_rate(open_page: Open) -> None:
    stage = Stage(open_page(AWAY))
    stage.button("Play").click()
    stage.notices.get_by_role("button", name="Try a smaller rate").click()
    fits(lambda: address(stage.page), lambda now: "rate=" not in now, "the usual rate, which a link leaves out")
    expect(stage.page.get_by_role("combobox", name=re.compile("Learning rate"))).to_have_value("0.03")
    stage.expect_value("step", 0)
    stage.epochs(2)
    assert stage.value("train_loss") < 0.1
    expect(stage.page.locator(".finding")).to_be_hidden()


DEAD = "v=1&data=circle&samples=100&layers=4:relu,4:relu&rate=3&seed=1"


def test_a_diagnosis_marks_the_place_and_its_button_can_be_undone(open_page: Open) -> None:
    stage = Stage(open_page(DEAD))
    strip, marks = stage.page.locator(".finding"), stage.network.locator("[data-mark*=activation]")
    stage.button("Play").click()
    expect(strip).to_contain_text("give 0 for every training point")
    stage.pause()
    run = Run(RunSpec.read_link(DEAD)[0])
    run.advance(steps=int(stage.value("step")))
    (dead,) = [found for found in run.examine() if found.check == "dead_relu"]  # the engine is the oracle
    expect(strip).to_contain_text(dead.message)
    expect(marks).to_have_count(len(dead.addresses))
    guilty = dead.addresses[0].replace(".activation", "")
    expect(stage.neuron(guilty)).to_have_attribute("aria-label", re.compile("warning: Dead neurons"))
    assert "rate=3" in address(stage.page)
    remedy = strip.get_by_role("button", name="Use leaky ReLU")
    remedy.focus()
    remedy.press("Enter")
    fits(lambda: address(stage.page), lambda now: "4:leaky_relu,4:leaky_relu" in now, "leaky ReLU in the link")
    expect(marks).to_have_count(0)
    stage.undo.click()
    fits(lambda: address(stage.page), lambda now: "4:relu,4:relu" in now, "the activation there was")
    expect(marks).to_have_count(len(dead.addresses))
    strip.get_by_role("button", name="Dismiss for this run").click()
    expect(marks).to_have_count(0)
    expect(strip.filter(has_text="give 0 for every")).to_be_hidden()


def test_an_overfitted_number_is_marked_on_a_phone_too(open_page: Open) -> None:
    over = "v=1&data=spiral&samples=100&train=30&noise=50&optimizer=adam&rate=0.01&layers=8,8"  # and nothing else
    stage = Stage(open_page(over, width=390, height=844))
    stage.button("Play").click()
    strip = stage.page.locator(".finding")
    expect(strip).to_contain_text("The network overfits")
    expect(stage.root.locator("[data-cell=test_loss]")).to_have_class(re.compile("suspect"))
    box = strip.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["y"] + box["height"] <= 844
    for button in strip.get_by_role("button").all():
        assert button.bounding_box()["height"] >= 44


def test_deliberate_mistakes_show_where_a_link_makes_one(open_page: Open) -> None:
    page = open_page("v=1&shuffled=40&leaked=20")
    expect(page.get_by_role("heading", name="Deliberate mistakes")).to_be_visible()
    expect(page.get_by_role("slider", name="Shuffled labels")).to_have_value("40")
    fits(lambda: address(page), lambda now: "shuffled=40" in now and "leaked=20" in now, "both in the link")
    other = open_page()
    expect(other.get_by_role("heading", name="Regularization")).to_be_visible()
    expect(other.get_by_role("heading", name="Deliberate mistakes")).to_have_count(0)


def workers(server: int) -> list[int]:
    """Process ids of a server's workers, from /proc."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            command = stat.with_name("cmdline").read_bytes()
        except OSError:  # it has ended meanwhile
            continue
        if parent == server and b"dlcore.live.worker" in command:
            found.append(int(stat.parent.name))
    return found


def test_a_killed_worker_is_replaced_and_training_goes_on(playground: Page, app: object) -> None:
    stage = Stage(playground)
    slider = stage.root.get_by_role("slider", name="Speed")
    slider.press("Home")
    for _ in range(8):
        slider.press("ArrowRight")
    expect(stage.root.locator(".speed")).to_contain_text(f"{PACE} steps/s")
    stage.button("Play").click()
    fits(lambda: stage.value("step"), lambda step: step > 3 * PACE, "three seconds of steps")
    before = workers(app.process.pid)
    assert before
    reached = stage.value("step")
    for worker in before:
        os.kill(worker, signal.SIGKILL)
    word = stage.notices.get_by_role("status")
    expect(word).to_contain_text("The worker process was replaced; training goes on from step")
    step = int(re.search(r"step ([\d,]+)", word.inner_text())[1].replace(",", ""))
    assert reached - 3 * PACE <= step <= reached + PACE  # a second ago, with time for a slow machine
    fits(lambda: stage.value("step"), lambda now: now > reached + PACE, "more steps than before")
    stage.pause()  # it played on
    run = Run(RunSpec.default())
    run.advance(steps=int(stage.value("step")))
    stage.expect_as(run)  # the same numbers as if nothing had happened
    fits(lambda: len(workers(app.process.pid)), lambda now: now == len(before), "as many workers as before")
    assert not set(before) & set(workers(app.process.pid))
