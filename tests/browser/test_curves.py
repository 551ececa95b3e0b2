"""The tabs of the curves card: keyboard, link, what is asked for, and that nothing jumps."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from playwright.sync_api import Page, expect

from dlcore import Run, RunSpec
from tests.browser._drive import Stage, address, fits

Open = Callable[..., Page]
# What the page says to our server from now on; Streamlit's own socket speaks in bytes.
SPY = """() => { window.sent = []; const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (text) {
    if (typeof text === "string" && text[0] === "{") window.sent.push(JSON.parse(text));
    return send.call(this, text); }; }"""
ASKED = """() => { const last = window.sent.findLast(({ type }) => type === "subscribe");
  return last ? last.probes.map(({ id }) => id).sort() : []; }"""


def choose_by_keys(stage: Stage, name: str) -> None:
    """From the tab that is chosen go right, round the end, until the one of that name is."""
    tab = stage.curves.get_by_role("tab", name=name, exact=True)
    stage.curves.get_by_role("tab", selected=True).focus()
    for _ in range(12):
        if tab.get_attribute("aria-selected") == "true":
            break
        before = stage.page.evaluate("() => document.activeElement.shadowRoot.activeElement.id")
        stage.page.keyboard.press("ArrowRight")
        fits(
            lambda: stage.curves.get_by_role("tab", selected=True).get_attribute("id"),
            lambda now, before=before: now != before,
            "another tab",
        )
    expect(tab).to_have_attribute("aria-selected", "true")
    expect(tab).to_be_focused()
    expect(stage.curves.get_by_role("tabpanel", name=name, exact=True)).to_be_visible()


def test_tabs_by_keyboard_and_link_and_only_what_is_seen_is_asked_for(open_page: Open) -> None:
    first = Stage(open_page())
    first.page.evaluate(SPY)
    expect(first.curves.get_by_role("tab", name="Loss", exact=True)).to_have_attribute("aria-selected", "true")
    box = first.curves.bounding_box()
    seen = {"Accuracy": "loss_curve", "Gradient": "loss_curve", "Histograms": "histograms"}
    for name, probe in seen.items():
        choose_by_keys(first, name)
        others = {"histograms", "layer_history", "confusion"} - {probe}  # the timeline draws the loss in any case
        if probe != "loss_curve":
            fits(
                lambda: set(first.page.evaluate(ASKED)),
                lambda now, probe=probe, others=others: probe in now and not now & others,
                f"{probe} alone",
            )
        assert first.curves.bounding_box() == box
    fits(lambda: address(first.page), lambda now: "curves=histograms" in now, "the tab in the link")
    assert first.value("step") == 0, "no arrow key was taken for a step"

    second = Stage(open_page(address(first.page)))
    expect(second.curves.get_by_role("tab", name="Histograms")).to_have_attribute("aria-selected", "true")
    first.page.mouse.move(1, 1)
    fits(lambda: first.picture(first.curves) == second.picture(second.curves), bool, "the same histograms")
    second.curves.get_by_role("tab", name="Loss").click()
    fits(lambda: address(second.page), lambda now: "curves=loss_curve" in now, "another tab in the link")


def test_histograms_tell_their_numbers_and_draw_time(open_page: Open) -> None:
    stage = Stage(open_page("curves=histograms&v=1"))
    canvas = stage.curves.locator("canvas")
    weights = Run(RunSpec.default()).parameters["layers.0.weight"]
    canvas.focus()
    stage.page.keyboard.press("ArrowRight")
    mean = np.format_float_positional(weights.mean(), 3, fractional=False).replace("-", "−")
    expect(canvas).to_have_attribute("aria-label", re.compile(f"^Layer 1, weights.*mean {mean}"))
    expect(stage.curves.locator(".tip")).to_contain_text("8 numbers from")
    before = stage.settled_picture(stage.curves)
    stage.curves.get_by_role("button", name="over time").click()
    fits(lambda: address(stage.page), lambda now: "overtime=1" in now, "over time in the link")
    stage.epochs(2)
    expect(canvas).to_have_attribute("aria-label", re.compile("over time.*Layer 2: weights"))
    assert stage.settled_picture(stage.curves) != before
    expect(stage.curves.get_by_text("every 16 steps")).to_be_visible()
