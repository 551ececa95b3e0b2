"""The first coordinate, squared.

    x₁²

With x₁² and x₂² together a single neuron can draw a circle, since x₁² + x₂² = radius².
"""

from __future__ import annotations

from dlcore.inputs import Input


def compute(x):
    """(points, 2) in own units → (points,): x₁²."""
    return x[:, 0] ** 2


def expression(x1, x2):
    """The input of one point, as an expression; see `Input`."""
    return (x1**2).told("Take the square of ", x1, ".")


ENTRY = Input(
    id="x1_squared",
    label="x₁²",
    sentence="The distance to the left or right of the middle, squared, so the side does not matter.",
    formula="x₁²",
    source="TensorFlow Playground (2016), state.ts",
    order=30,
    compute=compute,
    expression=expression,
    tfp="xSquared",
)
