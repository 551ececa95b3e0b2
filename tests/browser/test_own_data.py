"""Own data: points drawn on the output map, and a table pasted into the sidebar's dialog.

Oracle: the engine itself, on what the address bar says or with the same points drawn at the same step.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from dlcore import Run, RunSpec
from tests.browser._drive import Stage, address, fits, spec_of

ROWS = "height;weight;animal\n30,5;4,2;cat\n40;8;dog\n28;3,5;cat\n55;20;dog\n;20;dog\n31;4;cat\n60;25;dog\n33;5;cat\n"


def points(stage: Stage) -> list[list[float]]:
    """The drawn points that the address bar holds."""
    return spec_of(stage.page).points


def click(stage: Stage, across: float, down: float) -> None:
    """Press the map at shares of its size."""
    box = stage.output.locator("canvas").bounding_box()
    stage.page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])


def test_points_drawn_while_it_plays_are_learned_and_undo_takes_them_back(playground: Page) -> None:
    stage = Stage(playground)
    stage.button("Play").click()
    fits(lambda: stage.value("step"), lambda step: step > 50, "steps")
    stage.button("Draw").click()
    for across, down in ((0.3, 0.3), (0.7, 0.5)):
        click(stage, across, down)
    fits(lambda: len(points(stage)), lambda count: count == 2, "two drawn points")
    step = stage.value("step")
    fits(lambda: stage.value("step"), lambda now: now > step, "more steps")
    assert "anew" not in stage.notices.inner_text() and step > 50
    stage.pause()
    stage.undo.click()  # training and the second stroke are two entries
    fits(lambda: len(points(stage)), lambda count: count == 1, "one drawn point")
    stage.undo.click()
    fits(lambda: address(playground), lambda text: "points" not in text, "no drawn points")


def test_keys_draw_and_erase_and_the_numbers_are_the_engines(playground: Page) -> None:
    """Drawn within the first epoch they enter with the second: the engine does the same."""
    stage = Stage(playground)
    stage.step_by("One batch")
    stage.expect_value("step", 1)
    stage.button("Draw").click()
    expect(stage.output.locator("canvas")).to_be_focused()
    for key in ("2", "ArrowLeft", "Shift+ArrowUp", "Enter", "1", "Shift+ArrowRight", "Enter", "Delete", "Space"):
        playground.keyboard.press(key)
    expect(stage.output.get_by_role("status")).to_contain_text("1 point drawn")
    fits(lambda: len(points(stage)), lambda count: count == 2, "two drawn points")
    drawn = points(stage)
    assert [point[2] for point in drawn] == [1, 0] and drawn[0][0] < drawn[1][0] and drawn[0][1] == drawn[1][1] > 0
    playground.keyboard.press("Escape")
    expect(stage.button("Draw")).to_be_focused()
    run = Run(RunSpec.default())
    run.advance(steps=1)
    run.apply({"data.points": drawn})
    stage.epochs(2)
    run.advance(epochs=2)
    assert len(run.data("train")) == 252
    stage.expect_as(run)


def test_an_empty_plane_asks_for_points_and_learns_them(open_page: Callable[..., Page]) -> None:
    """A phone: a finger draws, and the page does not scroll under it."""
    stage = Stage(open_page("data=points", width=390, height=844, has_touch=True, is_mobile=True))
    expect(stage.output.get_by_text("No points yet")).to_be_visible()
    stage.button("Play").tap()
    expect(stage.notices.get_by_text("There are no points to learn from yet")).to_be_visible()
    stage.button("Draw").tap()
    canvas = stage.output.locator("canvas")
    canvas.scroll_into_view_if_needed()
    for name, across in (("Draw orange", 0.3), ("Draw blue", 0.8)):
        stage.button(name).tap()
        box = canvas.bounding_box()
        stage.page.touchscreen.tap(box["x"] + across * box["width"], box["y"] + 0.4 * box["height"])
    fits(lambda: [point[2] for point in points(stage)], lambda classes: classes == [0, 1], "a point of each colour")
    expect(stage.output.get_by_text("No points yet")).to_be_hidden()
    spec = spec_of(stage.page)
    stage.epochs(2)
    run = Run(spec)
    run.advance(epochs=2)
    stage.expect_as(run)


def test_a_pasted_table_is_learned_and_its_link_leaves_it_out(playground: Page) -> None:
    stage = Stage(playground)
    playground.get_by_role("radio", name="Own table").click()
    dialog = playground.get_by_role("dialog")
    dialog.get_by_label("Or paste the rows").fill("1\n2\n3\n4\n5")
    dialog.get_by_label("Or paste the rows").press("Control+Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("two columns of numbers")
    dialog.get_by_label("Or paste the rows").fill(ROWS)
    dialog.get_by_label("Or paste the rows").press("Control+Enter")
    expect(dialog.get_by_text("2 classes: cat, dog")).to_be_visible()
    expect(dialog.get_by_text("1 of 8 rows are left out")).to_be_visible()
    dialog.get_by_role("button", name="Use this data").click()
    expect(dialog).to_be_hidden()
    expect(stage.details.get_by_text("Tell “animal” by “height” and “weight”.")).to_be_visible()
    stage.button("Play").click()
    fits(lambda: stage.value("epoch"), lambda epoch: epoch > 5, "epochs")
    stage.pause()
    stage.button("Share").click()
    expect(playground.get_by_text(re.compile("leaves out the file"))).to_be_visible()
    assert "cat" not in address(playground)


def test_arrow_keys_walk_over_the_own_table(playground: Page) -> None:
    """A press opens its dialog; who walks by must not be stopped by it."""
    playground.get_by_role("radio", name="Cats and dogs", exact=True).click()
    playground.keyboard.press("ArrowLeft")
    expect(playground.get_by_role("radio", name="Own pictures")).to_be_checked()
    expect(playground.get_by_role("button", name="Load or draw pictures…")).to_be_visible()
    playground.keyboard.press("ArrowLeft")
    expect(playground.get_by_role("radio", name="Own table")).to_be_checked()
    expect(playground.get_by_role("button", name="Load or paste a table…")).to_be_visible()
    expect(playground.get_by_role("dialog")).to_have_count(0)
    playground.keyboard.press("ArrowLeft")
    expect(playground.get_by_role("radio", name="Own points")).to_be_checked()
