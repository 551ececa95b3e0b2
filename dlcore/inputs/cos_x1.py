"""A wave from left to right, shifted so that a crest is in the middle.

    cos x₁, x₁ in radians

Unlike sin x₁ it is the same on the left and on the right.
"""

from __future__ import annotations

import numpy as np

from dlcore.expressions import cos
from dlcore.inputs import Input


def compute(x):
    """(points, 2) in own units → (points,): cos x₁."""
    return np.cos(x[:, 0])


def expression(x1, x2):
    """The input of one point, as an expression; see `Input`."""
    return cos(x1).told("Take the cosine of ", x1, ", an angle in radians.")


ENTRY = Input(
    id="cos_x1",
    label="cos x₁",
    sentence="A wave from left to right with a crest in the middle.",
    formula="cos x₁",
    source="TensorFlow Playground (2016), state.ts",
    order=80,
    compute=compute,
    expression=expression,
    tfp="cosX",
)
