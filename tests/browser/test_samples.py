"""Samples one by one: what a count of the confusion matrix opens, the code of an autoencoder, a space that bends."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from playwright.sync_api import Page, expect
from scipy.linalg import orthogonal_procrustes

from dlcore import Run, RunSpec

from ._drive import Stage

AUTOENCODER = "v=1&data=digits&target=picture&layers=flatten,8:tanh,2,8:tanh&optimizer=adam&rate=0.003"
PIXELS = """canvas => [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data]
  .filter((_, i) => i % 4 == 0)"""


def test_a_count_of_the_confusion_matrix_opens_its_samples(open_page: Callable[..., Page]) -> None:
    """Oracle: the engine's own answers to the same data after the same epoch. By keyboard, and the chosen one stays."""
    page = open_page("v=1&data=iris")
    stage, run = Stage(page), Run(RunSpec.default().with_(**{"data.kind": "iris"}))
    stage.epochs(1)
    run.advance(epochs=1)
    data = run.data("train")
    answers = run.predict(data.x).argmax(1)
    is_, answer = np.argwhere(run.probe("confusion")["train"].values == run.probe("confusion")["train"].values.max())[0]
    wanted = set(np.flatnonzero((data.y == is_) & (answers == answer)).tolist())
    stage.curves.get_by_role("tab", name="Confusion").click()
    stage.curves.get_by_role("button", name="train", exact=True).click()
    names = run.spec.resolved.dataset.classes
    cell = stage.curves.get_by_role("button", name=re.compile(f"{names[is_]}, taken for {names[answer]}$"))
    expect(cell).to_have_text(str(len(wanted)))
    cell.focus()
    page.keyboard.press("Enter")
    expect(stage.curves.get_by_role("tab", name="Samples")).to_have_attribute("aria-selected", "true")
    tiles = stage.curves.locator(".wall-tile")
    expect(tiles).to_have_count(len(wanted))
    found = tiles.evaluate_all("tiles => tiles.map(tile => Number(tile.dataset.sample))")
    assert set(found) == wanted
    tiles.first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(tiles.nth(1)).to_have_attribute("aria-pressed", "true")
    stage.curves.get_by_label("Only samples taken for the class").select_option("")
    expect(stage.curves.locator(".wall-line")).to_contain_text(f"of {int((data.y == is_).sum())} train samples")


def test_the_code_of_an_autoencoder_is_dragged_and_decoded(open_page: Callable[..., Page]) -> None:
    """Oracle: the engine's decoder at the place that is written beside the picture."""
    page = open_page(AUTOENCODER)
    stage = Stage(page)
    stage.epochs(1)
    run = Run(RunSpec.read_link(AUTOENCODER)[0])
    run.advance(epochs=1)
    stage.curves.get_by_role("tab", name="Code").click()
    plane = stage.curves.get_by_role("img", name=re.compile("^Plane of codes"))
    box = plane.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.4)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.2, steps=4)
    page.mouse.up()
    decoded = stage.curves.get_by_role("img", name=re.compile("^Picture decoded from the code"))
    expect(decoded).to_be_visible()
    before = decoded.get_attribute("aria-label")
    plane.focus()
    page.keyboard.press("ArrowDown")
    expect(decoded).not_to_have_attribute("aria-label", before)
    left, right, low, high = np.ravel(run.probe("code")["extent"].values)
    place = [left + 0.7 * (right - left), high - (0.2 + 1 / 40) * (high - low)]
    wanted = run.probe("code", place=[float(x) for x in place])["decoded"].values[..., 0]
    assert np.abs(np.array(decoded.evaluate(PIXELS)).reshape(8, 8) - wanted.astype(int)).max() <= 6


def test_a_space_is_turned_to_where_it_was(playground: Page, app) -> None:
    """Oracle: scipy.linalg.orthogonal_procrustes, for turned and for mirrored points."""
    rng = np.random.default_rng(0)
    points = rng.normal(size=(40, 2)) @ np.diag([3, 1])
    angle = 2.1
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    for by in (turn, turn @ np.diag([1, -1])):
        before = points @ by + rng.normal(size=points.shape) * 0.1
        found = playground.evaluate(
            """([url, points, before]) => import(url)
                .then(({ turn, turned }) => [...turned(points, turn(points, before))])""",
            [f"{app.url.rstrip('/')}/stage/js/plot/align.js", points.ravel().tolist(), before.ravel().tolist()],
        )
        wanted = points @ orthogonal_procrustes(points, before)[0]
        np.testing.assert_allclose(np.reshape(found, (-1, 2)), wanted, atol=1e-5)
