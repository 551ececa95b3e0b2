"""More than two classes in a real browser: an output, a colour and a name for each, and what is confused."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, expect

from dlcore import Run, RunSpec
from tests.browser._drive import SCROLLS, Stage, expect_spec, fits

COLOURS = Path(__file__).parents[2] / "pages/_stage/js/colour.js"
NAMES = ("setosa", "versicolor", "virginica")


def test_iris_has_an_output_for_each_kind_and_is_learned(playground: Page) -> None:
    """Oracle: the engine: after three epochs the printed numbers are its own, to the last bit."""
    stage = Stage(playground)
    playground.get_by_role("radio", name="Iris").click()
    spec = RunSpec.default().with_(**{"data.kind": "iris"})
    expect_spec(playground, spec)
    fits(stage.layers, lambda now: now == [2, 4, 2, 3], "three outputs")
    for unit, name in enumerate(NAMES):
        expect(stage.neuron(f"layers.2[{unit}]")).to_have_accessible_name(re.compile(f"^Output “{name}”"))
        expect(stage.details.get_by_text(name, exact=True)).to_be_visible()
    expect(stage.details).to_contain_text("Separate the three kinds of iris by petal length and petal width.")
    expect(stage.details).not_to_contain_text("output 0")  # an output's own colours are its class's
    stage.epochs(3)
    run = Run(spec)
    run.advance(epochs=3)
    stage.expect_as(run)
    before = stage.value("test_accuracy")
    stage.button("Play").click()
    fits(lambda: stage.value("test_accuracy"), lambda now: now > max(before, 0.85), "a better accuracy")
    stage.pause()
    whole = stage.settled_picture(stage.output)
    stage.neuron("layers.2[0]").hover()
    expect(stage.output.get_by_role("heading")).to_have_text("Output “setosa”")
    stage.expect_other_picture(stage.output, whole)
    playground.mouse.move(1, 1)
    box = stage.output.locator("canvas").bounding_box()
    playground.mouse.move(box["x"] + 60, box["y"] + box["height"] - 60)
    tip = stage.output.locator(".tip")
    expect(tip).to_contain_text(re.compile(r"petal length = [\d.]+ cm, petal width = [−\d.]+ cm"))
    expect(tip).to_contain_text(re.compile(r"(setosa|versicolor|virginica): probability [01]\.\d\d"))
    assert playground.evaluate(SCROLLS) == [0] * 6, "real data fit the small screen, too"


def test_discretized_places_have_the_colour_of_the_class_they_are_given_to(open_page: Callable[..., Page]) -> None:
    """Oracle: `Run.predict` at places that are far from every point and plainly of one class."""
    link = "data=rings&classes=4&layers=8&optimizer=adam&discretize=1&seed=2"
    page = open_page(f"v=1&{link}")
    stage, run = Stage(page), Run(RunSpec.read_link(f"v=1&{link}")[0])
    stage.epochs(4)
    run.advance(epochs=4)
    stage.expect_as(run)
    stage.settled_picture(stage.output)
    light = re.search(r"light: \[\"[^\]]*", COLOURS.read_text(encoding="utf-8"))[0]
    palette = [tuple(int(c[at : at + 2], 16) for at in (1, 3, 5)) for c in re.findall(r"#\w{6}", light)]
    wide, high = stage.output.locator("canvas").evaluate("canvas => [canvas.clientWidth, canvas.clientHeight]")
    side = int(min(wide - 23, high - 20))
    axis = np.arange(-5.5, 5.6, 0.5)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    shares = run.predict(grid)
    first, second = np.sort(shares)[:, :-3:-1].T
    near = np.hypot(*(run.data("train").x[:, None] - grid).T).min(axis=1)
    plain = (near >= 0.5) & (np.abs(grid).min(axis=1) >= 0.2) & (first - second >= 0.15)
    x, y = grid[plain].T
    places = np.stack([(22 + (x + 6) / 12 * side) / wide, (3 + (6 - y) / 12 * side) / high], axis=1)
    answers = shares[plain].argmax(axis=1)
    assert stage.colours(stage.output, places.tolist()) == [palette[answer] for answer in answers]
    assert len(set(answers)) > 1


def test_the_confusion_matrix_counts_every_point(open_page: Callable[..., Page]) -> None:
    """Oracle: the engine's own accuracy: the share of the counts that lie on the diagonal."""
    page = open_page("v=1&data=iris")
    stage, run = Stage(page), Run(RunSpec.default().with_(**{"data.kind": "iris"}))
    stage.epochs(2)
    run.advance(epochs=2)
    stage.curves.get_by_role("tab", name="Confusion").click()
    for split in ("test", "train"):
        stage.curves.get_by_role("button", name=split, exact=True).click()
        table = stage.curves.get_by_role("table", name=re.compile(f"^How many {split} samples"))
        expect(table.get_by_role("row")).to_have_count(4)
        for name in NAMES:
            expect(table.get_by_role("rowheader", name=name)).to_be_visible()
            expect(table.get_by_role("columnheader", name=name)).to_be_visible()
        expect(table.get_by_role("cell").first).to_have_attribute("data-value", re.compile(r"^\d+$"))
        values = table.get_by_role("cell").evaluate_all("cells => cells.map(cell => Number(cell.dataset.value))")
        counts = np.array(values).reshape(3, 3)
        assert counts.sum() == 75
        assert abs(counts.trace() / 75 - run.metrics[f"{split}_accuracy"]) < 1e-6
    page.get_by_role("radio", name="Plane").click()
    expect(stage.curves.get_by_role("tab", name="Confusion")).to_have_count(0)
