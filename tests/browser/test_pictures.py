"""A network of pictures on the stage: its maps, the chosen sample, the arithmetic of a pixel. Oracle: the engine."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from dlcore import Run, RunSpec
from dlcore.fitting import fit
from dlcore.links import write_link
from tests.browser._drive import Stage, expect_paused, fits

SPEC = fit(RunSpec.default(), {"data.kind": "digits"})[0]
TILE = """([canvas, tile]) => { const ratio = canvas.width / canvas.clientWidth;
  const [a, b] = [tile.getBoundingClientRect(), canvas.getBoundingClientRect()];
  const { data } = canvas.getContext("2d").getImageData((a.x - b.x + 3) * ratio, (a.y - b.y + 3) * ratio,
    (a.width - 6) * ratio, (a.height - 6) * ratio);
  return [...data].join(); }"""


@pytest.fixture
def stage(open_page: Callable[..., Page]) -> Stage:
    return Stage(open_page(write_link(SPEC)))


@pytest.fixture(scope="module")
def page(tab: Callable[..., Page]) -> Page:
    """A page whose modules are asked."""
    return tab()


def tile(stage: Stage, address: str) -> str:
    """The pixels of a tile as they are painted now."""
    canvas = stage.network.locator("canvas").first.element_handle()
    return stage.page.evaluate(TILE, [canvas, stage.neuron(address).element_handle()])


def shares(stage: Stage) -> list[float]:
    """What the card prints as the network's answer, class by class."""
    return [float(text) for text in stage.output.locator(".bar-value").all_inner_texts() if text != "–"]


def expect_shares(stage: Stage, run: Run, sample: int, split: str) -> None:
    wanted = [round(float(value), 3) for value in run.predict(run.data(split).x[sample : sample + 1])[0]]
    close = 0.0011  # of the printed digits the last may be rounded the other way
    fits(
        lambda: shares(stage),
        lambda now: len(now) == 10 and all(abs(a - b) < close for a, b in zip(now, wanted, strict=True)),
        str(wanted),
    )


def test_maps_change_while_it_plays_and_filters_take_their_place(stage: Stage) -> None:
    expect_shares(stage, Run(SPEC), 0, "train")
    maps = tile(stage, "layers.0[0]")
    given = tile(stage, "inputs[0]")
    stage.button("Play").click()
    fits(lambda: stage.value("step"), lambda step: step > 3, "some steps")
    fits(lambda: tile(stage, "layers.0[0]"), lambda now: now != maps, "another map")
    stage.button("Pause").click()
    expect_paused(stage)
    assert tile(stage, "inputs[0]") == given, "the picture that comes in stays"
    stage.page.mouse.move(1, 1)
    before = tile(stage, "layers.0[0]")
    stage.button("Filters").click()
    expect(stage.button("Filters")).to_have_attribute("aria-pressed", "true")
    fits(lambda: tile(stage, "layers.0[0]"), lambda now: now != before, "the window of weights")
    stage.button("Gradients").click()
    fits(lambda: tile(stage, "inputs[0]"), lambda now: now != given, "the gradient at the picture")


def test_another_sample_is_shown_everywhere(stage: Stage) -> None:
    run = Run(SPEC)
    expect_shares(stage, run, 0, "train")
    given = tile(stage, "inputs[0]")
    stage.output.get_by_role("button", name="Next sample").click()
    expect(stage.output).to_contain_text("2 of 898")
    expect_shares(stage, run, 1, "train")
    fits(lambda: tile(stage, "inputs[0]"), lambda now: now != given, "another picture at the input")
    picture = stage.output.get_by_role("img", name=re.compile("^Train sample 2"))
    picture.press("ArrowLeft")
    expect_shares(stage, run, 0, "train")
    stage.output.get_by_role("button", name="test", exact=True).click()
    expect_shares(stage, run, 0, "test")
    expect(stage.output).to_contain_text(f"It is “{int(run.data('test').y[0])}”")


def test_a_pixels_arithmetic_opens_from_the_map(stage: Stage) -> None:
    run = Run(SPEC)
    expect_shares(stage, run, 0, "train")
    channel = stage.neuron("layers.0[2]")
    box = channel.bounding_box()
    places = box["x"] + box["width"] * 3.5 / 8, box["y"] + box["height"] * 4.5 / 8
    stage.page.mouse.move(*places)
    expect(stage.details).to_contain_text("row 5, column 4")
    stage.page.mouse.click(*places)
    stage.expect_value("layers.0.activation[2,4,3]", float(run.trace(0)["layers.0.activation"][0, 2, 4, 3]))
    channel.press("Shift+ArrowRight")
    expect(stage.details).to_contain_text("row 5, column 5")
    channel.press("Enter")
    receipt = stage.root.get_by_role("region", name="Receipt")
    expect(receipt).to_contain_text("activation of layer 1, channel 3, row 5, column 5")
    expect(receipt).to_contain_text("Checked by PyTorch")


@pytest.mark.parametrize(
    ("sources", "depths", "rounds", "lanes"),
    [
        ([[-1], [0], [1]], [0, 1, 2, 3], [], [1, 1, 1, 1]),
        ([[-1], [0], [1, -1], [2]], [0, 1, 2, 3, 4], [[-1, 2]], [1, 1, 1, 1, 1]),
        ([[-1], [0], [0], [0], [1, 2, 3]], [0, 1, 2, 2, 2, 3], [], [1, 1, 3, 1]),
        ([[-1], [0], [0], [2], [1, 3]], [0, 1, 2, 2, 3, 4], [], [1, 1, 2, 2, 1]),
        ([[-1], [0], [1], [2], [3, 0]], [0, 1, 2, 3, 4, 5], [[0, 4]], [1, 1, 1, 1, 1, 1]),
    ],
    ids=["chain", "residual", "fork", "uneven fork", "U"],
)
def test_branches_run_side_by_side_and_what_skips_goes_round(page: Page, sources, depths, rounds, lanes) -> None:
    """Oracle: drawings by hand; the depth of an entry is its longest way from the input."""
    found = page.evaluate(
        """async (sources) => { const { placed } = await import("/stage/js/network/graph.js");
          const { places, rounds, lanes } = placed(sources.map((from) => ({ from })));
          return [places.map(({ depth }) => depth), rounds.map(({ source, target }) => [source, target]),
            lanes.map(({ length }) => length)]; }""",
        sources,
    )
    assert found == [depths, rounds, lanes]
