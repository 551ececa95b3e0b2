"""Each initializer against its distribution (Kolmogorov-Smirnov) and against `torch.nn.init`."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.stats
import torch

from dlcore.catalogue import catalogue
from dlcore.params import SpecError

INITIALIZERS = catalogue("initializers")
SHAPE, FAN_IN, FAN_OUT = (600, 1000), 1000, 600  # so many draws that 1 % too wide would show
RADIUS = math.sqrt(6 / 1600)
ORACLES = {
    "tfp_uniform": scipy.stats.uniform(-0.5, 1.0),
    "xavier": scipy.stats.uniform(-RADIUS, 2 * RADIUS),
    "he": scipy.stats.norm(0, math.sqrt(2 / 1000)),
    "normal": scipy.stats.norm(0, 0.5),
}


def draw(name, **params):
    entry = INITIALIZERS[name]
    return entry.weight(np.random.default_rng(0), SHAPE, FAN_IN, FAN_OUT, "layers.0.weight", **params)


@pytest.mark.parametrize("name", ORACLES)
def test_weights_follow_the_distribution(name):
    """Oracle: the distribution function in SciPy."""
    settings = INITIALIZERS[name].default_values()
    assert scipy.stats.kstest(draw(name, **settings).ravel(), ORACLES[name].cdf).pvalue > 0.001


@pytest.mark.parametrize(
    "name, torchs", [("xavier", torch.nn.init.xavier_uniform_), ("he", torch.nn.init.kaiming_normal_)]
)
def test_same_spread_as_torch(name, torchs):
    """Oracle: `torch.nn.init` on a weight (units, inputs), which also settles which fan is which."""
    torch.manual_seed(0)
    expected = torchs(torch.empty(SHAPE, dtype=torch.float64)).numpy()
    assert draw(name).std() == pytest.approx(expected.std(), rel=0.01)
    assert scipy.stats.ks_2samp(draw(name).ravel(), expected.ravel(), method="asymp").pvalue > 0.001


@pytest.mark.parametrize(
    "name, value", [("tfp_uniform", 0.1), ("xavier", 0), ("he", 0), ("normal", 0), ("zeros", 0)]
)
def test_biases(name, value):
    """Oracle: the rule; 0.1 is TensorFlow Playground's."""
    bias = INITIALIZERS[name].bias(np.random.default_rng(0), (4,), "layers.0.bias")
    assert bias.tolist() == [value] * 4


def test_zeros_are_zeros():
    """Oracle: the rule."""
    assert not draw("zeros").any()


def test_normal_takes_its_spread():
    """Oracle: scaling. The same draws, twice as wide."""
    np.testing.assert_allclose(draw("normal", std=2.0), 4 * draw("normal", std=0.5))
    assert not draw("normal", std=0.0).any()


def given(values, address="layers.0.weight", shape=(3, 2)):
    return INITIALIZERS["given"].weight(None, shape, 2, 3, address, values=values)


def test_given_values_are_taken_as_they_are():
    """Oracle: the values themselves, as lists and as arrays, and in a copy."""
    values = {"layers.0.weight": np.arange(6.0).reshape(3, 2), "layers.0.bias": [1, 2, 3]}
    found = given(values)
    found[:] = 99
    assert given(values).tolist() == [[0, 1], [2, 3], [4, 5]]
    bias = INITIALIZERS["given"].bias(None, (3,), "layers.0.bias", values=values)
    assert bias.tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    "values, says",
    [
        ({}, "No values are given for layers.0.weight, which needs 3×2 numbers."),
        (
            {"layers.0.weight": [[1, 2]]},
            "layers.0.weight needs 3×2 numbers, but the given shape is 1×2 numbers.",
        ),
        (
            {"layers.0.weight": 1},
            "layers.0.weight needs 3×2 numbers, but the given shape is a single number.",
        ),
        (
            {"layers.0.weight": [[1, 2], [3]]},
            "The values for layers.0.weight are not rows of numbers of one length.",
        ),
        (
            {"layers.0.weight": "many"},
            "The values for layers.0.weight are not rows of numbers of one length.",
        ),
        (
            {"layers.0.weight": [[1, 2], [3, 4], [5, math.nan]]},
            "The values for layers.0.weight must be finite numbers.",
        ),
        (None, "Given values must map each address, such as layers.0.weight, to its numbers."),
    ],
)
def test_given_values_that_do_not_fit(values, says):
    """Oracle: the sentence, at the place where the values stand in a spec."""
    with pytest.raises(SpecError) as caught:
        given(values)
    assert caught.value.path == "network.initializer.values" and caught.value.message == says
