"""The first coordinate, cubed.

    x₁³

At the edge of the plane it reaches 216, so that learning rates must be smaller with it.
"""

from __future__ import annotations

from dlcore.inputs import Input


def compute(x):
    """(points, 2) in own units → (points,): x₁³."""
    return x[:, 0] ** 3


def expression(x1, x2):
    """The input of one point, as an expression; see `Input`."""
    return (x1**3).told("Multiply ", x1, " by itself twice.")


ENTRY = Input(
    id="x1_cubed",
    label="x₁³",
    sentence="The first coordinate cubed: flat in the middle, very steep at the edges.",
    formula="x₁³",
    order=100,
    compute=compute,
    expression=expression,
)
