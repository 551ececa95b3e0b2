"""Curating and scoring on other data. Oracles: the data of a run that was not curated, the rules of the editions
called by hand, and a replay."""

from __future__ import annotations

import numpy as np
import pytest

from dlcore import Run, RunSpec, SpecError
from dlcore.catalogue import catalogue
from dlcore.editions import CURATED
from dlcore.fitting import fit
from dlcore.limits import LIMITS
from dlcore.links import left_out, read_link, write_link
from dlcore.network.shapes import describe
from dlcore.training.rng import generator

SMALL = {
    "network.layers": [{"kind": "flatten"}, {"kind": "dense", "units": 3}],
    "data.samples": 24,
    "learning.batch_size": 5,
}
CATS = fit(RunSpec.default(), {"data.kind": "cat_dog_pictures"})[0].with_(**SMALL)


def curate(run, places, answer, edition=""):
    return run.apply(operation={"name": "curate", "places": places, "answer": answer, "edition": edition})


def test_samples_are_left_out_labelled_anew_and_brought_in():
    before = Run(CATS).data("train")
    spec = CATS.with_(**{CURATED: [["", 2, -1], ["", 4, 1], ["", 5, 0], ["hard", 7, -2], ["hard", 3, 1]]})
    run = Run(spec)
    train, test = run.data("train"), run.data("test")
    kept = [place for place in range(12) if place != 2]
    assert train.places.tolist() == [*kept, -1, -1] and train.rows[-2:].tolist() == [-1, -1]
    assert np.array_equal(train.x[:11], before.x[kept])
    y = before.y.copy()
    y[[4, 5]] = 1, 0
    assert train.y[:11].tolist() == y[kept].tolist()
    rule = catalogue("datasets")["cat_dog_pictures"]
    x, species = rule.generate(generator(1, "data.added"), edition="hard", samples=8)
    assert np.array_equal(train.x[11:], x[[3, 7]]) and train.y[11:].tolist() == [1, species[7]]
    assert np.array_equal(test.x, Run(CATS).data("test").x), "test data stay as they are"
    assert describe(spec)["samples"]["train"] == len(train) == 13


def test_it_comes_into_force_with_the_next_epoch_and_replays_to_the_bit():
    run = Run(CATS)
    run.advance(steps=1)
    assert curate(run, [0, 1], -1).effect == "keep"
    assert len(run.data("train")) == 12 and len(run.asked.get(CURATED)) == 2
    run.advance(epochs=1)
    assert len(run.data("train")) == 10 and run.journal.events[-1].kind == "change"
    curate(run, [1], -2)
    assert run.spec.get(CURATED) == [["", 0, -1]] and len(run.data("train")) == 11
    run.advance(epochs=2)
    there, step = run.parameters, run.step
    run.seek(0)
    assert len(run.data("train")) == 12
    run.seek(step)
    assert all(np.array_equal(there[name], run.parameters[name]) for name in there)
    for _ in range(3):
        run.undo()
    assert run.asked.get(CURATED) == [["", 0, -1], ["", 1, -1]]


def test_what_was_asked_but_has_not_begun_is_kept_in_a_file(tmp_path):
    run = Run(CATS)
    run.advance(steps=1)
    curate(run, [3], -1)
    run.save(tmp_path / "run")
    again = Run.open(tmp_path / "run")
    for each in (run, again):
        each.advance(epochs=2)
    assert len(again.data("train")) == 11 and again.metrics == run.metrics


