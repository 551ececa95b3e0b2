"""Consequences of an edit: measured anew here by NumPy, and the words turn with the data."""

from __future__ import annotations

import numpy as np
import pytest

from dlcore import Run, RunSpec
from dlcore.training.consequences import NOTHING, place_of

AROUND = ("on the right", "top right", "at the top", "top left", "on the left", "bottom left", "at the bottom",
          "bottom right")  # fmt: skip
TURNS = [np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]).round() for a in np.arange(4) * np.pi / 2]


def turned_words(text: str, quarters: int) -> str:
    """The sentence with each of the eight directions a quarter turn (two of them) further, `quarters` times."""
    for place in sorted(AROUND, key=len, reverse=True):
        if place in text:
            return text.replace(place, AROUND[(AROUND.index(place) + 2 * quarters) % 8])
    return text


def test_accuracy_losses_and_flipped_points_are_those_that_numpy_counts():
    run = Run(RunSpec.default())
    run.advance(epochs=60)
    before, answers = run.metrics, {split: run.predictions(split).copy() > 0 for split in ("train", "test")}
    found = run.zero("layers.0[1]")
    for split, old in answers.items():
        new = run.predict(run.data(split).x) > 0
        assert found.flipped[split].tolist() == np.flatnonzero(new != old).tolist()
    assert dict(found.metrics) == {name: (before[name], value) for name, value in run.metrics.items()}
    count = len(found.flipped["train"])
    assert count > 10 and f"; {count} points flipped" in found.sentence
    assert f"{before['train_accuracy']:.2f} → {run.metrics['train_accuracy']:.2f}" in found.sentence
    assert found.describe()["flipped"]["train"] == found.flipped["train"].tolist()


def drawn(turn: np.ndarray) -> Run:
    """A network that says blue to the right of a line, all of it turned: points, and the weights that read them."""
    rng = np.random.default_rng(3)
    x = rng.uniform(-5, 5, (120, 2)).round(3)
    y = np.where(x[:, 0] + 0.3 * x[:, 1] > 0, 1.0, 0.0)
    x, weight = x @ turn.T, np.array([[1.0, 0.3]]) @ turn.T
    points = [[*place, label] for place, label in zip(x.tolist(), y.tolist(), strict=True)]
    given = {"kind": "given", "values": {"layers.0.weight": weight.tolist(), "layers.0.bias": [0.0]}}
    return Run(RunSpec.default().with_(**{"data.kind": "points", "data.points": points, "network.layers": [],
                                          "network.initializer": given}))  # fmt: skip


@pytest.mark.parametrize("bias", [-2.5, 2.5, 3.8])
@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_turning_the_data_turns_the_sentence(quarters, bias):
    straight = drawn(TURNS[0]).operate("edit", "layers.0.bias[0]", value=bias)
    turned = drawn(TURNS[quarters]).operate("edit", "layers.0.bias[0]", value=bias)
    assert straight.where is not None, straight.sentence
    assert turned.sentence == turned_words(straight.sentence, quarters)
    assert turned.sentence != straight.sentence
    assert turned.flipped["train"].tolist() == straight.flipped["train"].tolist()


CLUSTERS = {place: np.array([np.cos(at * np.pi / 4), np.sin(at * np.pi / 4)]) for at, place in enumerate(AROUND)}


@pytest.mark.parametrize("place", AROUND)
def test_points_that_lie_to_one_side_are_said_to(place):
    rng = np.random.default_rng(1)
    x = rng.normal(0, 2, (400, 2))
    x -= x.mean(axis=0)
    angles = np.arccos((x @ CLUSTERS[place]) / np.linalg.norm(x, axis=1))
    words, count = place_of(x, angles < np.pi / 5)
    assert (words, count) == (place, (angles < np.pi / 5).sum())


def test_middle_and_edge_and_nowhere():
    rng = np.random.default_rng(2)
    x = rng.normal(0, 2, (400, 2))
    distance = np.linalg.norm(x - x.mean(axis=0), axis=1)
    assert place_of(x, distance < 1)[0] == "in the middle"
    assert place_of(x, distance > 4)[0] == "at the edge"
    assert place_of(x, rng.random(400) < 0.2) is None, "scattered everywhere"
    assert place_of(x, np.arange(400) < 2) is None, "of two points nobody says where they lie"
    right = np.array([[1.0, 0.1], [2, -0.1], [3, 0], [2, 0.2]])
    assert place_of(right, np.ones(4, bool)) is None, "where all points lie is no news"


def test_with_several_classes_it_says_which_became_which():
    run = Run(RunSpec.default().with_(**{"data.kind": "iris"}))
    run.advance(epochs=40)
    old = run.predictions("train").argmax(1)
    run.operate("edit", "layers.2.bias[1]", value=50.0)
    back = run.undo()
    found = run.operate("edit", "layers.2.bias[1]", value=50.0)
    assert back and f"{(old == 0).sum()} from setosa to versicolor" in found.sentence


def test_where_answers_are_numbers_it_counts_those_that_moved_much():
    run = Run(RunSpec.default().with_(**{"data.kind": "plane"}))
    run.advance(epochs=20)
    old, y = run.predictions("train").copy(), run.data("train").y
    found = run.flip("layers.1[0]")
    much = np.abs(run.predictions("train") - old) > 0.1 * (y.max() - y.min())
    assert found.flipped["train"].tolist() == np.flatnonzero(much).tolist()
    assert "error" in found.sentence.lower() and "accuracy" not in found.sentence.lower()


def test_what_changes_nothing_says_so_and_what_is_too_large_is_told():
    run = Run(RunSpec.default())
    run.zero("layers.1[0]")
    found = run.zero("layers.1[0]")
    assert found.sentence == NOTHING and not len(found.flipped["train"]) and found.where is None
    run.undo(), run.advance(epochs=60)
    small = run.operate("edit", "layers.2.bias[0]", value=float(run.parameters["layers.2.bias"][0]) + 1e-5)
    assert "no points flipped" in small.sentence and "ccuracy stays" in small.sentence
    large = Run(RunSpec.default().with_(**{"network.layers": [{"units": 3, "activation": "relu"}] * 6}))
    for layer in range(6):
        for unit in range(3):
            large.edit(f"layers.{layer}.weight[{unit},0]", 9e5)
    assert large.zero("layers.6").describe()["metrics"]["train_loss"], "plain JSON whatever the numbers are"


def test_without_points_there_is_nothing_to_say():
    run = Run(RunSpec.default().with_(**{"data.kind": "points"}))
    assert run.zero("layers.0[0]").sentence == NOTHING
