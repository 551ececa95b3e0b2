"""The picture of a sample: of the chosen one, and of the point under the pointer. Oracle: the engine's own pixels."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from dlcore import Run, RunSpec
from dlcore.links import write_link
from tests.browser._drive import Stage

PIXELS = """canvas => [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data]"""


def test_the_dock_shows_the_sample_and_the_pointed_at_one(open_page: Callable[..., Page]) -> None:
    spec = RunSpec.default().with_(**{"data.kind": "animals", "data.samples": 40})
    run = Run(spec)
    stage = Stage(open_page(write_link(spec)))
    picture = stage.details.locator("canvas")

    def words(sample: int) -> str:
        return bytes(run.probe("sample_picture", sample=sample)["train.words"].values).decode()

    expect(picture).to_have_attribute("aria-label", words(0))
    stage.button("Next sample").click()
    expect(picture).to_have_attribute("aria-label", words(1))
    expect(stage.details).to_contain_text(words(1))
    shown = picture.evaluate(PIXELS)
    pixels = run.probe("sample_picture", sample=1)["train.pixels"].values
    assert [value for at, value in enumerate(shown) if at % 4 < 3] == pixels.flatten().tolist()

    canvas = stage.output.locator("canvas").first
    tip = stage.output.locator(".tip")
    box = canvas.bounding_box()
    for across, down in [(x / 30, y / 30) for y in range(6, 25) for x in range(6, 27)]:
        stage.page.mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
        found = re.search(r"Train (\d+)", tip.inner_text()) if tip.is_visible() else None
        if found:
            break
    assert found, "no point was met on the map"
    expect(picture).to_have_attribute("aria-label", words(int(found[1]) - 1))
    stage.page.mouse.move(0, 0)
    expect(picture).to_have_attribute("aria-label", words(1))
