"""The second coordinate, cubed.

    x₂³

At the edge of the plane it reaches 216, so that learning rates must be smaller with it.
"""

from __future__ import annotations

from dlcore.inputs import Input


def compute(x):
    """(points, 2) in own units → (points,): x₂³."""
    return x[:, 1] ** 3


def expression(x1, x2):
    """The input of one point, as an expression; see `Input`."""
    return (x2**3).told("Multiply ", x2, " by itself twice.")


ENTRY = Input(
    id="x2_cubed",
    label="x₂³",
    sentence="The second coordinate cubed: flat in the middle, very steep at the edges.",
    formula="x₂³",
    order=110,
    compute=compute,
    expression=expression,
)
