"""Everything without a pointer: from the first Tab to a neuron's weights."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from dlcore import Run, RunSpec
from tests.browser._drive import Stage, fits

FOCUSED = """() => { let node = document.activeElement;
  while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  return { ...node?.dataset, name: node?.getAttribute("aria-label") ?? node?.innerText ?? "" }; }"""


def tab_to(page: Page, key: str, value: str) -> None:
    """Press Tab until what has that data attribute is focused."""
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUSED))
        if re.fullmatch(value, seen[-1].get(key) or ""):
            return
    raise AssertionError(f"Tab never comes to {key} {value}: {seen}")


def test_the_keyboard_alone(playground: Page) -> None:
    stage, twin = Stage(playground), Run(RunSpec.default())
    playground.keyboard.press("Tab")
    expect(playground.get_by_role("link", name="Skip to main content")).to_be_focused()
    playground.keyboard.press("Enter")
    tab_to(playground, "command", "play")
    playground.keyboard.press("Space")
    expect(stage.button("Pause")).to_be_focused()  # the button has become another one under the finger
    playground.keyboard.press("Space")
    expect(stage.button("Play")).to_be_focused()
    playground.keyboard.press("r")
    stage.expect_as(twin)
    playground.keyboard.press("ArrowRight")
    twin.advance(steps=1)
    stage.expect_as(twin)
    playground.keyboard.press("Shift+ArrowRight")
    twin.advance(epochs=1)
    stage.expect_as(twin)

    tab_to(playground, "neuron", r"inputs\[0\]")
    for key, there in (
        ("ArrowDown", "inputs[1]"), ("ArrowRight", "layers.0[2]"), ("ArrowUp", "layers.0[1]"),
        ("ArrowRight", "layers.1[0]"), ("ArrowLeft", "layers.0[1]"),
    ):  # fmt: skip
        playground.keyboard.press(key)
        assert playground.evaluate(FOCUSED)["neuron"] == there
    expect(stage.details.get_by_role("heading")).to_have_text("Layer 1, neuron 2")
    playground.keyboard.press("Enter")
    field = stage.details.get_by_role("spinbutton", name="Weight from x₁")
    expect(field).to_be_visible()
    tab_to(playground, "address", re.escape("layers.0.weight[1,0]"))
    playground.keyboard.type("1.25")
    playground.keyboard.press("Enter")
    twin.edit("layers.0.weight[1,0]", 1.25)
    stage.expect_as(twin)  # and no key of these moved the run a step


def test_the_help_lists_every_key(playground: Page) -> None:
    stage = Stage(playground)
    stage.button("Step").focus()
    playground.keyboard.press("?")
    dialog = playground.get_by_role("dialog", name="How to read this page")
    expect(dialog).to_be_visible()
    keys = playground.evaluate("import('/stage/js/keys.js').then(({ KEYS }) => KEYS)")
    assert len(keys) >= 9
    for key in keys:
        expect(dialog.get_by_text(key["sentence"], exact=True)).to_have_count(1)
    playground.keyboard.press("ArrowRight")  # for the dialog, not for the run behind it
    playground.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(stage.button("Step")).to_be_focused()
    playground.keyboard.press("ArrowRight")
    stage.expect_value("step", 1)


def test_the_projector_key(playground: Page) -> None:
    stage = Stage(playground)
    sidebar = playground.get_by_test_id("stSidebar")
    before = stage.neuron("layers.0[0]").bounding_box()["width"]
    playground.keyboard.press("p")
    expect(sidebar).to_be_hidden()
    fits(lambda: stage.neuron("layers.0[0]").bounding_box()["width"], lambda now: now >= before, "larger tiles")
    playground.keyboard.press("p")
    expect(sidebar).to_be_visible()
    assert stage.value("step") == 0
