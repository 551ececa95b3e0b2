"""Time on screen: the timeline, branches side by side, a run saved and opened. The oracle is the engine itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from dlcore import Run, RunSpec
from tests.browser._drive import Stage, fits
from tests.browser.test_phone import FINGER, SMALL, sideways

Open = Callable[..., Page]
LINK = "v=1&data=gaussian&noise=30&layers=4,2&seed=3"
EPOCHS = 4


def timeline(stage: Stage) -> Locator:
    """The slider under the network."""
    return stage.root.get_by_role("slider", name="Timeline")


def expect_at(stage: Stage, run: Run, of: int) -> None:
    """Wait until numbers and playhead are those of `run`, which stands at a step of a run of `of` steps."""
    stage.expect_as(run)
    words = f"step {run.step:,} of {of:,}, epoch {run.epoch:,}"
    expect(timeline(stage)).to_have_attribute("aria-valuetext", re.compile("^" + words))


def test_scrubbing_shows_every_step_exactly(open_page: Open) -> None:
    stage = Stage(open_page(LINK))
    stage.epochs(EPOCHS)
    twin = Run(RunSpec.read_link(LINK)[0])
    twin.advance(epochs=EPOCHS)
    end = twin.step
    picture = stage.settled_picture(stage.output)
    slider = timeline(stage)
    box = slider.bounding_box()
    stage.page.mouse.move(box["x"] + box["width"] - 8, box["y"] + 12)
    stage.page.mouse.down()
    for share in (0.9, 0.6, 0.3):
        stage.page.mouse.move(box["x"] + box["width"] * share, box["y"] + 12)
    stage.page.mouse.up()
    step = int(slider.get_attribute("aria-valuenow"))
    assert 0 < step < end
    twin.seek(step)
    expect_at(stage, twin, end)
    for key, there in (("ArrowLeft", step - 1), ("ArrowRight", step), ("Home", 0), ("End", end)):
        slider.press(key)
        twin.seek(there)
        expect_at(stage, twin, end)
    assert stage.settled_picture(stage.output) == picture
    stage.button("Play").focus()
    stage.page.keyboard.press("ArrowLeft")
    stage.button("Back one step").click()
    twin.seek(end - 2)
    expect_at(stage, twin, end)
    stage.button("Now").click()
    twin.seek(end)
    expect_at(stage, twin, end)


def test_a_branch_tries_another_future_beside_the_first(open_page: Open) -> None:
    stage = Stage(open_page(LINK))
    page = stage.page
    branches = page.get_by_role("region", name="Branches", exact=True)
    expect(branches).to_be_hidden()
    stage.epochs(EPOCHS)
    first = Run(RunSpec.read_link(LINK)[0])
    first.advance(epochs=EPOCHS)
    there = first.step // 2
    slider = timeline(stage)
    slider.press("Home")
    for _ in range(10):
        slider.press("PageUp")
    expect(stage.number("step")).to_have_attribute("data-value", str(there))
    stage.button("Branch from here").click()

    branch = Stage(page)
    branch.root = page.locator(".run[data-run=branch-1]")
    expect(branch.root).to_have_count(1)
    other = branches.locator("[data-run=main]")
    second = Run(RunSpec.read_link(LINK)[0])
    second.advance(steps=there)
    branch.expect_as(second)
    expect(other.locator("[data-number=step]")).to_have_attribute("data-value", str(first.step))

    shown = page.get_by_test_id("stSidebar").get_by_role("combobox", name=re.compile("^Activation"))
    branch.button("Layer 1: tanh. Choose the activation").click()
    page.get_by_role("option", name=re.compile("^sine", re.IGNORECASE)).click()
    second.apply({"network.layers.0.activation": "sine"})
    branch.expect_as(second)
    expect(shown).to_have_value("differs")  # the settings are those of the branch
    branch.neuron("layers.0[1]").click()
    branch.details.locator('[data-operation="freeze"]').click()  # what is frozen is no part of the difference
    expect(branch.neuron("layers.0[1]")).to_have_accessible_name(re.compile("frozen"))
    second.freeze("layers.0[1]")
    branch.button("Step").click()
    for run in (first, second):
        run.advance(steps=1)
    branch.expect_as(second)
    said = other.locator("[data-number=test_loss]")
    fits(lambda: float(said.get_attribute("data-value")), lambda now: now == first.metrics["test_loss"], "main's loss")
    square = sum(((second.parameters[name] - first.parameters[name]) ** 2).sum() for name in first.parameters)
    norm = branches.locator("[data-branch=branch-1] [data-number=weight_difference]")
    fits(lambda: float(norm.get_attribute("data-value")), lambda now: abs(now - square**0.5) < 1e-5, f"{square**0.5}")
    pictures = branches.locator("canvas.map").evaluate_all("all => all.map(canvas => canvas.toDataURL())")
    assert len(set(pictures)) == 2

    branches.get_by_role("button", name="Main", exact=True).click()
    expect(shown).to_have_value("tanh")
    branches.get_by_role("button", name="Close Branch 1").click()
    expect(branches).to_be_hidden()
    stage.expect_as(first)


def test_a_saved_run_goes_on_where_it_was(open_page: Open, tmp_path: Path) -> None:
    stage = Stage(open_page(LINK, accept_downloads=True))
    stage.epochs(EPOCHS)
    run = Run(RunSpec.read_link(LINK)[0])
    run.advance(epochs=EPOCHS)
    stage.button("Share").click()
    dialog = stage.page.get_by_role("dialog", name="Share")
    with stage.page.expect_download() as download:
        dialog.get_by_role("button", name=re.compile("^Save this run")).click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    opened = Run.open(saved)
    assert (opened.step, opened.metrics) == (run.step, run.metrics)
    wrong = tmp_path / "wrong.safetensors"
    wrong.write_bytes(b"no run at all")
    dialog.get_by_label("Saved run to open").set_input_files(wrong)
    expect(dialog.locator(".drop + .notes")).not_to_have_text(re.compile("^(One moment…)?$"))
    stage.page.keyboard.press("Escape")
    stage.expect_as(run)

    stage.button("Reset").click()
    stage.expect_value("step", 0)
    stage.button("Share").click()
    dialog.get_by_label("Saved run to open").set_input_files(saved)
    expect(dialog).to_contain_text("The run is open.")
    stage.page.keyboard.press("Escape")
    stage.expect_as(run)
    stage.button("Step").click()
    run.advance(steps=1)
    stage.expect_as(run)


def test_a_finger_goes_back_and_branches(open_page: Open) -> None:
    stage = Stage(open_page(LINK, width=390, height=844, has_touch=True, is_mobile=True))
    stage.epochs(1)
    slider = timeline(stage)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box["height"] >= FINGER
    slider.tap(position={"x": box["width"] * 0.4, "y": box["height"] / 2})
    twin = Run(RunSpec.read_link(LINK)[0])
    twin.advance(epochs=1)
    end = twin.step
    step = int(slider.get_attribute("aria-valuenow"))
    assert 0 < step < end
    twin.seek(step)
    expect_at(stage, twin, end)
    stage.button("Branch from here").tap()
    branches = stage.page.get_by_role("region", name="Branches", exact=True)
    expect(branches.get_by_role("button", name="Branch 1", exact=True)).to_have_attribute("aria-pressed", "true")
    assert branches.evaluate(f"root => ({SMALL})([root, {FINGER}])") == []
    assert sideways(stage) <= 0
