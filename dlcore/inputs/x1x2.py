"""The product of both coordinates.

    x₁·x₂

Its sign is the exclusive or of the two signs: with it, a single neuron separates that set.
"""

from __future__ import annotations

from dlcore.inputs import Input


def compute(x):
    """(points, 2) in own units → (points,): x₁·x₂."""
    return x[:, 0] * x[:, 1]


def expression(x1, x2):
    """The input of one point, as an expression; see `Input`."""
    return (x1 * x2).told("Multiply ", x1, " by ", x2, ".")


ENTRY = Input(
    id="x1x2",
    label="x₁x₂",
    sentence="The product of both coordinates: positive in two opposite corners, negative in the other two.",
    formula="x₁·x₂",
    source="TensorFlow Playground (2016), state.ts",
    order=50,
    compute=compute,
    expression=expression,
    tfp="xTimesY",
)
