"""ELU, the exponential linear unit: a ramp with a rounded floor.

    a = z where z > 0, else eᶻ − 1            da/dz = 1 where z > 0, else a + 1

Unlike ReLU it can be negative (down to −α, here α = 1), so that a layer's mean stays near zero.

Source: Clevert, Unterthiner & Hochreiter, Fast and accurate deep network learning by exponential
linear units (2016), equation 15; α = 1 as there.
"""

from __future__ import annotations

from dlcore.activations import Activation
from dlcore.expressions import expm1, where
from dlcore.lazy import torch


def forward(z, out=None):
    """a = z right of zero, eᶻ − 1 left of it. Any one shape; `out` must not be `z`."""
    if out is None:
        return torch.nn.functional.elu(z)
    # eᶻ − 1 ≥ z left of zero, and 0 ≤ z right of it: the larger one is the right branch.
    torch.clamp(z, max=0, out=out).expm1_()
    return torch.maximum(out, z, out=out)


def derivative(z, a, out=None):
    """d activation / d pre-activation = min(a, 0) + 1, from the activation alone."""
    return torch.clamp(a, max=0, out=out).add_(1)


def expression(z):
    """a of one z, as an expression."""
    return where(z > 0, z, expm1(z)).told("Take ", z, " where it is positive; elsewhere e to its power, less 1.")


def slope_expression(z, a):
    """d activation / d pre-activation of one z with its a, as an expression."""
    return where(z > 0, 1, a + 1).told("The slope is 1 where ", z, " is positive; elsewhere it is ", a, " plus 1.")


ENTRY = Activation(
    id="elu",
    label="ELU",
    sentence="Passes on positive numbers and bends negative ones smoothly towards −1.",
    formula="a = z for z > 0, else eᶻ − 1",
    source="Clevert, Unterthiner & Hochreiter (2016), Exponential linear units",
    order=60,
    forward=forward,
    derivative=derivative,
    expression=expression,
    slope_expression=slope_expression,
    module="nn.ELU()",
    range=(-1.0, None),
)
