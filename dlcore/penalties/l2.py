"""L2: every weight costs half its square.

    R = λ·½·Σw²            dR/dw = λ·w

The pull towards zero is stronger on large weights, so all of them stay moderate and few become
zero. With plain gradient descent every weight shrinks by the same share at each step, which is
why it is also called weight decay.

Source: Hoerl & Kennard, Ridge regression (1970); Krogh & Hertz, A simple weight decay can improve
generalization (1992).
"""

from __future__ import annotations

from dlcore.expressions import Number, total
from dlcore.lazy import torch
from dlcore.penalties import Penalty, rate


def value(weight, hyper):
    """λ·½·Σw² over all weights of the tensor, as a scalar."""
    return weight.square().sum() * (0.5 * hyper["rate"])


def gradient(weight, hyper, out=None):
    """d penalty / d weight = λ·w, in the weight's shape."""
    return torch.mul(weight, hyper["rate"], out=out)


def expression(weights, hyper):
    """The penalty on all weights, as an expression; see `Penalty`."""
    price = hyper["rate"] * Number(0.5, "½") * total(weights**2)
    return price.told("Add up the squares of all weights, and take half of that times the penalty rate.")


def slope_expression(weight, hyper):
    """d penalty / d weight of one weight, as an expression."""
    return (hyper["rate"] * weight).told("Multiply ", weight, " by the penalty rate.")


ENTRY = Penalty(
    id="l2",
    label="L2",
    sentence="Every weight costs half its square, which keeps all weights moderate.",
    formula="R = λ·½·Σw²",
    source="Hoerl & Kennard (1970), Ridge regression; Krogh & Hertz (1992)",
    params=(rate(),),
    examples=({}, {"rate": 0.3}),
    order=20,
    value=value,
    expression=expression,
    gradient=gradient,
    slope_expression=slope_expression,
)
