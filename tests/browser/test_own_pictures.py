"""Pictures of one's own, and drawn by hand. Oracle: the engine on the same data, and what Pillow made."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser._drive import Stage, address, fits

SMALL = "&layers=flatten&init=he&optimizer=adam&rate=0.01&batch=32"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Red discs and blue skies, a folder each; a text that is called a picture; a picture of 100 megapixels."""
    for kind in ("disc", "sky"):
        (tmp_path / "mine" / kind).mkdir(parents=True)
    for number in range(6):
        disc = Image.new("RGB", (90, 60), (250, 250, 250))
        ImageDraw.Draw(disc).ellipse((20 + number, 5, 70, 55), fill=(200, 20, 10 * number))
        disc.save(tmp_path / "mine" / "disc" / f"{number}.png")
        Image.new("RGB", (40, 64), (20, 80 + number, 200)).save(tmp_path / "mine" / "sky" / f"{number}.jpg")
    (tmp_path / "notes.png").write_text("milk, bread, apples")
    Image.new("1", (10_000, 10_000)).save(tmp_path / "huge.png")
    return tmp_path


def test_own_pictures_are_shrunk_sent_and_learned(open_page: Callable[..., Page], folder: Path) -> None:
    page = open_page("data=own_pictures" + SMALL)
    stage = Stage(page)
    page.get_by_role("button", name="Load or draw pictures…").click()
    dialog = page.locator("dialog[data-dialog=own_pictures]")
    files = dialog.get_by_label("Picture files", exact=True)
    files.set_input_files([folder / "notes.png"])
    expect(dialog.get_by_role("alert")).to_contain_text("type the name of their class")
    dialog.get_by_label("Class of the files chosen next").fill("disc")
    files.set_input_files([folder / "notes.png", folder / "huge.png", folder / "mine" / "disc" / "0.png"])
    expect(dialog.get_by_role("alert")).to_contain_text("“notes.png” is not a PNG or JPEG picture")
    expect(dialog.get_by_role("alert")).to_contain_text("100 million pixels")
    expect(dialog.get_by_role("button", name="Learn from these 1")).to_be_disabled()
    dialog.get_by_label("Folder of pictures").set_input_files(folder / "mine")
    expect(dialog.get_by_text("7 pictures")).to_be_visible()
    dialog.get_by_role("button", name="Take picture 1 of disc away").click()
    dialog.get_by_label("Side of the pictures in pixels").select_option("16")
    dialog.get_by_role("button", name="Learn from these 12").click()
    expect(dialog).to_be_hidden()
    expect(stage.details.get_by_text("Tell disc from sky.")).to_be_visible()
    fits(lambda: address(page), lambda text: re.search("file=[0-9a-f]{32}", text), "the key, not the pictures")
    stage.button("Play").click()
    fits(lambda: stage.value("test_accuracy"), lambda share: share == 1, "all of them told apart")


def test_a_digit_is_drawn_by_hand_and_kept(open_page: Callable[..., Page]) -> None:
    """A stroke straight down is a one to a network that has learned a little; keys draw as well."""
    page = open_page("data=digits&curves=draw" + SMALL)
    stage = Stage(page)
    stage.button("Play").click()
    fits(lambda: stage.value("test_accuracy"), lambda share: share > 0.85, "a network that knows digits")
    stage.pause()
    one = stage.curves.locator(".drawn-answer").nth(1)
    expect(one).to_have_attribute("data-share", "")
    pad = stage.curves.get_by_role("img", name="Pad to draw on")
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.08 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.47 * box["width"], box["y"] + 0.92 * box["height"], steps=8)
    page.mouse.up()
    fits(lambda: float(one.get_attribute("data-share") or 0), lambda share: share > 0.5, "a one")
    expect(stage.output.get_by_text("your drawing")).to_be_visible()
    stage.curves.get_by_label("Class of the drawing").fill("one")
    stage.button("Keep it as").click()
    expect(stage.notices.get_by_text("Kept as “one”")).to_be_visible()
    expect(one).to_have_attribute("data-share", "")
    pad.focus()
    page.keyboard.down("Space")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.up("Space")
    expect(one).to_have_attribute("data-share", re.compile(r"\d"))
    stage.button("All…").click()
    dialog = page.locator("dialog[data-dialog=own_pictures]")
    expect(dialog.get_by_role("button", name="Take picture 1 of one away")).to_be_visible()
    page.keyboard.press("Escape")
    stage.curves.get_by_role("tab", name="Loss", exact=True).click()
    expect(stage.output.get_by_text(re.compile("^1 of"))).to_be_visible()
