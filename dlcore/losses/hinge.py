"""Hinge loss: no cost once a point is on the right side with room to spare.

    L = max(0, 1 − y·o)            dL/do = −y where y·o ≤ 1, else 0

y is −1 or +1. A point counts until it lies beyond the margin (y·o > 1), so that the border ends
up with a clear strip on both sides, as in a support vector machine.
At the corner y·o = 1 the slope is taken as −y, as scikit-learn does.

Source: Cortes & Vapnik, Support-vector networks (1995).
"""

from __future__ import annotations

from dlcore.expressions import added, maximum, where
from dlcore.lazy import torch
from dlcore.losses import Loss


def value(prediction, target):
    """(…, samples, columns) and targets ±1 → (…, samples), summed over columns."""
    return torch.clamp(1 - prediction * target, min=0).sum(-1)


def derivative(prediction, target, out=None):
    """d loss / d prediction = −target inside the margin, else 0. `out` must not be `target`."""
    agreement = torch.mul(prediction, target, out=out)
    inside = torch.le(agreement, 1, out=out).to(agreement.dtype)
    return torch.mul(inside, target, out=out).neg_()


def expression(outputs, targets):
    """The loss of one sample, as an expression; see `Loss`."""
    missing = added(maximum(0, 1 - y * o) for o, y in zip(outputs, targets, strict=True))
    return missing.told("Take what ", targets[0], " times ", outputs[0], " lacks to 1, and 0 if it lacks nothing.")


def slope_expression(outputs, targets, column):
    """d loss / d outputs[column] of one sample, as an expression."""
    o, y = outputs[column], targets[column]
    slope = where(y * o <= 1, -y, 0)
    return slope.told("The slope is the target with its sign turned while target times output is at most 1, else 0.")


ENTRY = Loss(
    id="hinge",
    label="Hinge loss",
    sentence="Costs nothing once a point is on the right side with room to spare.",
    formula="L = max(0, 1 − y·o), y = ±1",
    source="Cortes & Vapnik (1995), Support-vector networks",
    order=50,
    value=value,
    derivative=derivative,
    expression=expression,
    slope_expression=slope_expression,
    codings={"binary": ("sign", "linear")},
)
