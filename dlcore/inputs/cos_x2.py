"""A wave from bottom to top, shifted so that a crest is in the middle.

    cos x₂, x₂ in radians

Unlike sin x₂ it is the same above and below.
"""

from __future__ import annotations

import numpy as np

from dlcore.expressions import cos
from dlcore.inputs import Input


def compute(x):
    """(points, 2) in own units → (points,): cos x₂."""
    return np.cos(x[:, 1])


def expression(x1, x2):
    """The input of one point, as an expression; see `Input`."""
    return cos(x2).told("Take the cosine of ", x2, ", an angle in radians.")


ENTRY = Input(
    id="cos_x2",
    label="cos x₂",
    sentence="A wave from bottom to top with a crest in the middle.",
    formula="cos x₂",
    source="TensorFlow Playground (2016), state.ts",
    order=90,
    compute=compute,
    expression=expression,
    tfp="cosY",
)
