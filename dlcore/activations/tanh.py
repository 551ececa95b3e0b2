"""Tanh: a smooth switch from −1 to +1.

    a = tanh z = (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ)            da/dz = 1 − a²

It is a sigmoid stretched to be centred on 0, and around 0 its slope is 1: small signals pass
unchanged. That makes it learn faster than the sigmoid in hidden layers.

Source: LeCun, Bottou, Orr & Müller, Efficient BackProp (1998), section 4.4.
"""

from __future__ import annotations

from functools import cache

from dlcore.activations import Activation
from dlcore.lazy import torch


def forward(z, out=None):
    """a = tanh z. `z` and the result have any one shape."""
    return torch.tanh(z, out=out)


def derivative(z, a, out=None):
    """d activation / d pre-activation = 1 − a², from the activation alone."""
    return torch.addcmul(_one(a.dtype), a, a, value=-1, out=out)


@cache
def _one(dtype):
    """The number 1 as a tensor; making it costs as much as the formula does for a small layer."""
    return torch.ones((), dtype=dtype)


ENTRY = Activation(
    id="tanh",
    label="tanh",
    sentence="Squeezes every number smoothly into the range from −1 to +1.",
    formula="a = tanh z = (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ)",
    source="LeCun, Bottou, Orr & Müller (1998), Efficient BackProp",
    order=20,
    forward=forward,
    derivative=derivative,
    range=(-1.0, 1.0),
)
