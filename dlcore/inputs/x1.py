"""The first coordinate, as it is.

With x₁ and x₂ alone a single neuron draws one straight border.
"""

from __future__ import annotations

from dlcore.inputs import Input


def compute(x):
    """(points, 2) in own units → (points,): x₁."""
    return x[:, 0].copy()


def expression(x1, x2):
    """The input of one point, as an expression; see `Input`."""
    return x1.told("Take ", x1, " as it is.")


ENTRY = Input(
    id="x1",
    label="x₁",
    sentence="How far right the point lies; left of the middle it is negative.",
    formula="x₁",
    source="TensorFlow Playground (2016), state.ts",
    order=10,
    compute=compute,
    expression=expression,
    tfp="x",
)
