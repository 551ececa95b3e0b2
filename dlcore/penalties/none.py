"""No penalty: the loss is all that counts.

    R = 0

Weights may grow as large as the loss likes.
"""

from __future__ import annotations

from dlcore.expressions import Number
from dlcore.penalties import Penalty


def value(weight, hyper):
    """Zero, as a scalar tensor like `weight`."""
    return weight.new_zeros(())


def expression(weights, hyper):
    """The penalty on all weights, as an expression; see `Penalty`."""
    return Number(0).told("Large weights cost nothing.")


ENTRY = Penalty(
    id="none",
    label="None",
    sentence="Large weights cost nothing.",
    formula="R = 0",
    order=10,
    value=value,
    expression=expression,
)
