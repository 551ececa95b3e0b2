"""Surgery on the stage: a weight is edited and its consequence read, frozen ones stay, made-up samples are tried."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from dlcore import Run, RunSpec
from tests.browser._drive import Stage, fits


def trained(stage: Stage, epochs: int) -> Run:
    """The page's run after so many epochs, and the same run here."""
    twin = Run(RunSpec.default())
    stage.epochs(epochs)
    twin.advance(epochs=epochs)
    return twin


def operate(stage: Stage, name: str) -> None:
    stage.details.locator(f'[data-operation="{name}"]').click()


def test_a_weight_is_edited_and_its_consequence_read(playground: Page) -> None:
    """Oracle: the same edit in this process says the same sentence."""
    stage = Stage(playground)
    twin = trained(stage, 3)
    stage.neuron("layers.2[0]").click()
    plain = stage.picture(stage.output)
    field = stage.details.get_by_role("spinbutton", name="Bias of Output")
    field.fill("1.5")
    field.press("Enter")
    found = twin.operate("edit", "layers.2.bias[0]", value=1.5)
    assert "flipped" in found.sentence and len(found.flipped["train"]) > 20
    expect(stage.details.locator(".consequence")).to_have_text(found.sentence)
    stage.expect_as(twin)
    stage.expect_other_picture(stage.output, plain)
    stage.undo.click()
    expect(stage.details.locator(".consequence")).to_be_hidden()
    twin.undo()
    stage.expect_as(twin)


def test_what_is_frozen_stays_while_the_rest_learns(playground: Page) -> None:
    stage = Stage(playground)
    twin = trained(stage, 1)
    stage.neuron("layers.0[1]").click()
    operate(stage, "freeze")
    twin.freeze("layers.0[1]")
    freeze = stage.details.locator('[data-operation="freeze"]')
    expect(freeze).to_have_attribute("aria-pressed", "true")
    expect(stage.details.locator(".consequence")).to_contain_text("is frozen: training leaves its 3 numbers alone")
    expect(stage.neuron("layers.0[1]")).to_have_accessible_name(re.compile("Layer 1, neuron 2, bias .*, frozen"))
    expect(stage.network.get_by_role("img")).to_have_accessible_name(re.compile("3 numbers are frozen"))
    before = [stage.value(f"layers.0.weight[1,{index}]") for index in range(2)]
    playground.evaluate("document.activeElement.blur()")
    stage.epochs(2)
    twin.advance(epochs=2)
    stage.expect_as(twin)
    assert [stage.value(f"layers.0.weight[1,{index}]") for index in range(2)] == before
    assert before == twin.parameters["layers.0.weight"][1].tolist()
    freeze.click()
    expect(freeze).to_have_attribute("aria-pressed", "false")
    stage.epochs(1)
    fits(lambda: stage.value("layers.0.weight[1,0]"), lambda now: now != before[0], "a weight that learns again")


def test_a_neuron_is_cut_off_and_copied_with_the_keyboard(playground: Page) -> None:
    stage = Stage(playground)
    twin = trained(stage, 1)
    stage.neuron("layers.0[1]").click()
    stage.details.locator('[data-operation="lesion"]').focus()
    playground.keyboard.press("Enter")
    found = twin.lesion("layers.0[1]")
    expect(stage.details.locator(".consequence")).to_have_text(found.sentence)
    expect(stage.neuron("layers.0[1]")).to_have_accessible_name(re.compile("cut off"))
    stage.details.locator('[data-operation="copy"]').focus()
    playground.keyboard.press("Enter")
    playground.get_by_role("dialog", name="Copy onto").get_by_role("button", name="Layer 1, neuron 3").press("Enter")
    twin.copy_neuron("layers.0[1]", "layers.0[2]")
    stage.expect_as(twin)
    field = stage.details.locator('[data-address="layers.0.weight[1,0]"]')
    field.focus()
    field.press("f")
    expect(field).to_have_accessible_description(re.compile("Frozen"))


def test_a_number_is_dragged_and_that_is_one_undo(playground: Page) -> None:
    stage = Stage(playground)
    start = Run(RunSpec.default())
    stage.neuron("layers.0[1]").click()
    field = stage.details.locator('[data-address="layers.0.weight[1,0]"]')
    box = field.bounding_box()
    x, y = box["x"] + 20, box["y"] + box["height"] / 2
    playground.mouse.move(x, y)
    playground.mouse.down()
    playground.mouse.move(x + 30, y, steps=4)
    playground.mouse.move(x + 105, y, steps=6)
    playground.mouse.up()
    # A hundredth for each pixel from where it became a drag, told to three decimals.
    moved = round(float(start.parameters["layers.0.weight"][1, 0]) + 0.975, 3)
    twin = Run(RunSpec.default())
    twin.edit("layers.0.weight[1,0]", moved)
    stage.expect_value("layers.0.weight[1,0]", float(twin.parameters["layers.0.weight"][1, 0]))
    stage.expect_as(twin)
    stage.details.get_by_role("button", name="Close").click()
    stage.undo.click()
    stage.expect_as(start)
    expect(stage.undo).to_have_attribute("aria-disabled", "true")


def test_a_made_up_sample_is_tried_and_changes_nothing(playground: Page) -> None:
    stage, twin = Stage(playground), Run(RunSpec.default())
    stage.neuron("layers.0[1]").click()
    box = stage.output.locator("canvas").first.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    playground.mouse.move(*middle)
    playground.mouse.down()
    playground.mouse.move(middle[0] + 40, middle[1] - 30, steps=5)
    playground.mouse.up()
    label = stage.details.locator(".sample-number")
    expect(label).to_have_text(re.compile(r"^what if \("))
    place = [float(part.replace("−", "-")) for part in re.findall(r"[−\d.]+", label.inner_text())]

    def as_computed(**options) -> None:
        values = twin.probe("sample_values", **options)
        for index in range(2):
            stage.expect_value(f"inputs[{index}]", float(values["inputs"].values[index]))
        stage.expect_value("layers.0.activation[1]", float(values["layers.0.activation"].values[1]))

    assert place[0] > 0.5 and place[1] > 0.5
    as_computed(point=place)
    stage.neuron("inputs[0]").click()
    field = stage.details.get_by_role("spinbutton", name="Value of x₁")
    field.fill("4.5")
    field.press("Enter")
    expect(label).to_have_text("what if x₁ = 4.50")
    stage.neuron("layers.0[1]").click()
    as_computed(point=place, inputs={"0": 4.5})
    stage.details.get_by_role("button", name="Back to sample 1").click()
    expect(label).to_have_text("sample 1")
    as_computed(sample=0)
    stage.expect_as(twin)
    expect(stage.undo).to_have_attribute("aria-disabled", "true")
