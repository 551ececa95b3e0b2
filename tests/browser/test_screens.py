"""One clear picture on a laptop and on a large screen, by day and by night."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser._drive import SCROLLS, Stage

SIZES = [(1366, 768), (1920, 1080)]
CLIPPED = """root => [...root.querySelectorAll("button, b, h3, small, label")]
  .filter(node => node.offsetParent !== null && !node.closest("[data-neuron]"))
  .filter(node => node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).overflowX !== "visible")
  .map(node => node.innerText)"""


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours "rgb(r, g, b)" (WCAG 2.2, relative luminance)."""
    lights = []
    for colour in (one, other):
        parts = [int(part) / 255 for part in colour.removeprefix("rgb(").rstrip(")").split(",")[:3]]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        lights.append(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    return (max(lights) + 0.05) / (min(lights) + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_one_screen(open_page: Callable[..., Page], size: tuple[int, int], scheme: str) -> None:
    width, height = size
    page = open_page(width=width, height=height, color_scheme=scheme)
    stage = Stage(page)
    regions = [
        page.get_by_test_id("stSidebar"), stage.root.get_by_role("group", name="Training"),
        stage.network, stage.output, stage.curves, stage.details,
    ]  # fmt: skip
    expect(page.get_by_role("combobox", name=re.compile("^Penalty"))).to_be_visible()  # the sidebar's last setting
    boxes = [region.bounding_box() for region in regions]
    for at, box in enumerate(boxes):
        assert box["x"] >= 0 and box["x"] + box["width"] <= width + 0.5
        assert box["y"] >= 0 and box["y"] + box["height"] <= height + 0.5
        for other in boxes[at + 1 :]:
            across = min(box["x"] + box["width"], other["x"] + other["width"]) - max(box["x"], other["x"])
            down = min(box["y"] + box["height"], other["y"] + other["height"]) - max(box["y"], other["y"])
            assert across <= 0.5 or down <= 0.5, (at, box, other)
    assert page.evaluate(SCROLLS) == [0] * 6
    assert stage.root.evaluate(CLIPPED) == []
    theme = page.locator("[data-theme]").filter(has=stage.root)
    expect(theme).to_have_attribute("data-theme", scheme)
    ink, ground = stage.number("test_loss").evaluate(
        """node => { let panel = node; const of = (at) => getComputedStyle(at).backgroundColor;
        while (panel && /, 0\\)$|transparent/.test(of(panel)))
          panel = panel.parentElement ?? panel.getRootNode().host;
        return [getComputedStyle(node).color, panel ? of(panel) : "rgb(255, 255, 255)"]; }"""
    )
    assert contrast(ink, ground) >= 4.5


def test_the_legend_of_classes_is_not_cut_off(open_page: Callable[..., Page]) -> None:
    stage = Stage(open_page("v=1&data=iris", width=1920, height=1080))
    for said in ("each one's probability", "Press a neuron, a line or a dotted number"):
        expect(stage.details.get_by_text(said)).to_be_visible()
    sizes = "node => [node.scrollHeight - node.clientHeight, node.scrollWidth - node.clientWidth]"
    for node in (stage.details.locator(".dock-body"), stage.details.locator(".formula")):
        assert all(over <= 1 for over in node.evaluate(sizes))
