"""Receipts: every number on the stage opens, and one can walk from it to what it came from.

The oracle is the engine in this process: `run.receipt` of the same run, and CONCEPTS.md's table of the 2-2-1 network.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from dlcore import Run, RunSpec
from tests.browser._drive import Stage, fits

# x = (1, 2), target 1, two ReLU neurons and a sigmoid output: reading B of the table.
TWO_TWO_ONE = "data=points&inputs=x1,x2&layers=2:relu&points=hkjIhk&loss=binary_cross_entropy&rate=0.01"
READING_B = {
    "layers.0.weight[0,0]": 0.5, "layers.0.weight[0,1]": 0.5, "layers.0.bias[0]": 0.0,
    "layers.0.weight[1,0]": -0.5, "layers.0.weight[1,1]": -0.5, "layers.0.bias[1]": 0.0,
    "layers.1.weight[0,0]": 1.0, "layers.1.weight[0,1]": 1.0, "layers.1.bias[0]": 0.0,
}  # fmt: skip


class Receipt:
    """The receipt on a stage."""

    def __init__(self, page: Page):
        self.root = page.get_by_role("region", name="Receipt", exact=True)
        self.result = self.root.locator(".result b")

    def link(self, address: str) -> Locator:
        """What opens a number, in the lines or under them."""
        return self.root.locator(f'.receipt-body [data-opens="{address}"]').first

    def follow(self, *addresses: str) -> None:
        """Go from number to number, each by its link in the one before."""
        for address in addresses:
            self.link(address).click()
            expect(self.root.locator("[aria-current=step]")).to_have_attribute("data-address-of", address)
            self.expect_settled()

    def expect_settled(self) -> None:
        """Wait until what was asked for is there."""
        expect(self.root).to_have_attribute("aria-busy", "false")

    def expect_value(self, value: float, exactly: bool = True) -> None:
        """Wait until the result is this one."""
        fits(
            lambda: float(self.result.get_attribute("data-value") or "nan"),
            lambda now: now == value if exactly else now == pytest.approx(value, abs=5e-5),
            str(value),
        )


def boxes(stage: Stage) -> list[dict[str, float] | None]:
    return [region.bounding_box() for region in (stage.network, stage.output)]


def test_by_mouse_from_the_loss_to_an_input_and_back(playground: Page) -> None:
    stage, receipt, twin = Stage(playground), Receipt(playground), Run(RunSpec.default())
    before = boxes(stage)
    stage.number("test_loss").click()
    receipt.expect_value(twin.receipt("test_loss").value)
    assert boxes(stage) == before  # nothing is covered and nothing has moved
    expect(stage.details).to_be_hidden()

    stage.button("Step").click()  # what is open follows the run
    twin.advance(steps=1)
    receipt.expect_value(twin.receipt("test_loss").value)
    expect(receipt.root.get_by_text("step 1", exact=True)).to_be_visible()

    way = ["sample_loss", "layers.2.activation[0]", "layers.2.pre_activation[0]", "layers.1.activation[1]"]
    way += ["layers.1.pre_activation[1]", "layers.0.activation[3]", "layers.0.pre_activation[3]", "inputs[0]"]
    for address in way:
        receipt.follow(address)
        receipt.expect_value(twin.receipt(address, ("test", 0)).value)
    expect(receipt.root.get_by_role("listitem")).to_have_count(len(way) + 1)
    receipt.root.get_by_role("button", name="Back (Alt ←)").click()
    receipt.expect_value(twin.receipt("layers.0.pre_activation[3]", ("test", 0)).value)
    receipt.follow("layers.0.activation[3]")  # where it goes
    receipt.root.get_by_role("button", name="Close").click()
    expect(receipt.root).to_be_hidden()
    assert boxes(stage) == before

    # Pictures stand for numbers too: a tile that is chosen already, and a place of the map.
    neuron = stage.neuron("layers.0[1]")
    neuron.dblclick()
    receipt.expect_value(twin.receipt("layers.0.activation[1]", 0).value)
    playground.keyboard.press("Escape")
    stage.details.get_by_role("button", name="Close").click()
    stage.output.locator("canvas").click(position={"x": 40, "y": 20})
    expect(receipt.root.get_by_role("heading")).to_have_text("The activation of the output")
    expect(receipt.root.locator(".sample")).to_contain_text("the point (")


def test_by_keyboard(playground: Page) -> None:
    stage, receipt, twin = Stage(playground), Receipt(playground), Run(RunSpec.default())
    number, keys = stage.number("test_accuracy"), playground.keyboard
    number.focus()
    keys.press("Enter")
    receipt.expect_value(twin.receipt("test_accuracy").value)
    keys.press("ArrowDown")
    keys.press("Enter")
    receipt.expect_value(twin.receipt("sample_correct", ("test", 0)).value)
    keys.press("Alt+ArrowLeft")
    receipt.expect_value(twin.receipt("test_accuracy").value)
    keys.press("Alt+ArrowRight")
    receipt.expect_value(twin.receipt("sample_correct", ("test", 0)).value)
    receipt.root.get_by_role("tab", name="Numbers").focus()
    keys.press("ArrowRight")
    expect(receipt.root.get_by_role("tab", name="Words")).to_have_attribute("aria-selected", "true")
    keys.press("Escape")
    expect(receipt.root).to_be_hidden()
    expect(number).to_be_focused()
    assert stage.value("step") == 0  # no key of the receipt has trained


def test_with_a_finger_it_is_a_sheet_from_below(open_page: Callable[..., Page]) -> None:
    page = open_page(width=390, height=844, has_touch=True)
    stage, receipt, twin = Stage(page), Receipt(page), Run(RunSpec.default())
    stage.number("test_loss").tap()
    receipt.expect_value(twin.receipt("test_loss").value)
    box = receipt.root.bounding_box()
    assert box["y"] > 200 and box["y"] + box["height"] == pytest.approx(844, abs=1)
    receipt.link("sample_loss").tap()
    receipt.expect_value(twin.receipt("sample_loss", ("test", 0)).value)
    receipt.root.get_by_role("button", name="Close").tap()
    expect(receipt.root).to_be_hidden()


def test_the_two_two_one_network_by_hand(open_page: Callable[..., Page]) -> None:
    page = open_page(TWO_TWO_ONE)
    stage, receipt = Stage(page), Receipt(page)
    for address, value in READING_B.items():
        layer, unit = address[7], address[address.index("[") + 1]
        neuron = stage.neuron(f"layers.{layer}[{unit}]")
        if neuron.get_attribute("aria-pressed") != "true":
            neuron.click()
        field = stage.details.locator(f'input[data-address="{address}"]')
        field.fill(str(value))
        field.press("Enter")
        stage.expect_value(address, value)
    stage.details.locator('[data-number="layers.1.activation[0]"]').click()
    receipt.expect_value(0.8176, exactly=False)
    receipt.follow("layers.1.pre_activation[0]", "layers.0.activation[0]")
    receipt.expect_value(1.5, exactly=False)
    receipt.follow("layers.0.pre_activation[0]", "layers.0.weight[0,0]", "layers.0.weight.grad[0,0]")
    receipt.expect_value(-0.1824, exactly=False)
    stage.number("train_loss").dispatch_event("click")  # there may be no room for it in the bar
    receipt.expect_value(0.2014, exactly=False)
    receipt.root.get_by_role("button", name="The activation of the output").click()
    stage.button("Step").click()
    expect(receipt.root.get_by_text("step 1", exact=True)).to_be_visible()
    receipt.expect_value(0.8201, exactly=False)
    expect(receipt.root.locator(".check")).to_contain_text("✓")
