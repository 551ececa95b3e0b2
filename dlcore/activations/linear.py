"""Linear: the weighted sum itself.

    a = z            da/dz = 1

A network whose neurons are all linear can be multiplied out into one single layer, however many
layers it has. That is why the other activations exist. As the output of a network that predicts
a number it is the right one: it can reach every value.

Source: Goodfellow, Bengio & Courville, Deep Learning (2016), section 6.2.2.1.
"""

from __future__ import annotations

from dlcore.activations import Activation
from dlcore.expressions import Number
from dlcore.lazy import torch


def forward(z, out=None):
    """a = z, in a tensor of its own. `z` and the result have any one shape."""
    return z.clone() if out is None else out.copy_(z)


def derivative(z, a, out=None):
    """d activation / d pre-activation = 1 everywhere."""
    return torch.ones_like(z) if out is None else out.fill_(1)


def expression(z):
    """a of one z, as an expression."""
    return z.told("Pass on ", z, " unchanged.")


def slope_expression(z, a):
    """d activation / d pre-activation of one z with its a, as an expression."""
    return Number(1).told("What goes in comes out, so the slope is 1 everywhere.")


ENTRY = Activation(
    id="linear",
    label="linear",
    sentence="The neuron passes on its weighted sum unchanged, so layers of it can only draw straight lines.",
    formula="a = z",
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), section 6.2.2.1",
    order=40,
    forward=forward,
    derivative=derivative,
    expression=expression,
    slope_expression=slope_expression,
    module="",
)
