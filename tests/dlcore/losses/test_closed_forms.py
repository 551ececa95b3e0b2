"""Each loss against scikit-learn, `torch.nn.functional` or a value worked out on paper."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sklearn.linear_model
import sklearn.metrics
import torch

from dlcore.catalogue import catalogue

LOSSES = catalogue("losses")


def tensor(*rows):
    return torch.tensor(rows, dtype=torch.float64)


def test_squared_losses_by_hand():
    """Oracle: paper. Misses of 3 and 4 in two columns: ½·(9 + 16) and (9 + 16) / 2."""
    prediction, target = tensor([4.0, -3.0]), tensor([1.0, 1.0])
    assert LOSSES["half_squared"].value(prediction, target).tolist() == [12.5]
    assert LOSSES["mean_squared"].value(prediction, target).tolist() == [12.5]
    assert LOSSES["half_squared"].derivative(prediction, target).tolist() == [[3.0, -4.0]]
    assert LOSSES["mean_squared"].derivative(prediction, target).tolist() == [[3.0, -4.0]]


def test_mean_squared_is_scikit_learns():
    """Oracle: `sklearn.metrics.mean_squared_error`."""
    rng = np.random.default_rng(0)
    prediction, target = rng.normal(size=(50, 1)), rng.normal(size=(50, 1))
    found = LOSSES["mean_squared"].value(torch.tensor(prediction), torch.tensor(target)).mean().item()
    assert found == pytest.approx(sklearn.metrics.mean_squared_error(target, prediction))


def test_binary_cross_entropy_is_scikit_learns():
    """Oracle: `sklearn.metrics.log_loss` on the probabilities."""
    rng = np.random.default_rng(1)
    logits, label = rng.normal(size=(60, 1)) * 3, rng.integers(0, 2, (60, 1)).astype(float)
    found = LOSSES["binary_cross_entropy"].value(torch.tensor(logits), torch.tensor(label)).mean().item()
    assert found == pytest.approx(sklearn.metrics.log_loss(label[:, 0], 1 / (1 + np.exp(-logits[:, 0]))))


def test_binary_cross_entropy_far_out():
    """Oracle: its limits. Surely right costs nothing, surely wrong costs |z|; never infinity."""
    value = LOSSES["binary_cross_entropy"].value(
        tensor([1000.0], [1000.0], [0.0]), tensor([1.0], [0.0], [1.0])
    )
    assert value.tolist() == [0.0, 1000.0, pytest.approx(math.log(2))]


def test_softmax_cross_entropy_is_torchs():
    """Oracle: `torch.nn.functional.cross_entropy` with class indices."""
    generator = torch.Generator().manual_seed(2)
    logits = torch.randn(40, 5, generator=generator, dtype=torch.float64) * 4
    label = torch.randint(0, 5, (40,), generator=generator)
    target = torch.nn.functional.one_hot(label, 5).to(logits)
    expected = torch.nn.functional.cross_entropy(logits, label, reduction="none")
    torch.testing.assert_close(LOSSES["softmax_cross_entropy"].value(logits, target), expected)


def test_two_cross_entropies_agree_on_two_classes():
    """Oracle: algebra. The softmax of (0, z) is the sigmoid of z."""
    z = torch.linspace(-9, 9, 37, dtype=torch.float64)[:, None]
    label = (torch.arange(37) % 2)[:, None].to(z)
    pair, one_hot = torch.cat([torch.zeros_like(z), z], 1), torch.cat([1 - label, label], 1)
    torch.testing.assert_close(
        LOSSES["softmax_cross_entropy"].value(pair, one_hot), LOSSES["binary_cross_entropy"].value(z, label)
    )


def test_hinge_is_scikit_learns():
    """Oracle: `sklearn.metrics.hinge_loss`."""
    rng = np.random.default_rng(3)
    output, label = rng.normal(size=(60, 1)) * 2, rng.choice([-1.0, 1.0], (60, 1))
    found = LOSSES["hinge"].value(torch.tensor(output), torch.tensor(label)).mean().item()
    assert found == pytest.approx(sklearn.metrics.hinge_loss(label[:, 0], output[:, 0]))


def test_hinge_and_perceptron_by_hand():
    """Oracle: paper, for the target +1: wrong, undecided, right but close, right with room, at the corner."""
    output = tensor([-0.5], [0.0], [0.5], [2.0], [1.0])
    target = torch.ones_like(output)
    assert LOSSES["hinge"].value(output, target).tolist() == [1.5, 1.0, 0.5, 0.0, 0.0]
    assert LOSSES["hinge"].derivative(output, target).flatten().tolist() == [-1, -1, -1, 0, -1]
    assert LOSSES["perceptron"].value(output, target).tolist() == [0.5, 0.0, 0.0, 0.0, 0.0]
    assert LOSSES["perceptron"].derivative(output, target).flatten().tolist() == [-1, -1, 0, 0, 0]


def test_perceptron_loss_is_the_perceptron_rule():
    """Oracle: `sklearn.linear_model.Perceptron`, one pass in order from zero weights."""
    rng = np.random.default_rng(4)
    x = rng.normal(size=(80, 2))
    label = np.where(x @ [1.0, -2.0] + 0.3 > 0, 1.0, -1.0)
    oracle = sklearn.linear_model.Perceptron(max_iter=1, tol=None, shuffle=False, eta0=1.0).fit(x, label)
    weight, bias = np.zeros(2), 0.0
    for point, y in zip(x, label, strict=True):
        output = tensor([point @ weight + bias])
        slope = LOSSES["perceptron"].derivative(output, tensor([y])).item()
        weight, bias = weight - slope * point, bias - slope
    np.testing.assert_allclose(weight, oracle.coef_[0])
    assert bias == pytest.approx(oracle.intercept_[0])


def test_codings_are_those_of_the_design():
    """Oracle: the paragraph "Target coding and output follow from …" of the design."""
    squared = {"number": ("number", "linear"), "binary": ("sign", "tanh")}
    margin = {"binary": ("sign", "linear")}
    softmax = ("one_hot", "softmax")
    expected = {
        "half_squared": squared,
        "mean_squared": squared,
        "binary_cross_entropy": {"binary": ("zero_one", "sigmoid")},
        "softmax_cross_entropy": {"binary": softmax, "classes": softmax},
        "hinge": margin,
        "perceptron": margin,
    }
    for name, codings in expected.items():
        assert dict(LOSSES[name].codings) == codings
        assert LOSSES[name].free_output == (not name.endswith("cross_entropy"))
        assert LOSSES[name].from_logits == name.endswith("cross_entropy")
