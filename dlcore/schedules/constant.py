"""Constant: the learning rate stays what was chosen.

    η(t) = η
"""

from __future__ import annotations

from dlcore.schedules import Schedule


def factor(epoch, hyper):
    """1 at any time."""
    return 1.0


ENTRY = Schedule(
    id="constant",
    label="Constant",
    sentence="The learning rate stays as it was chosen.",
    formula="η(t) = η",
    order=10,
    factor=factor,
)
