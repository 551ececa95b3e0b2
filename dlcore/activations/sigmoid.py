"""Sigmoid: a smooth switch from 0 to 1.

    a = σ(z) = 1 / (1 + e⁻ᶻ)            da/dz = a·(1 − a)

The slope is at most ¼ and nearly 0 far from z = 0, so that a gradient shrinks at every layer it
passes: the vanishing gradient. As an output it can be read as the share of "yes".

Source: Rumelhart, Hinton & Williams, Learning representations by back-propagating errors (1986).
"""

from __future__ import annotations

from dlcore.activations import Activation
from dlcore.expressions import sigmoid
from dlcore.lazy import torch


def forward(z, out=None):
    """a = σ(z). `z` and the result have any one shape."""
    return torch.sigmoid(z, out=out)


def derivative(z, a, out=None):
    """d activation / d pre-activation = a − a·a, from the activation alone."""
    return torch.addcmul(a, a, a, value=-1, out=out)


def expression(z):
    """a of one z, as an expression."""
    return sigmoid(z).told("Squeeze ", z, " with the sigmoid smoothly into the range from 0 to 1.")


def slope_expression(z, a):
    """d activation / d pre-activation of one z with its a, as an expression."""
    return (a * (1 - a)).told("How steep the sigmoid is here: multiply ", a, " by what it lacks to 1.")


ENTRY = Activation(
    id="sigmoid",
    label="sigmoid",
    sentence="Squeezes every number smoothly into the range from 0 to 1.",
    formula="a = 1 / (1 + e⁻ᶻ)",
    source="Rumelhart, Hinton & Williams (1986), Learning representations by back-propagating errors",
    order=30,
    forward=forward,
    derivative=derivative,
    expression=expression,
    slope_expression=slope_expression,
    module="nn.Sigmoid()",
    range=(0.0, 1.0),
)
