"""The second coordinate, as it is.

With x₁ and x₂ alone a single neuron draws one straight border.
"""

from __future__ import annotations

from dlcore.inputs import Input


def compute(x):
    """(points, 2) in own units → (points,): x₂."""
    return x[:, 1].copy()


def expression(x1, x2):
    """The input of one point, as an expression; see `Input`."""
    return x2.told("Take ", x2, " as it is.")


ENTRY = Input(
    id="x2",
    label="x₂",
    sentence="How high up the point lies; below the middle it is negative.",
    formula="x₂",
    source="TensorFlow Playground (2016), state.ts",
    order=20,
    compute=compute,
    expression=expression,
    tfp="y",
)
