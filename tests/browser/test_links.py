"""Links: ours and TensorFlow Playground's, opened by address bar and by the box under Share."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from dlcore import Run, RunSpec
from tests.browser._drive import Stage, address, expect_spec, fits, spec_of

Open = Callable[..., Page]
EPOCHS = 3
TFP = (
    "activation=relu&batchSize=15&dataset=spiral&learningRate=0.1&regularization=L2&regularizationRate=0.01"
    "&noise=25&networkShape=5,3&seed=0.5&showTestData=true&discretize=true&percTrainData=60&x=true&y=true"
    "&xTimesY=true&problem=classification"
)
TFP_SAYS = {
    "data.kind": "spiral", "data.noise": 25, "data.train_share": 60, "learning.batch_size": 15,
    "learning.optimizer.learning_rate": 0.1, "learning.penalty.kind": "l2", "learning.penalty.rate": 0.01,
    "network.layers.0.units": 5, "network.layers.1.activation": "relu", "inputs": ["x1", "x2", "x1x2"],
}  # fmt: skip


def pictures(stage: Stage) -> list[str]:
    """Network, output and curves, with the pointer out of the way."""
    stage.page.mouse.move(1, 1)
    return [stage.picture(region) for region in (stage.network, stage.output, stage.curves)]


def test_a_link_opens_the_same_network_data_and_curve(open_page: Open) -> None:
    first = Stage(open_page())
    first.page.get_by_role("radio", name="Spiral").click()
    first.button("One neuron more in layer 1").click()
    first.output.get_by_label("Discretize").click()
    for part in ("data=spiral", "layers=5,2", "discretize=1"):
        fits(lambda: address(first.page), lambda now, part=part: part in now, part)
    first.epochs(EPOCHS)

    second = Stage(open_page(address(first.page)))

    assert (second.value("epoch"), second.value("step")) == (0, 0)
    second.epochs(EPOCHS)
    run = Run(spec_of(first.page))
    run.advance(epochs=EPOCHS)
    first.expect_as(run)
    second.expect_as(run)
    fits(lambda: pictures(first) == pictures(second), bool, "the same pictures to the last pixel")
    assert address(second.page) == address(first.page)
    assert "changed" not in address(first.page)  # all was chosen before the first step


def test_the_link_of_a_run_that_was_changed_says_so(open_page: Open) -> None:
    first = Stage(open_page())
    first.epochs(1)
    first.page.get_by_role("slider", name=re.compile("Batch size")).press("ArrowRight")
    fits(lambda: address(first.page), lambda now: "changed=1" in now, "a link that says it was changed")
    second = Stage(open_page(address(first.page)))
    second.expect_word("This network was changed while it learned")
    assert spec_of(second.page) == spec_of(first.page)
    assert second.value("step") == 0
    fits(lambda: address(second.page), lambda now: "changed" not in now, "a link of a run that is as its spec")


def test_a_bad_link_opens_with_what_is_good_in_it(open_page: Open) -> None:
    link = "v=1&data=nonsense&noise=10&rate=fast&seed=3&colour=red"
    stage = Stage(open_page(link))
    good, _, notes = RunSpec.read_link(link)
    for said in ("data=nonsense", "rate=fast", "“colour”"):
        assert sum(said in note for note in notes) == 1
    for note in notes:  # one after the other, as they come
        stage.expect_word(note)
    assert good == RunSpec.default().with_(**{"seed": 3, "data.noise": 10})
    expect_spec(stage.page, good)
    stage.expect_as(Run(good))


def test_a_link_put_into_the_address_bar_of_an_open_page(playground: Page) -> None:
    stage = Stage(playground)
    stage.epochs(1)
    playground.evaluate("location.hash = 'v=1&data=gaussian&layers=3&seed=4'")
    stage.expect_layers(2, 3, 1)
    stage.expect_word("started anew with what the link says")
    run = Run(RunSpec.read_link("v=1&data=gaussian&layers=3&seed=4")[0])
    stage.expect_as(run)
    expect_spec(playground, run.spec)
    expect(playground.get_by_role("radio", name="Gaussian", exact=True)).to_be_checked()
    assert playground.evaluate("history.length") <= 3  # only what the person typed is in the history


def test_a_tensorflow_playground_link_by_its_hash(open_page: Open) -> None:
    page = open_page(TFP + "&learningRate_hide=true&playButton_hide=true")
    stage = Stage(page)
    fits(lambda: address(page), lambda now: now.startswith("v=1&"), "our own link")
    spec = spec_of(page)
    assert {path: spec.get(path) for path in TFP_SAYS} == TFP_SAYS
    stage.expect_layers(3, 5, 3, 1)
    stage.expect_as(Run(spec))
    expect(stage.output.get_by_label("Show test data")).to_be_checked()
    # What a teacher hides is gone, for the keyboard too; the rest is there.
    expect(stage.button("Play")).to_have_count(0)
    expect(page.get_by_role("combobox", name=re.compile("Learning rate"))).to_have_count(0)
    expect(page.get_by_role("combobox", name=re.compile("Optimizer"))).to_be_visible()
    page.keyboard.press("Space")
    stage.epochs(1)
    run = Run(spec)
    run.advance(epochs=1)
    stage.expect_as(run)


def test_a_tensorflow_playground_link_by_the_box_under_share(playground: Page) -> None:
    stage = Stage(playground)
    stage.button("Share").click()
    dialog = playground.get_by_role("dialog", name="Share")
    box, open_it = dialog.get_by_role("textbox", name="Link to open"), dialog.get_by_role("button", name="Open")
    box.fill("hello")
    open_it.click()
    expect(dialog).to_contain_text("This link holds no settings that can be read.")
    box.fill(f"https://playground.tensorflow.org/#{TFP}")
    open_it.click()
    expect(dialog).to_contain_text("The link is open.")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    expect(stage.button("Share")).to_be_focused()
    stage.expect_layers(3, 5, 3, 1)
    fits(lambda: address(playground), lambda now: "data=spiral" in now, "the link's data")
    spec = spec_of(playground)
    assert {path: spec.get(path) for path in TFP_SAYS} == TFP_SAYS
    stage.expect_as(Run(spec))


def test_share_for_a_class(open_page: Open) -> None:
    page = open_page("v=1&data=xor&seed=2")
    stage = Stage(page)
    stage.button("Share").click()
    dialog = page.get_by_role("dialog", name="Share")
    dialog.get_by_text("Choose what to hide").click()
    for tick in ("Learning rate", "Add a layer", "Discretize"):
        dialog.get_by_role("checkbox", name=tick, exact=True).check()
    link = dialog.get_by_role("textbox", name="Link for a class")
    expect(link).to_have_value(re.compile("hide=[^&]*discretize"))
    some = link.input_value()
    pupil = Stage(open_page(some.partition("#")[2]))
    expect(pupil.page.get_by_role("combobox", name=re.compile("Optimizer"))).to_be_visible()
    expect(pupil.page.get_by_role("combobox", name=re.compile("Learning rate"))).to_have_count(0)
    expect(pupil.output.get_by_label("Discretize")).to_be_hidden()
    expect(pupil.root.get_by_role("button", name=re.compile("^Add a layer"))).to_have_count(0)
    expect(pupil.button("Play")).to_be_visible()
    assert spec_of(pupil.page) == spec_of(page)
    # Every tick hides something: with all of them no setting is left.
    for box in dialog.get_by_role("checkbox").all():
        box.check()
    expect(link).to_have_value(re.compile("hide=[^&]*seed"))
    fits(link.input_value, lambda now: len(now.partition("hide=")[2].split(",")) == len(ticks(dialog)), "all of them")
    bare = open_page(link.input_value().partition("#")[2])
    sidebar = bare.get_by_test_id("stSidebar")
    for role in ("radio", "combobox", "slider", "spinbutton"):
        expect(sidebar.get_by_role(role)).to_have_count(0)
    expect(bare.locator("[data-run] [data-control]").locator("visible=true")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(stage.root.get_by_role("button", name=re.compile("^Add a layer"))).to_have_count(3)


def ticks(dialog: Locator) -> list[str]:
    """Names of the controls that can be hidden, each of which is there once."""
    names = dialog.get_by_role("checkbox").evaluate_all("all => all.map(box => box.closest('label').innerText)")
    assert len(names) == len(set(names)), names
    return names
