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
from tests.browser._drive import Stage, address, fits

Open = Callable[..., Page]
AWAY = "v=1&data=plane&layers=4:linear&rate=10"
PACE = 200  # steps a second, so that what a second of work is can be told


def test_numbers_that_run_away_stop_it_with_a_sentence(open_page: Open) -> None:
    stage = Stage(open_page(AWAY))
    start = stage.metrics()
    stage.button("Play").click()
    trouble = stage.notices.get_by_role("alert")
    expect(trouble).to_contain_text(re.compile(r"\w+.*\."))
    expect(stage.button("Play")).to_be_visible()
    kept = stage.metrics()
    assert all(math.isfinite(value) for value in kept.values())  # the last good weights
    assert stage.value("train_loss") == kept["train_loss"]
    trouble.get_by_role("button", name="Undo").click()
    fits(stage.metrics, lambda now: now == start, "the numbers before Play")
    expect(trouble.get_by_role("button", name="Undo")).to_be_hidden()


def test_trouble_offers_a_smaller_rate(open_page: Open) -> None:
    stage = Stage(open_page(AWAY))
    stage.button("Play").click()
    stage.notices.get_by_role("button", name="Try a smaller rate").click()
    fits(lambda: address(stage.page), lambda now: "rate=1&" in now + "&", "a tenth of the rate")
    expect(stage.page.get_by_role("combobox", name=re.compile("Learning rate"))).to_have_value("1")
    assert math.isfinite(stage.value("train_loss"))


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
    stage.button("Pause").click()  # it played on
    expect(stage.button("Play")).to_be_visible()
    expect(stage.number("steps_per_second")).to_have_attribute("data-value", "")
    run = Run(RunSpec.default())
    run.advance(steps=int(stage.value("step")))
    stage.expect_as(run)  # the same numbers as if nothing had happened
    fits(lambda: len(workers(app.process.pid)), lambda now: now == len(before), "as many workers as before")
    assert not set(before) & set(workers(app.process.pid))
