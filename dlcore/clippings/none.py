"""No clipping: the gradient is used as it was computed, however large.

    g ← g
"""

from __future__ import annotations

from dlcore.clippings import Clipping


def expression(gradient, length, hyper):
    """One number of the clipped gradient, as an expression; see `Clipping`."""
    return gradient.told("Take ", gradient, " as it is.")


ENTRY = Clipping(
    id="none",
    label="None",
    sentence="The gradient is used as it is, however large.",
    formula="g ← g",
    order=10,
    clip=None,
    expression=expression,
)
