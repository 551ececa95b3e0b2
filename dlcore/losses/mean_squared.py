"""Squared error: the square of the miss; its mean over the samples is the mean squared error.

    L = (o − y)²            dL/do = 2·(o − y)

Of an answer of several numbers, a picture say, it is the mean of their squares, and each slope is divided by their
number, as in `torch.nn.MSELoss`.

Its minimum is where half squared error has it, but the gradient is twice as long, so that the
same learning rate takes steps of twice the size.

Source: Gauss's least squares (1809); Bishop, Pattern Recognition and Machine Learning (2006), 1.1.
"""

from __future__ import annotations

from dlcore.expressions import added
from dlcore.lazy import torch
from dlcore.losses import Loss


def value(prediction, target):
    """(…, samples, columns) and the same → (…, samples): the squared miss, its mean over columns."""
    return (prediction - target).square().mean(-1)


def derivative(prediction, target, out=None):
    """d loss / d prediction = 2·(prediction − target) / columns, (…, samples, columns)."""
    return torch.sub(prediction, target, out=out).mul_(2 / prediction.shape[-1])


def expression(outputs, targets):
    """The loss of one sample, as an expression; see `Loss`."""
    squares = added((o - y) ** 2 for o, y in zip(outputs, targets, strict=True))
    if len(outputs) > 1:
        words = "Add up the squares of how far each number is off, and divide by how many."
        return (squares / len(outputs)).told(words)
    return squares.told("Take the square of how far ", outputs[0], " is from ", targets[0], ".")


def slope_expression(outputs, targets, column):
    """d loss / d outputs[column] of one sample, as an expression."""
    o, y = outputs[column], targets[column]
    if len(outputs) > 1:
        slope = 2 * (o - y) / len(outputs)
        return slope.told("The slope is twice the miss, ", o, " less ", y, ", divided by how many numbers there are.")
    return (2 * (o - y)).told("The slope is twice the miss: ", o, " less ", y, ", times two.")


ENTRY = Loss(
    id="mean_squared",
    label="Mean squared error",
    sentence="The square of how far the output is from the target, averaged over the samples.",
    formula="L = (o − y)²",
    source="Bishop (2006), Pattern Recognition and Machine Learning, section 1.1",
    order=20,
    value=value,
    derivative=derivative,
    expression=expression,
    slope_expression=slope_expression,
    codings={"number": ("number", "linear"), "binary": ("sign", "tanh")},
)
