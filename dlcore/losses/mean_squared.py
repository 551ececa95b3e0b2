"""Squared error: the square of the miss; its mean over the samples is the mean squared error.

    L = (o − y)²            dL/do = 2·(o − y)

Its minimum is where half squared error has it, but the gradient is twice as long, so that the
same learning rate takes steps of twice the size.

Source: Gauss's least squares (1809); Bishop, Pattern Recognition and Machine Learning (2006), 1.1.
"""

from __future__ import annotations

from dlcore.lazy import torch
from dlcore.losses import Loss


def value(prediction, target):
    """(…, samples, columns) and the same → (…, samples): the squared miss, summed over columns."""
    return (prediction - target).square().sum(-1)


def derivative(prediction, target, out=None):
    """d loss / d prediction = 2·(prediction − target), (…, samples, columns)."""
    return torch.sub(prediction, target, out=out).mul_(2)


ENTRY = Loss(
    id="mean_squared",
    label="Mean squared error",
    sentence="The square of how far the output is from the target, averaged over the samples.",
    formula="L = (o − y)²",
    source="Bishop (2006), Pattern Recognition and Machine Learning, section 1.1",
    order=20,
    value=value,
    derivative=derivative,
    codings={"number": ("number", "linear"), "binary": ("sign", "tanh")},
)
