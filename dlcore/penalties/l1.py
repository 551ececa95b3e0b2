"""L1: every weight costs its size.

    R = λ·Σ|w|            dR/dw = λ·sign(w)

The pull towards zero is equally strong however small a weight is, so weights that the loss hardly
needs end near zero. This plain form never sets one exactly to zero: it jitters around it by
about learning rate × λ. At w = 0 the slope is taken as 0.

Source: Tibshirani, Regression shrinkage and selection via the lasso (1996).
"""

from __future__ import annotations

from dlcore.lazy import torch
from dlcore.penalties import Penalty, rate


def value(weight, hyper):
    """λ·Σ|w| over all weights of the tensor, as a scalar."""
    return weight.abs().sum() * hyper["rate"]


def gradient(weight, hyper, out=None):
    """d penalty / d weight = λ·sign(w), in the weight's shape."""
    return torch.sign(weight, out=out).mul_(hyper["rate"])


ENTRY = Penalty(
    id="l1",
    label="L1",
    sentence="Every weight costs its size, which pulls weights that are hardly needed to almost 0.",
    formula="R = λ·Σ|w|",
    source="Tibshirani (1996), Regression shrinkage and selection via the lasso",
    params=(rate(),),
    examples=({}, {"rate": 0.3}),
    order=30,
    value=value,
    gradient=gradient,
)
