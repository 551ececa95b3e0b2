"""A wave across the plane, from bottom to top.

    sin x₂, x₂ in radians

The plane is 12 high, so that almost two waves fit.
"""

from __future__ import annotations

import numpy as np

from dlcore.expressions import sin
from dlcore.inputs import Input


def compute(x):
    """(points, 2) in own units → (points,): sin x₂."""
    return np.sin(x[:, 1])


def expression(x1, x2):
    """The input of one point, as an expression; see `Input`."""
    return sin(x2).told("Take the sine of ", x2, ", an angle in radians.")


ENTRY = Input(
    id="sin_x2",
    label="sin x₂",
    sentence="A wave from bottom to top.",
    formula="sin x₂",
    source="TensorFlow Playground (2016), state.ts",
    order=70,
    compute=compute,
    expression=expression,
    tfp="sinY",
)
