"""Half squared error: half the square of the miss.

    L = ½·(o − y)²            dL/do = o − y

The half is there so that the derivative is the plain miss. It is TensorFlow Playground's loss,
for two classes as well, with targets −1 and +1. A miss twice as large costs four times as much.

Source: Rumelhart, Hinton & Williams (1986); TensorFlow Playground.
"""

from __future__ import annotations

from dlcore.expressions import Number, added
from dlcore.lazy import torch
from dlcore.losses import Loss


def value(prediction, target):
    """(…, samples, columns) and the same → (…, samples): half the squared miss, summed over columns."""
    return (prediction - target).square().sum(-1) * 0.5


def derivative(prediction, target, out=None):
    """d loss / d prediction = prediction − target, (…, samples, columns)."""
    return torch.sub(prediction, target, out=out)


def expression(outputs, targets):
    """The loss of one sample, as an expression; see `Loss`."""
    halves = added(Number(0.5, "½") * (o - y) ** 2 for o, y in zip(outputs, targets, strict=True))
    return halves.told("Take half the square of how far ", outputs[0], " is from ", targets[0], ".")


def slope_expression(outputs, targets, column):
    """d loss / d outputs[column] of one sample, as an expression."""
    o, y = outputs[column], targets[column]
    return (o - y).told("The slope is the miss itself: ", o, " less ", y, ".")


ENTRY = Loss(
    id="half_squared",
    label="Half squared error",
    sentence="Half the square of how far the output is from the target, so large misses cost most.",
    formula="L = ½·(o − y)²",
    source="Rumelhart, Hinton & Williams (1986); TensorFlow Playground",
    order=10,
    value=value,
    derivative=derivative,
    expression=expression,
    slope_expression=slope_expression,
    codings={"number": ("number", "linear"), "binary": ("sign", "tanh")},
)
