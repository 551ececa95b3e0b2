"""Deliberate mistakes: what they do to the data and the numbers, and that without them nothing changes.

Oracles: counting by hand, the run without the mistake, and a forward pass in train mode.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlcore import Run, RunSpec
from dlcore.links import read_link, write_link
from dlcore.params import SpecError
from dlcore.schema import MISTAKES
from dlcore.training.data import make_data
from dlcore.training.mistakes import leak, shuffle_labels

DROPPED = [{"kind": "dense", "units": 6, "activation": "relu", "dropout": 0.5, "norm": "batch"}]


def rows(split):
    return {tuple(row) for row in np.column_stack([split.x, split.y])}


def spec(**changes):
    return RunSpec.default().with_(**changes)


@pytest.mark.parametrize("share, most", [(0.0, 0), (0.3, 30), (1.0, 100)])
def test_labels_swap_among_themselves(share, most):
    y = np.arange(100.0)
    x, spoiled = shuffle_labels((y[:, None], y), share, np.random.default_rng(1))
    assert (spoiled != y).sum() == most  # every chosen one has another's
    assert sorted(spoiled) == sorted(y) and (x[:, 0] == y).all()


def test_one_label_alone_has_nobody_to_swap_with():
    _, spoiled = shuffle_labels((np.zeros((3, 2)), np.arange(3.0)), 0.3, np.random.default_rng(1))
    assert spoiled.tolist() == [0, 1, 2]


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("train", [3, 200])
def test_test_points_become_copies_of_training_points(share, train):
    known, unknown = np.arange(train) + 1000.0, np.arange(40.0)
    x, y = leak((unknown[:, None], unknown), (known[:, None], known), share, np.random.default_rng(1))
    assert np.isin(y, known).sum() == round(40 * share) and (x[:, 0] == y).all()
    assert (y[y < 1000] == unknown[y < 1000]).all()


def test_shuffled_labels_spoil_the_training_points_only():
    clean, spoiled = make_data(spec()), make_data(spec(**{"data.shuffled_labels": 40}))
    assert (clean["train"].x == spoiled["train"].x).all() and rows(clean["test"]) == rows(spoiled["test"])
    moved = (clean["train"].y != spoiled["train"].y).mean()
    assert 0.1 < moved < 0.3  # 40 % are dealt anew, half of which get the other class
    assert clean["train"].y.sum() == spoiled["train"].y.sum()


def test_a_leaked_test_flatters_and_changes_no_weight():
    noisy = {"data": "spiral", "data.noise": 50, "data.samples": 100}
    honest, leaked = (Run(spec(**noisy, **{"data.leaked_test": share})) for share in (0, 100))
    assert rows(leaked.data("test")) <= rows(leaked.data("train"))
    assert not rows(honest.data("test")) & rows(honest.data("train"))
    for run in (honest, leaked):
        run.advance(epochs=5)
    for name, value in honest.parameters.items():
        assert (leaked.parameters[name] == value).all()
    assert leaked.metrics["train_loss"] == honest.metrics["train_loss"]
    assert leaked.metrics["test_loss"] == pytest.approx(leaked.metrics["train_loss"], abs=1e-6)


def test_judging_in_train_mode_leaves_dropout_on_and_changes_no_weight():
    layers = {"network.layers": DROPPED, "data.samples": 100}
    right, wrong = (Run(spec(**layers, **{"learning.evaluate_in_train_mode": flag})) for flag in (False, True))
    for run in (right, wrong):
        run.advance(steps=20)
    for name, value in right.state.items():
        assert (wrong.state[name] == value).all()
    assert wrong.metrics != right.metrics
    points = [wrong.data("train").inputs, wrong.data("test").inputs]

    inputs = torch.cat(points)
    (train,) = wrong.stepper.train_modes(wrong.task.coming(wrong.state), len(inputs))
    _, activation = wrong.network.forward(inputs, wrong.state, train=train)
    target = torch.cat([wrong.data("train").target, wrong.data("test").target])
    losses = wrong.spec.resolved.loss.value(activation, target)[: len(points[0])]
    assert wrong.metrics["train_loss"] == pytest.approx(losses.mean().item(), rel=1e-6)
    assert (wrong.predict(wrong.data("test").x) == right.predict(right.data("test").x)).all()


def test_judging_in_train_mode_changes_nothing_without_dropout_or_norm():
    right, wrong = (Run(spec(**{"learning.evaluate_in_train_mode": flag})) for flag in (False, True))
    assert right.metrics == wrong.metrics


@pytest.mark.parametrize("path", MISTAKES)
def test_they_are_off_until_asked_for_and_travel_in_links(path):
    default = RunSpec.default()
    assert not default.get(path)
    assert default.params()[path].key not in write_link(default)
    value = 50 if path.startswith("data") else True
    made = default.with_(**{path: value})
    assert read_link(write_link(made))[0] == made and read_link(write_link(made))[2] == []
    for bad in (-1, 101, "many"):
        with pytest.raises(SpecError) as caught:
            default.with_(**{path: bad})
        assert caught.value.path == path


def test_the_same_seed_makes_the_same_mistakes():
    both = {"data.shuffled_labels": 50, "data.leaked_test": 50}
    first, again = make_data(spec(**both)), make_data(spec(**both))
    other = make_data(spec(seed=2, **{"data.seed": 1}, **both))
    for name in ("train", "test"):
        assert (first[name].x == again[name].x).all() and (first[name].y == again[name].y).all()
        assert (first[name].y == other[name].y).all()
