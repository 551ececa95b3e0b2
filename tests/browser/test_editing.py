"""Weights typed in, layers put in and taken out, and every change undone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from dlcore import Run, RunSpec
from tests.browser._drive import Stage, fits

BLUE, NEAR = (8, 119, 189), 12  # the colour of +1, and how far a byte's rounding and blending may take it


def test_a_weight_is_typed_and_everything_belongs_to_it(playground: Page) -> None:
    stage, twin = Stage(playground), Run(RunSpec.default())
    maps, output = stage.picture(stage.network), stage.picture(stage.output)
    stage.neuron("layers.0[1]").click()
    expect(stage.details.get_by_role("heading")).to_have_text("Layer 1, neuron 2")
    field = stage.details.locator('[data-address="layers.0.weight[1,0]"]')
    field.fill("−2.5")
    field.press("Enter")
    twin.edit("layers.0.weight[1,0]", -2.5)
    stage.expect_as(twin)
    stage.expect_value("layers.0.weight[1,0]", -2.5)
    edited = stage.metrics()

    field.fill("much")
    field.press("Enter")
    expect(stage.details.get_by_role("alert")).to_have_text("“much” is not a number; −2.50 stays.")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.press("Escape")
    expect(stage.details.get_by_role("alert")).to_be_hidden()
    assert stage.metrics() == edited  # the word has changed nothing

    stage.details.get_by_role("button", name="Close").click()
    playground.mouse.move(1, 1)
    stage.expect_other_picture(stage.network, maps)
    stage.expect_other_picture(stage.output, output)
    stage.undo.click()
    playground.mouse.move(1, 1)
    stage.expect_as(Run(RunSpec.default()))
    fits(lambda: stage.picture(stage.output) == output, bool, "the map as it was")
    fits(lambda: stage.picture(stage.network) == maps, bool, "the network as it was")


def test_a_bias_that_decides_everything_colours_the_whole_map(playground: Page) -> None:
    stage, twin = Stage(playground), Run(RunSpec.default())
    stage.neuron("layers.2[0]").click()
    field = stage.details.get_by_role("spinbutton", name="Bias of Output")
    field.fill("9")
    field.press("Enter")
    twin.edit("layers.2.bias[0]", 9.0)
    stage.expect_as(twin)
    for corner in ((0.15, 0.1), (0.95, 0.1), (0.15, 0.85), (0.95, 0.85)):
        fits(
            lambda corner=corner: stage.colour(stage.output, *corner),
            lambda seen: all(abs(a - b) <= NEAR for a, b in zip(seen, BLUE, strict=True)),
            f"blue at {corner}",
        )
    assert stage.value("step") == 0


def test_a_line_is_pressed_and_its_weight_typed(playground: Page) -> None:
    stage, twin = Stage(playground), Run(RunSpec.default())
    start, end = (stage.neuron(name).bounding_box() for name in ("inputs[0]", "layers.0[0]"))
    middle = [
        (start[side] + end[side]) / 2 + (start[size] + end[size]) / 4
        for side, size in (("x", "width"), ("y", "height"))
    ]
    playground.mouse.click(*middle)
    expect(stage.details.get_by_role("heading")).to_have_text("Weight")
    field = stage.details.get_by_role("spinbutton", name="Weight")
    field.fill("0.75")
    field.press("Enter")
    twin.edit(field.get_attribute("data-address"), 0.75)
    stage.expect_as(twin)
    field.press("ArrowUp")
    twin.edit(field.get_attribute("data-address"), 0.85)
    stage.expect_as(twin)
    assert stage.value("step") == 0  # arrow keys in the field are the field's, not a training step


def test_a_layer_is_added_on_the_picture_then_undone_and_done_again(playground: Page) -> None:
    stage, twin = Stage(playground), Run(RunSpec.default())
    expect(stage.undo).to_have_attribute("aria-disabled", "true")
    stage.epochs(2)
    twin.mark()
    twin.advance(epochs=1)
    twin.mark()
    twin.advance(epochs=1)
    before = twin.metrics
    stage.add_layer("Add a layer after layer 1", "Dense")
    stage.expect_layers(2, 4, 4, 2, 1)
    stage.expect_word("because the layers changed")
    twin.apply(operation={"name": "insert_layer", "index": 1})
    stage.expect_as(twin)

    stage.undo.click()
    stage.expect_layers(2, 4, 2, 1)
    twin.undo()
    stage.expect_as(twin)
    assert twin.metrics == before  # also what had been learned is back
    assert stage.value("epoch") == 2

    stage.redo.click()
    stage.expect_layers(2, 4, 4, 2, 1)
    playground.keyboard.press("Control+z")
    stage.expect_layers(2, 4, 2, 1)
    stage.expect_as(twin)
    playground.keyboard.press("Control+Shift+Z")
    stage.expect_layers(2, 4, 4, 2, 1)
    twin.redo()
    stage.expect_as(twin)
    expect(stage.redo).to_have_attribute("aria-disabled", "true")
    expect(stage.network.locator("canvas[role=img]")).to_have_count(1)
