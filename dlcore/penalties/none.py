"""No penalty: the loss is all that counts.

    R = 0

Weights may grow as large as the loss likes.
"""

from __future__ import annotations

from dlcore.penalties import Penalty


def value(weight, hyper):
    """Zero, as a scalar tensor like `weight`."""
    return weight.new_zeros(())


ENTRY = Penalty(
    id="none",
    label="None",
    sentence="Large weights cost nothing.",
    formula="R = 0",
    order=10,
    value=value,
)
