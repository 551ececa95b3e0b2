"""GELU, the Gaussian error linear unit: a ReLU with a smooth bend.

    a = z·Φ(z)            da/dz = Φ(z) + z·φ(z)

Φ(z) = ½·(1 + erf(z / √2)) is the share of a normal distribution below z, φ(z) = e^(−z²/2) / √(2π)
its density. This is the exact form, not the tanh approximation. Transformers use it.

Source: Hendrycks & Gimpel, Gaussian error linear units (2016).
"""

from __future__ import annotations

import math

from dlcore.activations import Activation
from dlcore.expressions import Number, erf, exp, named, sqrt
from dlcore.lazy import torch


def forward(z, out=None):
    """a = z·Φ(z). `z` and the result have any one shape; `out` must not be `z`."""
    if out is None:
        return torch.nn.functional.gelu(z)
    return torch.special.ndtr(z, out=out).mul_(z)


def derivative(z, a, out=None):
    """d activation / d pre-activation = Φ(z) + z·φ(z).

    Allocates one tensor for Φ(z), which cannot be had from `a` near z = 0. `out` must not be `z`.
    """
    density = torch.mul(z, z, out=out).mul_(-0.5).exp_().mul_(1 / math.sqrt(2 * math.pi))
    return density.mul_(z).add_(torch.special.ndtr(z))


def _share(z):
    """Φ(z), with a name of its own."""
    return named("Φ", (1 + erf(z / sqrt(2))) / 2).told("The share of a bell curve that lies below ", z, ".")


def expression(z):
    """a of one z, as an expression."""
    return (z * _share(z)).told("Multiply ", z, " by the share of a bell curve that lies below it.")


def slope_expression(z, a):
    """d activation / d pre-activation of one z with its a, as an expression."""
    density = named("φ", exp(-(z**2 / 2)) / sqrt(2 * Number(math.pi, "π"))).told("How high a bell curve is at ", z, ".")
    return (_share(z) + z * density).told("Add how much the share weighs and how fast it grows at ", z, ".")


ENTRY = Activation(
    id="gelu",
    label="GELU",
    sentence="A ReLU with a soft bend that dips a little below 0; it is common in language models.",
    formula="a = z·Φ(z) = ½·z·(1 + erf(z / √2))",
    source="Hendrycks & Gimpel (2016), Gaussian error linear units",
    order=70,
    forward=forward,
    derivative=derivative,
    expression=expression,
    slope_expression=slope_expression,
    module="nn.GELU()",
    range=(-0.17, None),  # the minimum is −0.16997 at z = −0.7518
)
