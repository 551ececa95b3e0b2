"""Networks built on the picture from nothing, by mouse and by keyboard. Oracle: the engine's own numbers."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from dlcore import Run, RunSpec
from dlcore.structure import sources_of
from tests.browser._drive import Stage, address, expect_paused, fits

Open = Callable[..., Page]
Graph = list[tuple[str, tuple[int, ...]]]
DIGITS = "v=1&data=digits&seed=1"


def graph(page: Page) -> Graph:
    """The kind of every layer, and where it takes its values from, as the address bar says."""
    layers = RunSpec.read_link(address(page))[0].get("network.layers")
    return [(layer["kind"], sources_of(layer, index)) for index, layer in enumerate(layers)]


def chain(*kinds: str) -> Graph:
    return [(kind, (index - 1,)) for index, kind in enumerate(kinds)]


def expect_graph(page: Page, wanted: Graph) -> None:
    fits(lambda: graph(page), lambda now: now == wanted, str(wanted))


def emptied(open_page: Open) -> tuple[Page, Stage]:
    """Digits, and nothing between input and output."""
    page = open_page(DIGITS)
    stage = Stage(page)
    stage.button("Start from").click()
    page.get_by_role("option", name="Empty").click()
    expect_graph(page, [])
    return page, stage


def plus(stage: Stage, target: int, port: int = 0) -> Locator:
    """The plus sign on the way into a layer."""
    return stage.network.locator(f"[data-key=plus-{target}-{port}]")


def add(page: Page, typed: str) -> None:
    """With the focus on a plus sign: open the palette, find a layer and put it there."""
    page.keyboard.press("Enter")
    field = page.get_by_role("combobox", name="Type to find a layer")
    expect(field).to_be_focused()
    page.keyboard.type(typed)
    page.keyboard.press("Enter")
    expect(field).to_have_count(0)


def carry(page: Page, what: Locator, onto: Locator) -> None:
    """Drag one thing onto another, as a hand does."""
    what.scroll_into_view_if_needed()
    start, end = what.bounding_box(), onto.bounding_box()
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"], end["y"] + end["height"], steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2)
    page.mouse.up()


def expect_trains(stage: Stage, page: Page) -> None:
    """A step of this network gives the engine's numbers."""
    stage.step_by("One batch")
    run = Run(RunSpec.read_link(address(page))[0])
    run.advance(steps=1)
    stage.expect_as(run)


def test_a_cnn_from_an_empty_canvas_by_mouse(open_page: Open) -> None:
    page, stage = emptied(open_page)
    stage.button("Layers").click()
    shelf = page.get_by_role("complementary", name="Layers to add")
    chip = lambda name: shelf.get_by_role("button", name=re.compile(f"^{name}\\."))  # noqa: E731
    for count, name in enumerate(("Convolution", "Flatten", "Convolution"), 1):
        chip(name).click()
        fits(lambda: len(graph(page)), lambda now, count=count: now == count, f"{count} layers")
    expect_graph(page, chain("conv2d", "conv2d", "flatten"))  # the second one stands where it fits
    carry(page, chip("Max pooling"), plus(stage, 1))
    expect_graph(page, chain("conv2d", "max_pool2d", "conv2d", "flatten"))
    expect(stage.network.locator(".edge-shape")).to_have_text(["1×8×8", "8×8×8", "8×4×4", "8×4×4", "128"])
    expect(stage.network.locator(".cost")).to_contain_text("1,954 parameters")  # 8·9 + 8 + 8·8·9 + 8 + 128·10 + 10

    head = stage.network.locator("[data-key=layer-1]")
    carry(page, head, plus(stage, 3))
    expect_graph(page, chain("conv2d", "conv2d", "max_pool2d", "flatten"))
    head.click()
    card = page.get_by_role("dialog", name="Layer 2")
    card.get_by_label("Channels").fill("3")
    card.get_by_label("Channels").press("Enter")
    expect(card).to_contain_text("8×8×8 → 3×8×8")
    card.get_by_role("button", name="Duplicate").click()
    expect_graph(page, chain("conv2d", "conv2d", "conv2d", "max_pool2d", "flatten"))
    expect_trains(stage, page)


