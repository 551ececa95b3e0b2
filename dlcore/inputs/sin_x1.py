"""A wave across the plane, from left to right.

    sin x₁, x₁ in radians

The plane is 12 wide, so that almost two waves fit.
"""

from __future__ import annotations

import numpy as np

from dlcore.expressions import sin
from dlcore.inputs import Input


def compute(x):
    """(points, 2) in own units → (points,): sin x₁."""
    return np.sin(x[:, 0])


def expression(x1, x2):
    """The input of one point, as an expression; see `Input`."""
    return sin(x1).told("Take the sine of ", x1, ", an angle in radians.")


ENTRY = Input(
    id="sin_x1",
    label="sin x₁",
    sentence="A wave from left to right.",
    formula="sin x₁",
    source="TensorFlow Playground (2016), state.ts",
    order=60,
    compute=compute,
    expression=expression,
    tfp="sinX",
)