def test_points_of_a_plane_can_be_curated_too():
    run = Run(RunSpec.default())
    curate(run, [0], 1 - int(run.data("train").y[0]))
    assert run.data("train").y[0] != Run(RunSpec.default()).data("train").y[0]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({CURATED: [["", 0, 2]]}, CURATED),
        ({CURATED: [["nowhere", 0, -2]]}, CURATED),
        ({CURATED: [["", -1, -1]]}, CURATED),
        ({CURATED: [["", True, -1]]}, CURATED),
        ({CURATED: "all"}, CURATED),
        ({CURATED: [["hard", LIMITS.max_curated, -2]]}, CURATED),  # so many pictures would be drawn
        ({CURATED: [["", n, -1] for n in range(LIMITS.max_curated + 1)]}, CURATED),
        ({"data.evaluate_on": ["moons"]}, "data.evaluate_on"),
        ({"data.evaluate_on": "hard"}, "data.evaluate_on"),
        ({"data.evaluate_on": ["../hard"]}, "data.evaluate_on"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(changes, path):
    with pytest.raises(SpecError) as caught:
        CATS.with_(**changes)
    assert caught.value.path == path and caught.value.message.endswith(".")


def test_links_hold_it_as_far_as_there_is_room():
    some = CATS.with_(**{CURATED: [["", 2, -1], ["hard", 3, 1]], "data.evaluate_on": ["swapped", "easy"]})
    assert read_link(write_link(some))[0] == some and left_out(some) == []
    many = CATS.with_(**{CURATED: [["", n, -1] for n in range(LIMITS.max_link_curated + 5)]})
    assert len(read_link(write_link(many))[0].get(CURATED)) == LIMITS.max_link_curated
    assert any("changes of single training samples" in note for note in left_out(many))
    other = fit(some, {"data.kind": "digits"})[0]
    assert other.get(CURATED) == other.get("data.evaluate_on") == []


def test_a_run_is_scored_on_other_editions():
    """Oracle: the edition's own rule with the run's chance, judged by `Run.evaluate`."""
    run = Run(CATS.with_(**{"data.evaluate_on": ["swapped"]}))
    run.advance(epochs=2)
    x, y = catalogue("datasets")["cat_dog_pictures"].generate(
        generator(1, "data.evaluate_on"), edition="swapped", samples=LIMITS.max_evaluated
    )
    expected = run.evaluate((x, y))
    assert run.metrics["swapped_accuracy"] == pytest.approx(expected["accuracy"], abs=1e-6)
    assert run.metrics["swapped_loss"] == pytest.approx(expected["loss"], rel=1e-5)
    assert run.evaluate("swapped") == pytest.approx(expected, rel=1e-5)
    assert run.history["swapped_accuracy"].notna().all()
    assert describe(run.spec)["samples"]["swapped"] == LIMITS.max_evaluated
    assert not {row.tobytes() for row in run.data("train").x} & {row.tobytes() for row in run.data("swapped").x}


def test_it_learns_the_same_whatever_it_is_scored_on(tmp_path):
    """Other data are turned on while it learns: the curve goes on, and has no numbers before."""
    run, plain = Run(CATS), Run(CATS)
    for each in (run, plain):
        each.advance(epochs=1)
    assert run.apply({"data.evaluate_on": ["hard"]}).effect == "keep"
    for each in (run, plain):
        each.advance(epochs=2)
    assert all(np.array_equal(values, run.parameters[name]) for name, values in plain.parameters.items())
    measured = run.history["hard_accuracy"].notna().tolist()
    assert measured == sorted(measured) and measured[-1] and not measured[0]
    assert run.history["train_loss"].tolist() == plain.history["train_loss"].tolist()
    run.save(tmp_path / "run")
    assert Run.open(tmp_path / "run").metrics == run.metrics
    run.apply({"data.evaluate_on": []})
    assert "hard_accuracy" not in run.metrics and "hard_accuracy" not in run.history
    run.undo()
    assert "hard_accuracy" in run.metrics


def test_a_background_that_gives_the_species_away_is_learned_instead_of_animals():
    """A linear model finds the rooms: right on its own edition, at chance on the fair one, wrong on the swapped one."""
    spec = CATS.with_(
        **{
            "network.layers": [{"kind": "flatten"}],
            "data.samples": 160,
            "data.edition": "biased",
            "data.evaluate_on": ["easy", "swapped"],
        }
    )
    run = Run(spec)
    run.advance(epochs=40)
    assert run.metrics["test_accuracy"] > 0.95
    assert 0.35 < run.metrics["easy_accuracy"] < 0.65
    assert run.metrics["swapped_accuracy"] < 0.05
