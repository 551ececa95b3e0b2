"""The distance from the middle: the first polar coordinate.

    r = √(x₁² + x₂²)

With it, a single neuron draws a circle.
"""

from __future__ import annotations

import numpy as np

from dlcore.expressions import sqrt
from dlcore.inputs import Input


def compute(x):
    """(points, 2) in own units → (points,): √(x₁² + x₂²)."""
    return np.hypot(x[:, 0], x[:, 1])


def expression(x1, x2):
    """The input of one point, as an expression; see `Input`."""
    return sqrt(x1**2 + x2**2).told("Square ", x1, " and ", x2, ", add the squares, and take the root: Pythagoras.")


ENTRY = Input(
    id="radius",
    label="radius",
    sentence="The distance of the point from the middle.",
    formula="√(x₁² + x₂²)",
    order=120,
    compute=compute,
    expression=expression,
)
