"""Norm and dropout chosen over a layer; early stopping and the way back to the best. Oracle: the engine."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from dlcore import Run, RunSpec
from tests.browser._drive import Stage, expect_paused, expect_spec

Open = Callable[..., Page]
EARLY = "v=1&data=circle&noise=45&rate=0.5&validation=20&patience=3&seed=1"


def test_a_layer_gets_a_norm_and_dropout_in_its_card(playground: Page) -> None:
    stage, spec = Stage(playground), RunSpec.default()
    playground.locator("[data-key=layer-0]").click()
    card = playground.get_by_role("dialog", name="Layer 1")
    card.get_by_label("Norm").select_option(label="Batch norm")
    spec = spec.with_(**{"network.layers.0.norm": "batch"})
    expect_spec(playground, spec)
    expect(card).to_contain_text("mean 0 and spread 1 over the samples of a batch")
    card.get_by_label("Dropout").fill("0.2")
    card.get_by_label("Dropout").press("Enter")
    spec = spec.with_(**{"network.layers.0.dropout": 0.2})
    expect_spec(playground, spec)
    playground.keyboard.press("Escape")
    says = re.compile("^Layer 1: tanh, Batch norm, dropout 0.2")
    expect(stage.network.get_by_role("button", name=says)).to_be_visible()
    expect(stage.network.locator(".extras")).to_have_text(["BD"])

    stage.epochs(2)
    run = Run(spec)
    run.advance(epochs=2)
    stage.expect_as(run)
    stage.button("Choose the step").click()
    one = playground.get_by_role("menuitem", name=re.compile("One sample"))
    expect(one).to_have_attribute("aria-disabled", "true")
    expect(one).to_contain_text("can't be taken one by one")


def test_what_the_network_costs_is_told_live(playground: Page) -> None:
    """Counted by hand: 2-5-2-1 has 2·5 + 5·2 + 2·1 weights, a multiply–add each, and 5 + 2 + 1 biases."""
    stage = Stage(playground)
    line = stage.network.locator(".cost")
    counted = "25 parameters · 18 multiply–adds a sample"
    expect(line).to_have_text(re.compile(f"^{counted} · ≈ [0-9.]+ m?s an epoch on CPU, estimated$"))
    stage.button("One neuron more in layer 1").click()
    expect(line).to_contain_text("30 parameters · 22 multiply–adds a sample")
    line.click()
    card = playground.get_by_role("dialog", name="What the network costs")
    expect(card.get_by_role("row")).to_have_text(
        [re.compile("Parameters"), "Layer 11510", "Layer 21210", "Output32", "In all3022"]
    )
    expect(card).to_contain_text("an estimate from a few steps that were tried on a copy")
    playground.keyboard.press("Escape")
    playground.locator("[data-key=layer-0]").click()
    layer = playground.get_by_role("dialog", name="Layer 1")
    expect(layer).to_contain_text("15 parameters · 10 multiply–adds a sample")
    playground.keyboard.press("Escape")
    stage.button("Play").click()
    expect(line).to_contain_text(re.compile("≈ [0-9.]+ m?s an epoch on CPU$"))


def test_where_it_is_computed_is_chosen_and_told(playground: Page) -> None:
    """The machine of the tests has no graphics processor: choosing one says so, and the CPU goes on."""
    stage = Stage(playground)
    line = stage.network.locator(".cost")
    line.click()
    card = playground.get_by_role("dialog", name="What the network costs")
    expect(card.locator("[data-computed=cpu]")).to_have_text("CPU")
    card.get_by_label("Device").select_option("mps")
    expect(card.get_by_role("status")).to_contain_text("no Apple graphics processor")
    card.get_by_label("Device").select_option("cpu")
    expect(card.get_by_role("status")).to_have_count(0)
    playground.keyboard.press("Escape")
    stage.epochs(2)
    run = Run(RunSpec.default())
    run.advance(epochs=2)
    stage.expect_as(run)


def test_training_pauses_and_leads_back_to_the_best(open_page: Open) -> None:
    page = open_page(EARLY)
    stage, run = Stage(page), Run(RunSpec.read_link(EARLY)[0])
    run.advance(epochs=10_000)
    stage.button("Play").click()
    alert = stage.notices.get_by_role("alert")
    expect(alert).to_contain_text(run.stopped.message)
    expect_paused(stage)
    stage.expect_as(run)
    stage.expect_value("validation_loss", run.metrics["validation_loss"])
    last = run.metrics
    page.get_by_role("button", name="Back to the best").click()
    run.to_best()
    stage.expect_as(run)
    expect(page.get_by_role("button", name="Back to the best")).to_be_hidden()
    stage.undo.click()
    stage.expect_value("validation_loss", last["validation_loss"])
    numbers = page.locator(".numbers").bounding_box()
    right = page.locator(".bar .right").bounding_box()
    assert numbers["x"] + numbers["width"] <= right["x"]  # one more loss, and nothing covers another
