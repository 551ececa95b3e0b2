"""Each control reaches the run: beside the page a second run in this process is changed the same way.

After every change the address bar must hold exactly the twin's spec (so nothing else was changed), and
after an epoch the printed losses must be the twin's, to the last bit: a control that reached only the
widget, the address bar or the picture would be found out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from dlcore import Run, RunSpec
from dlcore.catalogue import catalogue
from tests.browser._drive import Stage, expect_spec, fits, spec_of

Open = Callable[..., Page]


class Twins:
    """A page and a run in this process that are given the same changes."""

    def __init__(self, page: Page, link: str = ""):
        self.page = page
        self.stage = Stage(page)
        self.run = Run(RunSpec.read_link(link)[0])
        self.stage.expect_as(self.run)
        self.before = self.run.metrics

    def after(self, act: Callable[[], Any], changes: dict | None = None, operation: dict | None = None) -> None:
        """Do something on the page; the run is then what these changes make of it, also an epoch later."""
        act()
        self.run.apply(changes=changes, operation=operation)
        expect_spec(self.page, self.run.spec)
        self.trains_alike()

    def trains_alike(self) -> None:
        """Both train an epoch and come to the same numbers, which are new ones."""
        self.stage.expect_as(self.run)
        self.run.advance(epochs=1)
        self.stage.step_by("One epoch")
        self.stage.expect_as(self.run)
        assert self.run.metrics != self.before
        self.before = self.run.metrics

    # Widgets of the sidebar, by their labels.

    def pick(self, label: str, option: str, folder: str = "") -> Callable[[], None]:
        """Choose from a list; with a folder, what its catalogue calls this entry."""
        name = catalogue(folder)[option].label if folder else option

        box = self.page.get_by_role("combobox", name=re.compile(f"^{label}"))
        wanted = self.page.get_by_role("option", name=name, exact=True)

        def chosen() -> bool:
            # By its key: the settings above may still grow a line, and a click would miss. Settings that
            # are drawn anew, after the change before, close a list; then it is opened again.
            if not wanted.is_visible():
                box.press("ArrowDown")
            try:
                wanted.click(timeout=2000)
            except TimeoutError:
                return False
            return True

        def act() -> None:
            fits(chosen, bool, f"“{name}” chosen under “{label}”")

        return act

    def type(self, role: str, label: str, text: str) -> Callable[[], None]:
        """Type into a field."""

        def act() -> None:
            field = self.page.get_by_test_id("stSidebar").get_by_role(role, name=re.compile(f"^{label}"))
            field.fill(text)
            field.press("Enter")

        return act

    def slide(self, label: str, key: str = "ArrowRight") -> Callable[[], None]:
        """Move a slider by a key."""
        return lambda: self.page.get_by_role("slider", name=re.compile(label)).press(key)

    def unfold(self, title: str) -> None:
        """Open one of the sidebar's folds."""
        self.page.get_by_test_id("stSidebar").get_by_text(title, exact=True).click()


def test_data_controls(open_page: Open) -> None:
    page = open_page()
    twins = Twins(page)
    twins.after(twins.slide("Noise"), {"data.noise": 5})
    twins.after(page.get_by_role("radio", name="Exclusive or").click, {"data.kind": "xor"})
    twins.after(twins.slide("Training share"), {"data.train_share": 60})
    twins.unfold("More about the data")
    twins.after(twins.slide("Points"), {"data.samples": 510})
    twins.after(twins.type("spinbutton", "Seed", "7"), {"seed": 7})
    twins.after(twins.type("spinbutton", "Data seed", "9"), {"data.seed": 9})
    page.get_by_role("button", name="New points").click()
    fits(lambda: spec_of(page).get("data.seed"), lambda seed: seed != 9, "another data seed")
    twins.after(lambda: None, {"data.seed": spec_of(page).get("data.seed")})
    # Points of four have neither a test set nor shares, and the widgets say so by not being there.
    twins.after(page.get_by_role("radio", name="XOR, four points").click, {"data.kind": "logic_xor"})
    expect(page.get_by_role("slider", name=re.compile("Training share"))).to_have_count(0)
    assert "test_loss" not in twins.stage.metrics()


def test_network_controls_of_the_sidebar(open_page: Open) -> None:
    page = open_page()
    twins = Twins(page)
    twins.trains_alike()
    both = {"network.layers.0.activation": "relu", "network.layers.1.activation": "relu"}
    twins.after(twins.pick("Activation", "relu", "activations"), both)
    assert twins.run.epoch == 2  # the activation keeps the weights
    twins.unfold("More about the network")
    twins.after(twins.pick("Start weights", "he", "initializers"), {"network.initializer": "he"})
    assert twins.run.epoch == 1  # other start weights do not


