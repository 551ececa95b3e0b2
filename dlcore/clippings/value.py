"""Clipping by value: every single number of the gradient is held between −c and c.

    g_i ← min(max(g_i, −c), c)

Simple, but the direction changes where some numbers are cut and others are not. It is applied to
the gradient of the data loss, before a penalty is added.

Source: Graves, Generating sequences with recurrent neural networks (2013); as
`torch.nn.utils.clip_grad_value_`.
"""

from __future__ import annotations

from dlcore.clippings import Clipping, limit
from dlcore.expressions import maximum, minimum


def clip(gradient, hyper):
    """See `Clipping`."""
    gradient.clamp_(-hyper["limit"], hyper["limit"])


def expression(gradient, length, hyper):
    """One number of the clipped gradient, as an expression; see `Clipping`."""
    held = minimum(maximum(gradient, -hyper["limit"]), hyper["limit"])
    return held.told("Hold ", gradient, " between minus the limit and the limit.")


ENTRY = Clipping(
    id="value",
    label="By value",
    sentence="Every number of the gradient is held between −c and c, before the penalty is added.",
    formula="gᵢ ← min(max(gᵢ, −c), c)",
    source="Graves (2013), Generating sequences with recurrent neural networks",
    params=(limit("How large each number of the gradient may be."),),
    examples=({}, {"limit": 0.01}),
    order=30,
    clip=clip,
    expression=expression,
)
