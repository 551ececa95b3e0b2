"""The second coordinate, squared.

    x₂²

With x₁² and x₂² together a single neuron can draw a circle, since x₁² + x₂² = radius².
"""

from __future__ import annotations

from dlcore.inputs import Input


def compute(x):
    """(points, 2) in own units → (points,): x₂²."""
    return x[:, 1] ** 2


def expression(x1, x2):
    """The input of one point, as an expression; see `Input`."""
    return (x2**2).told("Take the square of ", x2, ".")


ENTRY = Input(
    id="x2_squared",
    label="x₂²",
    sentence="The distance above or below the middle, squared, so the side does not matter.",
    formula="x₂²",
    source="TensorFlow Playground (2016), state.ts",
    order=40,
    compute=compute,
    expression=expression,
    tfp="ySquared",
)
