"""Tanh: a smooth switch from −1 to +1.

    a = tanh z = (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ)            da/dz = 1 − a²

It is a sigmoid stretched to be centred on 0, and around 0 its slope is 1: small signals pass
unchanged. That makes it learn faster than the sigmoid in hidden layers.

Source: LeCun, Bottou, Orr & Müller, Efficient BackProp (1998), section 4.4.
"""

from __future__ import annotations

from functools import cache

from dlcore.activations import Activation
from dlcore.expressions import tanh
from dlcore.lazy import torch


def forward(z, out=None):
    """a = tanh z. `z` and the result have any one shape."""
    return torch.tanh(z, out=out)


def derivative(z, a, out=None):
    """d activation / d pre-activation = 1 − a², from the activation alone."""
    return torch.addcmul(_one(a.dtype, a.device), a, a, value=-1, out=out)


@cache
def _one(dtype, device):
    """The number 1 as a tensor, kept: to make it anew at each step takes a tenth of a small step."""
    return torch.ones((), dtype=dtype, device=device)


def expression(z):
    """a of one z, as an expression."""
    return tanh(z).told("Squeeze ", z, " with tanh smoothly into the range from −1 to 1.")


def slope_expression(z, a):
    """d activation / d pre-activation of one z with its a, as an expression."""
    return (1 - a**2).told("How steep tanh is here: take the square of ", a, " away from 1.")


ENTRY = Activation(
    id="tanh",
    label="tanh",
    sentence="Squeezes every number smoothly into the range from −1 to +1.",
    formula="a = tanh z = (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ)",
    source="LeCun, Bottou, Orr & Müller (1998), Efficient BackProp",
    order=20,
    forward=forward,
    derivative=derivative,
    expression=expression,
    slope_expression=slope_expression,
    module="nn.Tanh()",
    range=(-1.0, 1.0),
)
