"""A phone of 390 × 844 with a finger."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from dlcore import Run, RunSpec
from tests.browser._drive import Stage, fits

FINGER = 44  # px, what a finger hits for certain
SMALL = """([root, least]) => [...root.querySelectorAll("button:not([data-neuron]), input:not([type=range]), summary")]
  .filter(node => node.offsetParent !== null && getComputedStyle(node).visibility !== "hidden")
  .map(node => [(node.closest("label") ?? node), node])
  .map(([area, node]) => [node.getAttribute("aria-label") ?? node.innerText ?? area.innerText,
    Math.round(area.getBoundingClientRect().width), Math.round(area.getBoundingClientRect().height)])
  .filter(([, width, height]) => width < least || height < least)"""


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Stage:
    return Stage(open_page(width=390, height=844, has_touch=True, is_mobile=True))


def sideways(stage: Stage) -> int:
    """By how many pixels the page can be moved to the side."""
    return stage.page.evaluate(
        """() => Math.max(document.documentElement.scrollWidth - innerWidth,
        ...[...document.querySelectorAll("[data-testid=stMain]")].map(main => main.scrollWidth - main.clientWidth))"""
    )


def test_transport_stays_and_nothing_moves_sideways(phone: Stage) -> None:
    expect(phone.curves.get_by_role("tab", name="Loss")).to_have_attribute("aria-selected", "true")
    assert phone.page.get_by_test_id("stMain").evaluate("main => main.scrollTop") == 0  # it opens at its head
    play = phone.button("Play")
    play.tap()
    fits(lambda: phone.value("step"), lambda step: step > 0, "steps")
    phone.button("Pause").tap()
    expect(play).to_be_in_viewport()
    top = play.bounding_box()["y"]
    phone.curves.locator("canvas").scroll_into_view_if_needed()
    phone.page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, main.scrollHeight)")
    expect(phone.curves.locator("canvas")).to_be_in_viewport()
    expect(play).to_be_in_viewport(ratio=1)
    # in the viewport is not enough: nothing may lie over it, Streamlit's header least of all
    assert play.evaluate(
        """button => { const box = button.getBoundingClientRect();
        const top = button.getRootNode().elementFromPoint(box.x + box.width / 2, box.y + 4);
        return button === top || button.contains(top); }"""
    )
    for number in ("epoch", "test_loss"):
        expect(phone.number(number)).to_be_in_viewport(ratio=1)
    assert abs(play.bounding_box()["y"] - top) < 80  # under the head, or at the very top without it
    assert sideways(phone) <= 0


def test_controls_are_large_enough_for_a_finger(phone: Stage) -> None:
    assert phone.root.evaluate(f"root => ({SMALL})([root, {FINGER}])") == []


def test_a_tap_opens_a_neuron_s_sheet(phone: Stage) -> None:
    tile = phone.neuron("layers.0[1]")
    tile.tap()
    tile.tap()
    heading = phone.details.get_by_role("heading", name="Layer 1, neuron 2")
    expect(heading).to_be_in_viewport()
    field = phone.details.get_by_role("spinbutton", name="Weight from x₁")
    field.fill("1.5")
    field.press("Enter")
    twin = Run(RunSpec.default())
    twin.edit("layers.0.weight[1,0]", 1.5)
    phone.expect_as(twin)
    assert sideways(phone) <= 0
    assert phone.details.evaluate(f"root => ({SMALL})([root, {FINGER}])") == []
    phone.details.get_by_role("button", name="Close").tap()
    expect(field).to_have_count(0)
    phone.expect_as(twin)


def test_a_layer_is_added_from_the_layer_s_card(phone: Stage) -> None:
    phone.root.get_by_role("button", name="Layer 1: ").tap()
    card = phone.page.get_by_role("dialog", name="Layer 1")
    expect(card).to_be_in_viewport()
    assert phone.root.evaluate(f"root => ({SMALL})([root, {FINGER}])") == []
    card.get_by_role("button", name="Add after").tap()
    palette = phone.page.get_by_role("dialog", name="Add a layer")
    expect(palette).to_be_in_viewport()
    assert phone.root.evaluate(f"root => ({SMALL})([root, {FINGER}])") == []
    palette.get_by_role("option", name=re.compile("^Dense")).tap()
    phone.expect_layers(2, 4, 4, 2, 1)
    twin = Run(RunSpec.default())
    twin.apply(operation={"name": "insert_layer", "index": 1})
    phone.expect_as(twin)
    assert sideways(phone) <= 0
