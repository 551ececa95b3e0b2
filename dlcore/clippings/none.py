"""No clipping: the gradient is used as it was computed, however large.

    g ← g
"""

from __future__ import annotations

from dlcore.clippings import Clipping

ENTRY = Clipping(
    id="none",
    label="None",
    sentence="The gradient is used as it is, however large.",
    formula="g ← g",
    order=10,
    clip=None,
)
