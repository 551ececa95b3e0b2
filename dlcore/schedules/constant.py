"""Constant: the learning rate stays what was chosen.

    η(t) = η
"""

from __future__ import annotations

from dlcore.expressions import Number
from dlcore.schedules import Schedule


def factor(epoch, hyper):
    """1 at any time."""
    return 1.0


def expression(epoch, hyper):
    """The factor at the time `epoch`, as an expression; see `Schedule`."""
    return Number(1).told("The learning rate stays whole at any time.")


ENTRY = Schedule(
    id="constant",
    label="Constant",
    sentence="The learning rate stays as it was chosen.",
    formula="η(t) = η",
    order=10,
    factor=factor,
    expression=expression,
)
