"""Perceptron loss: only points on the wrong side cost anything.

    L = max(0, −y·o)            dL/do = −y where y·o ≤ 0, else 0

With a single linear neuron, batches of one sample and plain gradient descent this is Rosenblatt's
rule: after a mistake add the point to the weights, or take it away. At y·o = 0 the slope is taken
as −y, or a network that starts from zero weights would never start to learn.

Source: Rosenblatt, The perceptron (1958); as a loss: Bishop (2006), equation 4.54.
"""

from __future__ import annotations

from dlcore.expressions import added, maximum, where
from dlcore.lazy import torch
from dlcore.losses import Loss


def value(prediction, target):
    """(…, samples, columns) and targets ±1 → (…, samples), summed over columns."""
    return torch.clamp(-prediction * target, min=0).sum(-1)


def derivative(prediction, target, out=None):
    """d loss / d prediction = −target where the sign is wrong, else 0. `out` must not be `target`."""
    agreement = torch.mul(prediction, target, out=out)
    wrong = torch.le(agreement, 0, out=out).to(agreement.dtype)
    return torch.mul(wrong, target, out=out).neg_()


def expression(outputs, targets):
    """The loss of one sample, as an expression; see `Loss`."""
    wrong = added(maximum(0, -y * o) for o, y in zip(outputs, targets, strict=True))
    return wrong.told("Take how far ", outputs[0], " lies on the wrong side of 0, and 0 if it is on the right one.")


def slope_expression(outputs, targets, column):
    """d loss / d outputs[column] of one sample, as an expression."""
    o, y = outputs[column], targets[column]
    slope = where(y * o <= 0, -y, 0)
    return slope.told("The slope is the target with its sign turned where the output has the wrong sign, else 0.")


ENTRY = Loss(
    id="perceptron",
    label="Perceptron loss",
    sentence="Only points on the wrong side cost anything, the more the further off they are.",
    formula="L = max(0, −y·o), y = ±1",
    source="Rosenblatt (1958), The perceptron",
    order=60,
    value=value,
    derivative=derivative,
    expression=expression,
    slope_expression=slope_expression,
    codings={"binary": ("sign", "linear")},
)