def test_learning_controls_keep_the_weights(open_page: Open) -> None:
    page = open_page()
    twins = Twins(page)
    twins.after(twins.type("combobox", "Learning rate", "0.1"), {"learning.optimizer.learning_rate": 0.1})
    twins.after(twins.pick("Optimizer", "adam", "optimizers"), {"learning.optimizer": "adam"})
    twins.after(twins.slide("Batch size"), {"learning.batch_size": 15})
    twins.after(twins.pick("Penalty", "l2", "penalties"), {"learning.penalty": "l2"})
    twins.after(twins.pick("Penalty rate", "0.01"), {"learning.penalty.rate": 0.01})
    twins.unfold("More about learning")
    twins.after(twins.pick("Memory of the mean", "0.5"), {"learning.optimizer.beta1": 0.5})
    assert twins.run.epoch == 6  # none of these started the network anew
    assert "changed=1" in page.evaluate("location.hash")
    twins.after(twins.pick("Loss", "hinge", "losses"), {"learning.loss": "hinge"})
    assert twins.run.epoch == 1
    twins.after(twins.pick("Shuffle", "On"), {"learning.shuffle": "on"})
    twins.after(twins.pick("Left-over samples", "Are left out"), {"learning.remainder": "drop"})


def test_controls_on_the_picture(open_page: Open) -> None:
    page = open_page()
    twins = Twins(page)
    stage, network = twins.stage, twins.stage.network
    twins.after(stage.button("One neuron more in layer 1").click, {"network.layers.0.units": 5})
    twins.after(stage.button("One neuron less in layer 2").click, {"network.layers.1.units": 1})
    field = network.get_by_role("textbox", name="Neurons in layer 2")
    field.fill("3")
    twins.after(lambda: field.press("Enter"), {"network.layers.1.units": 3})
    stage.expect_layers(2, 5, 3, 1)
    insert = {"name": "insert_layer", "index": 1}
    twins.after(lambda: stage.add_layer("Add a layer after layer 1", "Dense"), operation=insert)
    stage.expect_layers(2, 5, twins.run.spec.get("network.layers")[1]["units"], 3, 1)
    twins.after(stage.button("Remove layer 3").click, operation={"name": "remove_layer", "index": 2})
    before = twins.run.step

    def choose() -> None:
        stage.root.get_by_role("button", name=re.compile("^Layer 2: .* Choose the activation")).click()
        page.get_by_role("option", name=re.compile("^sine", re.IGNORECASE)).click()

    twins.after(choose, {"network.layers.1.activation": "sine"})
    assert twins.run.step > before  # the weights stayed
    stage.button("Inputs: 2 of 13. Choose the inputs").click()
    page.get_by_role("option", name=re.compile("^x₁²")).click()
    page.keyboard.press("Escape")
    twins.after(lambda: None, operation={"name": "toggle_input", "input": "x1_squared"})
    stage.expect_layers(3, *[layer["units"] for layer in twins.run.spec.get("network.layers")], 1)


def test_transport(open_page: Open) -> None:
    twins = Twins(open_page())
    stage, run = twins.stage, twins.run
    for _ in range(20):  # two batches of ten
        stage.page.keyboard.press(".")
    run.advance(steps=2)
    stage.expect_as(run)
    stage.button("Step").click()
    run.advance(steps=1)
    stage.expect_as(run)
    stage.step_by("One batch")
    run.advance(steps=1)
    stage.expect_as(run)
    stage.step_by("One epoch")
    run.advance(epochs=1)
    stage.expect_as(run)
    stage.button("Reset").click()
    run.reset()
    stage.expect_as(run)
    twins.trains_alike()
    stage.button("New seed").click()
    fits(lambda: spec_of(twins.page).get("seed"), lambda seed: seed != 1, "another seed")
    twins.after(lambda: None, {"seed": spec_of(twins.page).get("seed")})


def test_speed(playground: Page) -> None:
    stage = Stage(playground)
    slider = stage.root.get_by_role("slider", name="Speed")
    slider.press("Home")
    expect(stage.root.locator(".speed")).to_contain_text("½ step/s")
    for _ in range(5):
        slider.press("ArrowRight")
    expect(stage.root.locator(".speed")).to_contain_text("20 steps/s")
    stage.button("Play").click()
    fits(lambda: stage.value("step"), lambda step: step >= 30, "thirty steps")
    fits(lambda: stage.value("steps_per_second"), lambda rate: 16 <= rate <= 24, "about 20 steps a second")
    slider.press("End")
    fits(lambda: stage.value("steps_per_second"), lambda rate: rate > 100, "all that the machine gives")
    stage.pause()
    assert spec_of(playground) == RunSpec.default()  # pace is no setting of the run


@pytest.mark.parametrize(
    ("name", "picture", "key"),
    [("Show test data", "output", "test=1"), ("Discretize", "output", "discretize=1"),
     ("Logarithmic scale", "curves", "log=1")],
)  # fmt: skip
def test_what_is_shown_changes_the_picture_and_no_number(watched: Stage, name: str, picture: str, key: str) -> None:
    stage, region = watched, getattr(watched, picture)
    before, numbers = stage.picture(region), stage.metrics()
    box = region.get_by_label(name)
    box.click()
    stage.expect_other_picture(region, before)
    fits(lambda: stage.page.evaluate("location.hash"), lambda now: key in now, key)
    stage.page.mouse.move(5, 5)
    box.click()
    stage.page.mouse.move(5, 5)
    fits(lambda: stage.picture(region), lambda now: now == before, "the picture that was")
    fits(lambda: stage.page.evaluate("location.hash"), lambda now: key not in now, f"no {key}")
    assert stage.metrics() == numbers


@pytest.fixture(scope="module")
def watched(tab: Callable[..., Page]) -> Stage:
    """A page after three epochs, which its tests leave as it was."""
    stage = Stage(tab())
    stage.epochs(3)
    return stage
