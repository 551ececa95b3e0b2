"""The microscope: one step walked on the screen. Oracle: a run of the same spec that walks beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from dlcore import Run, RunSpec
from dlcore.network.address import parse
from tests.browser._drive import Stage, expect_paused, fits

Open = Callable[..., Page]

# What the page holds of the step: all numbers of the last frame, and those that are printed on the picture.
HELD = """async () => {
  const { connect } = await import("/stage/js/socket.js");
  const link = connect("", sessionStorage.getItem("glassbox.token"));
  const { frame } = link.chosen;
  link.release();
  const known = [...frame.arrays].filter(([name]) => name.startsWith("step_values/"));
  return { walk: frame.walk, known: Object.fromEntries(known.map(([name, { data }]) => [name.slice(12), [...data]])) };
}"""
PRINTED = """root => Object.fromEntries([...root.querySelectorAll(".walked-number[data-number], .judge [data-number]")]
  .map(node => [node.dataset.number, Number(node.dataset.value)]))"""


def bar(stage: Stage) -> Locator:
    return stage.page.get_by_role("region", name="Microscope", exact=True)


def expect_stop(stage: Stage, twin: Run) -> None:
    """The stage stands where the twin does, and holds and prints the numbers that the twin knows and no others."""
    here = twin.describe_walk()
    expect(bar(stage)).to_have_attribute("data-operation", here["id"])
    known = {name: named.values.ravel().tolist() for name, named in twin.probe("step_values").items()}

    def held() -> Any:
        found = stage.page.evaluate(HELD)
        return found["walk"] == here, found["known"] == known

    fits(held, lambda now: now == (True, True), f"the numbers known at {here['id']}: {sorted(known)}")
    shapes = {name: named.values.shape for name, named in twin.probe("step_values").items()}

    def wrong() -> list[str]:
        printed = stage.root.evaluate(PRINTED)
        return [address for address, value in printed.items() if value != number(address)] + [""] * (not printed)

    def number(address: str) -> float | None:
        name, indices = parse(address)
        if name not in known:
            return None
        at = indices[0] if indices else 0
        return known[name][at * shapes[name][1] + indices[1] if len(indices) == 2 else at]

    if here["index"]:
        fits(wrong, lambda now: not now, "only numbers that the frame holds")


def test_a_whole_step_and_back(playground: Page) -> None:
    stage, twin = Stage(playground), Run(RunSpec.default())
    before = stage.picture(stage.network)
    playground.keyboard.press("m")
    twin.start_walk()
    expect_stop(stage, twin)
    operations = twin.operations()
    assert "layers.2.weight.grad" not in twin.probe("step_values")
    for index, operation in list(enumerate(operations))[1:]:
        playground.keyboard.press("ArrowRight")
        twin.walk()
        assert twin.operation == index
        expect_stop(stage, twin)
        expect(bar(stage).get_by_role("status")).to_contain_text(operation.sentence)
    stage.expect_value("step", 0)
    playground.keyboard.press("ArrowRight")  # out of the last stop: the update is made
    twin.walk()
    expect_stop(stage, twin)
    stage.expect_as(twin)
    playground.keyboard.press("ArrowLeft")
    twin.walk(-1)
    assert (twin.step, twin.operation) == (0, len(operations) - 1)
    expect_stop(stage, twin)
    playground.keyboard.press("Control+ArrowLeft")
    playground.keyboard.press("Shift+ArrowLeft")
    twin.walk(-1, by="phase")
    twin.walk(-1, by="layer")
    expect_stop(stage, twin)
    playground.keyboard.press("Escape")
    expect(bar(stage)).to_have_count(0)
    expect(stage.root.locator(".walked-number")).to_have_count(0)
    twin.leave_walk()
    stage.expect_as(twin)
    stage.expect_value("step", 0)
    fits(lambda: stage.picture(stage.network) == before, bool, "the picture there was")


def test_samples_and_going_on_from_inside(playground: Page) -> None:
    stage, twin = Stage(playground), Run(RunSpec.default())
    stage.button("Play").click()
    fits(lambda: stage.value("step"), lambda step: step > 0, "a few steps")
    stage.button("Microscope").click()
    expect_paused(stage)  # what trains rests first
    expect(bar(stage).get_by_role("button", name="Next operation")).to_be_focused()
    twin.advance(steps=int(stage.value("step")))
    twin.start_walk(("test", 0))
    bar(stage).get_by_role("combobox", name="Whose values are walked").select_option("test")
    expect_stop(stage, twin)
    expect(bar(stage).get_by_role("button", name="backward")).to_have_count(0)
    bar(stage).get_by_role("button", name="loss", exact=True).click()
    twin.walk_to(len(twin.operations(("test", 0))) - 1)
    expect_stop(stage, twin)
    bar(stage).get_by_role("button", name="Next operation").click()
    stage.expect_word("Test data can only be walked forward.")
    step = stage.value("step")
    stage.button("Play").click()
    expect(bar(stage)).to_have_count(0)
    fits(lambda: stage.value("step"), lambda now: now > step, "training that goes on")
    stage.pause()
