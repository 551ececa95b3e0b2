"""The direction from the middle: the second polar coordinate.

    φ = atan2(x₂, x₁), in radians from −π to π, 0 on the right, counter-clockwise

It jumps by a whole turn on the left half of the x₁ axis, and a network has to live with that.
At the middle itself it is taken as 0.
"""

from __future__ import annotations

import numpy as np

from dlcore.expressions import atan2
from dlcore.inputs import Input


def compute(x):
    """(points, 2) in own units → (points,): atan2(x₂, x₁)."""
    return np.arctan2(x[:, 1], x[:, 0])


def expression(x1, x2):
    """The input of one point, as an expression; see `Input`."""
    return atan2(x2, x1).told("Take the direction of the point that is ", x1, " to the right and ", x2, " up.")


ENTRY = Input(
    id="angle",
    label="angle",
    sentence="The direction from the middle to the point; it jumps from π to −π on the left.",
    formula="atan2(x₂, x₁)",
    order=130,
    compute=compute,
    expression=expression,
)
