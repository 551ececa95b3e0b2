"""The settings in a real browser: what AppTest cannot do. The effect is read from the address bar, which
holds the run's spec."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser._drive import fits, spec_of


def expect_value(page: Page, path: str, value: object) -> None:
    """Wait until the run's spec, as the address bar holds it, has that value."""
    fits(lambda: spec_of(page).get(path), lambda now: now == value, f"{path} = {value!r}")


def test_a_data_set_is_chosen_by_its_picture_and_by_keys(playground: Page) -> None:
    playground.get_by_role("radio", name="Spiral").click()
    expect(playground.get_by_role("radio", name="Spiral")).to_be_checked()
    expect_value(playground, "data.kind", "spiral")
    playground.keyboard.press("ArrowLeft")
    expect(playground.get_by_role("radio", name="Gaussian", exact=True)).to_be_checked()
    expect(playground.get_by_role("radio", name="Gaussian", exact=True)).to_be_focused()
    expect_value(playground, "data.kind", "gaussian")


def test_a_learning_rate_can_be_typed_and_a_wrong_one_is_refused_at_its_place(playground: Page) -> None:
    rate = playground.get_by_role("combobox", name=re.compile("Learning rate"))
    rate.fill("0.05")
    rate.press("Enter")
    expect_value(playground, "learning.optimizer.learning_rate", 0.05)
    expect(rate).to_have_value("0.05")
    rate.fill("a lot")
    rate.press("Enter")
    expect(playground.locator(".gb-refused")).to_contain_text("must be a number, but “a lot” is none")
    assert spec_of(playground).get("learning.optimizer.learning_rate") == 0.05


def test_a_change_on_the_stage_reaches_the_sidebar(playground: Page) -> None:
    """Undo is the stage's; the widget that was changed before must follow."""
    noise = playground.get_by_role("slider", name=re.compile("Noise"))
    noise.press("ArrowRight")
    expect(noise).to_have_value("5")
    expect_value(playground, "data.noise", 5)
    playground.locator("[data-command=undo]").click()
    expect(noise).to_have_value("0")


def test_the_sidebar_shows_what_a_link_says(open_page: Callable[..., Page]) -> None:
    page = open_page("v=1&data=spiral&optimizer=adamw&penalty=l2&loss=binary_cross_entropy")
    expect(page.get_by_role("radio", name="Spiral")).to_be_checked()
    expect(page.get_by_role("combobox", name=re.compile("Optimizer"))).to_have_value("AdamW")
    expect(page.get_by_role("combobox", name=re.compile("^Loss"))).to_have_value("Binary cross-entropy")
    expect(page.get_by_role("combobox", name="Penalty rate")).to_have_value("0.001")


def test_a_phone_opens_the_settings_with_a_button(open_page: Callable[..., Page]) -> None:
    page = open_page(width=390, height=844, has_touch=True, is_mobile=True)
    expect(page.get_by_role("radio", name="Spiral")).not_to_be_in_viewport()
    page.get_by_test_id("stExpandSidebarButton").click()
    expect(page.get_by_role("radio", name="Spiral")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
