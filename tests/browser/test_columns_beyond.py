"""Columns of the data as inputs beyond the plane: added on the picture, and a slider that places the maps among them.

Oracle: the numbers are those of the data’s record; the map at the mean is the one from before.
"""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser._drive import Stage, fits


def test_a_column_is_added_and_the_plane_moved_along_it(open_page: Callable[..., Page]) -> None:
    stage = Stage(open_page("v=1&data=animals&inputs=x1,x2&layers=2&seed=3"))
    slider = stage.output.get_by_role("slider", name="The plane’s barks")
    expect(slider).to_have_count(0)
    stage.network.locator('[data-control="inputs"]').click()
    stage.page.get_by_role("option", name="barks").click()
    stage.page.keyboard.press("Escape")
    expect(stage.neuron("inputs[2]")).to_have_count(1)
    expect(slider).to_have_attribute("aria-valuetext", "7.53 a day")

    def there_and_back() -> tuple[bool, bool]:
        found = [stage.settled_picture(stage.output)]
        slider.press("End")
        expect(slider).to_have_attribute("aria-valuetext", "27.0 a day")
        found.append(stage.settled_picture(stage.output))
        stage.output.get_by_role("button", name="mean").click()
        expect(slider).to_have_attribute("aria-valuetext", "7.53 a day")
        found.append(stage.settled_picture(stage.output))
        return found[0] != found[1], found[0] == found[2]

    fits(there_and_back, all, "another map at the end of the slider, and the one from before at the mean")

    stage.network.locator('[data-control="inputs"]').click()
    stage.page.get_by_role("option", name="barks").click()
    stage.page.keyboard.press("Escape")
    expect(slider).to_have_count(0)