def test_a_cnn_and_an_inception_fork_by_keyboard(open_page: Open) -> None:
    page, stage = emptied(open_page)
    expect(plus(stage, 0)).to_be_focused()
    for place, typed in enumerate(("conv", "max", "flat")):
        add(page, typed)
        expect(plus(stage, place + 1)).to_be_focused()  # so the next one goes behind it
    expect_graph(page, chain("conv2d", "max_pool2d", "flatten"))
    stage.network.locator("[data-key=layer-1]").focus()
    page.keyboard.press("Alt+ArrowLeft")
    expect_graph(page, chain("max_pool2d", "conv2d", "flatten"))
    page.keyboard.press("Control+z")
    expect_graph(page, chain("conv2d", "max_pool2d", "flatten"))

    # A second way from the input past the first convolution, and on it another one.
    stage.network.locator("[data-joint='-1']").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="To which layer?")).to_be_focused()
    page.keyboard.type("layer 2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="How do they come together?")).to_be_focused()
    page.keyboard.type("concat")
    page.keyboard.press("Enter")
    expect_graph(page, [("conv2d", (-1,)), ("cat", (0, -1)), ("max_pool2d", (1,)), ("flatten", (2,))])
    plus(stage, 1, 1).focus()
    add(page, "conv")
    fork = [("conv2d", (-1,)), ("conv2d", (-1,)), ("cat", (0, 1)), ("max_pool2d", (2,)), ("flatten", (3,))]
    expect_graph(page, fork)
    expect_trains(stage, page)


def test_a_small_u_net_from_single_layers(open_page: Open) -> None:
    page, stage = emptied(open_page)
    for place, typed in enumerate(("conv", "max", "conv", "upsample", "conv", "flat")):
        expect(plus(stage, place)).to_be_focused()
        add(page, typed)
    expect(plus(stage, 6)).to_be_focused()
    first = stage.network.locator("[data-key=layer-0]")
    first.focus()
    page.keyboard.press("c")
    expect(page.get_by_role("combobox", name="To which layer?")).to_be_focused()
    page.keyboard.type("layer 5")
    page.keyboard.press("Enter")
    page.get_by_role("option", name="Concatenate").click()
    skip = [
        *chain("conv2d", "max_pool2d", "conv2d", "interpolate"),
        ("cat", (3, 0)),
        ("conv2d", (4,)),
        ("flatten", (5,)),
    ]
    expect_graph(page, skip)
    expect_trains(stage, page)
    plus(stage, 4, 1).click()  # on the way round
    page.get_by_role("button", name="Take this connection away").click()
    expect_graph(page, chain("conv2d", "max_pool2d", "conv2d", "interpolate", "conv2d", "flatten"))


def test_what_does_not_fit_is_told_and_mended_by_its_button(open_page: Open) -> None:
    page = open_page(DIGITS)
    stage = Stage(page)
    before = graph(page)
    plus(stage, 1).click()
    option = page.get_by_role("option", name=re.compile("^Dense"))
    expect(option).to_contain_text("A dense layer needs a vector, this is 8×8×8.")
    option.click()
    told = stage.network.get_by_role("alert")
    expect(told).to_contain_text("A dense layer needs a vector, this is 8×8×8.")
    stage.button("Play").click()
    stage.expect_word("A dense layer needs a vector")
    expect_paused(stage)
    told.get_by_role("button", name="Insert Flatten").click()
    expect(told).to_contain_text("Layer 4")  # now it is the next convolution that wants a picture
    stage.undo.click()
    stage.undo.click()
    expect(told).to_have_count(0)
    expect_graph(page, before)
    stage.network.locator("[data-key=layer-4]").focus()
    page.keyboard.press("Delete")
    expect(told).to_contain_text("The output")
    told.get_by_role("button", name="Insert Flatten").click()
    expect(told).to_have_count(0)
    expect_graph(page, before)
    expect_trains(stage, page)


def test_a_layers_name_puts_that_layer_even_where_it_does_not_fit(open_page: Open) -> None:
    """Not a whole network whose description has the word in it: that would take the learner's own away."""
    page, stage = emptied(open_page)
    plus(stage, 0).focus()
    add(page, "conv")
    expect_graph(page, chain("conv2d"))
    plus(stage, 1).focus()
    add(page, "dense")
    expect_graph(page, chain("conv2d", "dense"))
    misfit = stage.network.locator(".misfit")
    expect(misfit).to_contain_text("Layer 2")  # and no longer the output, which had the same trouble before
    misfit.get_by_role("button", name="Insert Flatten").click()
    expect_graph(page, chain("conv2d", "flatten", "dense"))
