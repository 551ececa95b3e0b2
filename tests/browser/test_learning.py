"""First sight to learning: what somebody meets who has never seen the page."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from dlcore import Run, RunSpec
from tests.browser._drive import Stage, fits

PARTS = "[data-command], [data-number], [data-slot], [data-cell], canvas"


def places(stage: Stage) -> list:
    """Where every part of the stage stands and how large it is; what a number says may differ."""
    return stage.root.evaluate(
        """(root, parts) => [...root.querySelectorAll(parts)].filter(node => !node.dataset.number)
        .map(node => node.getBoundingClientRect()).map(({ x, y, width, height }) => [x, y, width, height])""",
        PARTS,
    )


def test_first_sight_to_learning(playground: Page) -> None:
    stage = Stage(playground)
    expect(stage.details).to_contain_text("Separate the blue disc from the orange ring.")
    for sign in ("A tile is a neuron.", "A line is a weight.", "A dot is a sample."):
        expect(stage.details).to_contain_text(sign)
    stage.expect_as(Run(RunSpec.default()))
    assert (stage.value("epoch"), stage.value("step")) == (0, 0)
    play = playground.get_by_role("button", name=re.compile("play", re.IGNORECASE))
    expect(play).to_have_count(1)
    maps, output, before = stage.picture(stage.network), stage.picture(stage.output), places(stage)

    play.click()

    expect(stage.button("Pause")).to_be_visible()
    expect(play).to_have_count(0)
    fits(lambda: stage.value("test_loss"), lambda loss: loss < 0.05, "a test loss below 0.05")
    fits(lambda: stage.value("steps_per_second"), lambda rate: rate > 0, "steps per second")
    fits(lambda: stage.value("frames_per_second"), lambda rate: rate > 0, "frames per second")
    stage.pause()
    assert stage.picture(stage.network) != maps
    assert stage.picture(stage.output) != output
    assert places(stage) == before  # nothing has moved, however many digits the numbers have now


def test_what_is_shown_while_it_plays_is_the_engine_s_own(playground: Page) -> None:
    """After any number of steps the printed numbers are those of the same spec in a notebook, to the bit."""
    stage = Stage(playground)
    stage.button("Play").click()
    fits(lambda: stage.value("step"), lambda step: step > 200, "two hundred steps")
    stage.pause()
    steps = int(stage.value("step"))
    run = Run(RunSpec.default())
    run.advance(steps=steps)
    stage.expect_as(run)
    assert stage.value("step") == steps  # it rests: not one step more was taken


def test_a_change_of_a_setting_never_pauses_what_plays(playground: Page) -> None:
    stage = Stage(playground)
    playground.evaluate(
        """() => { window.seen = []; const root = document.querySelector("[data-testid=stMain]");
        const stage = [...root.querySelectorAll("*")].map(node => node.shadowRoot?.querySelector(".stage"))
          .find(Boolean);
        const note = () => window.seen.push(stage.querySelector("[data-control=play]")?.dataset.command ?? "none");
        new MutationObserver(note).observe(stage, { subtree: true, childList: true, attributes: true,
          attributeFilter: ["data-command"] });
        window.stageNode = stage; }"""
    )
    stage.button("Play").click()
    fits(lambda: stage.value("step"), lambda step: step > 0, "steps")
    noise = playground.get_by_role("slider", name=re.compile("Noise"))
    noise.press("ArrowRight")
    stage.expect_word("because the data changed")
    batch = playground.get_by_role("slider", name=re.compile("Batch size"))
    batch.press("ArrowRight")
    fits(lambda: playground.evaluate("location.hash"), lambda now: "batch=15" in now, "the new batch size")
    before = stage.value("step")
    fits(lambda: stage.value("step"), lambda step: step > before, "more steps")
    seen = playground.evaluate("window.seen")
    assert "play" not in seen[seen.index("pause") :]
    assert playground.evaluate("window.stageNode.isConnected")  # the same stage, not one made anew
    assert playground.locator("[data-run=main]").count() == 1
