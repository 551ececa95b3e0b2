"""Softplus: a ramp with a rounded corner that is always above zero.

    a = ln(1 + eᶻ)            da/dz = σ(z)

The slope of softplus is the sigmoid, so it is a ReLU whose corner has been smoothed.

Source: Dugas, Bengio, Bélisle, Nadeau & Garcia, Incorporating second-order functional knowledge
for better option pricing (2001).
"""

from __future__ import annotations

from dlcore.activations import Activation
from dlcore.expressions import absolute, exp, log1p, maximum, sigmoid
from dlcore.lazy import torch


def forward(z, out=None):
    """a = ln(e⁰ + eᶻ), exact for large z as well. `z` and the result have any one shape."""
    return torch.logaddexp(z, z.new_zeros(()), out=out)


def derivative(z, a, out=None):
    """d activation / d pre-activation = σ(z)."""
    return torch.sigmoid(z, out=out)


def expression(z):
    """a of one z as an expression, ln(1 + eᶻ) written so that no power grows too large."""
    ramp = maximum(z, 0) + log1p(exp(-absolute(z)))
    return ramp.told("Take ", z, " or 0, whichever is larger, and round the corner off.")


def slope_expression(z, a):
    """d activation / d pre-activation of one z with its a, as an expression."""
    return sigmoid(z).told("The slope of softplus is the sigmoid of ", z, ".")


ENTRY = Activation(
    id="softplus",
    label="softplus",
    sentence="A ReLU with its corner rounded off, so that the result is always a little above 0.",
    formula="a = ln(1 + eᶻ)",
    source="Dugas, Bengio, Bélisle, Nadeau & Garcia (2001)",
    order=90,
    forward=forward,
    derivative=derivative,
    expression=expression,
    slope_expression=slope_expression,
    module="nn.Softplus()",
    range=(0.0, None),
)
