"""Each input against Python's `math`, point by point."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dlcore.catalogue import catalogue

INPUTS = catalogue("inputs")
ORACLES = {
    "x1": lambda a, b: a,
    "x2": lambda a, b: b,
    "x1_squared": lambda a, b: a * a,
    "x2_squared": lambda a, b: b * b,
    "x1x2": lambda a, b: a * b,
    "sin_x1": lambda a, b: math.sin(a),
    "sin_x2": lambda a, b: math.sin(b),
    "cos_x1": lambda a, b: math.cos(a),
    "cos_x2": lambda a, b: math.cos(b),
    "x1_cubed": lambda a, b: a * a * a,
    "x2_cubed": lambda a, b: b * b * b,
    "radius": lambda a, b: math.sqrt(a * a + b * b),
    "angle": lambda a, b: math.atan2(b, a),
}


@pytest.mark.parametrize("name", ORACLES)
def test_formula(name):
    """Oracle: `math` on each of 200 random points."""
    x = np.random.default_rng(7).uniform(-6, 6, (200, 2))
    np.testing.assert_allclose(INPUTS[name].compute(x), [ORACLES[name](a, b) for a, b in x], rtol=1e-12)


def test_order_is_the_declared_one():
    """Oracle: the list of the playground's inputs: TensorFlow Playground's seven first."""
    assert [name for name in INPUTS if name in ORACLES] == list(ORACLES)


def test_link_names():
    """Oracle: the link of TensorFlow Playground in PARITY, Links."""
    names = {entry.tfp: entry.id for entry in INPUTS.values() if entry.tfp}
    assert names == {
        "x": "x1",
        "y": "x2",
        "xSquared": "x1_squared",
        "ySquared": "x2_squared",
        "xTimesY": "x1x2",
        "sinX": "sin_x1",
        "sinY": "sin_x2",
        "cosX": "cos_x1",
        "cosY": "cos_x2",
    }


def test_angle_turns_counter_clockwise_from_the_right():
    """Oracle: paper, for right, up, left, down."""
    x = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0], [0.0, 0.0]])
    np.testing.assert_allclose(INPUTS["angle"].compute(x), [0, math.pi / 2, math.pi, -math.pi / 2, 0])
