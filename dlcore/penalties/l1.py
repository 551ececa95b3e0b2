"""L1: every weight costs its size.

    R = λ·Σ|w|            dR/dw = λ·sign(w)

The pull towards zero is equally strong however small a weight is, so weights that the loss hardly
needs end near zero. This plain form never sets one exactly to zero: it jitters around it by
about learning rate × λ. At w = 0 the slope is taken as 0.

Source: Tibshirani, Regression shrinkage and selection via the lasso (1996).
"""

from __future__ import annotations

from dlcore.expressions import absolute, sign, total
from dlcore.lazy import torch
from dlcore.penalties import Penalty, rate


def value(weight, hyper):
    """λ·Σ|w| over all weights of the tensor, as a scalar."""
    return weight.abs().sum() * hyper["rate"]


def gradient(weight, hyper, out=None):
    """d penalty / d weight = λ·sign(w), in the weight's shape."""
    return torch.sign(weight, out=out).mul_(hyper["rate"])


def expression(weights, hyper):
    """The penalty on all weights, as an expression; see `Penalty`."""
    price = hyper["rate"] * total(absolute(weights))
    return price.told("Add up the sizes of all weights, their signs left out, and multiply by the penalty rate.")


def slope_expression(weight, hyper):
    """d penalty / d weight of one weight, as an expression."""
    pull = hyper["rate"] * sign(weight)
    return pull.told("Take the penalty rate, with the sign of ", weight, ".")


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
    expression=expression,
    gradient=gradient,
    slope_expression=slope_expression,
)
