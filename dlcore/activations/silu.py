"""SiLU, also called swish: the number times its own sigmoid.

    a = z·σ(z)            da/dz = σ(z)·(1 − a) + a

Smooth like GELU, and without the error function.

Source: Elfwing, Uchibe & Doya, Sigmoid-weighted linear units (2017); Ramachandran, Zoph & Le,
Searching for activation functions (2017).
"""

from __future__ import annotations

from dlcore.activations import Activation
from dlcore.expressions import named, sigmoid
from dlcore.lazy import torch


def forward(z, out=None):
    """a = z·σ(z). `z` and the result have any one shape; `out` must not be `z`."""
    if out is None:
        return torch.nn.functional.silu(z)
    return torch.sigmoid(z, out=out).mul_(z)


def derivative(z, a, out=None):
    """d activation / d pre-activation = σ(z) − a·σ(z) + a. `out` must not be `a`."""
    gate = torch.sigmoid(z, out=out)
    return gate.addcmul_(gate, a, value=-1).add_(a)


def expression(z):
    """a of one z, as an expression."""
    return (z * named("σ", sigmoid(z))).told("Multiply ", z, " by its own sigmoid.")


def slope_expression(z, a):
    """d activation / d pre-activation of one z with its a, as an expression."""
    gate = named("σ", sigmoid(z))
    return (gate * (1 - a) + a).told("How steep SiLU is here follows from the sigmoid of ", z, " and from ", a, ".")


ENTRY = Activation(
    id="silu",
    label="SiLU",
    sentence="Multiplies a number by its own sigmoid: a ReLU with a soft bend that dips a little below 0.",
    formula="a = z·σ(z) = z / (1 + e⁻ᶻ)",
    source="Elfwing, Uchibe & Doya (2017), Sigmoid-weighted linear units",
    order=80,
    forward=forward,
    derivative=derivative,
    expression=expression,
    slope_expression=slope_expression,
    module="nn.SiLU()",
    range=(-0.2785, None),  # the minimum is −0.27846 at z = −1.2785
)
