"""Sine: a wave instead of a switch.

    a = sin z            da/dz = cos z

A wave repeats, which suits patterns that repeat, such as the arms of a spiral. It also gives the
loss many valleys, so learning depends more on where the weights start.

Source: Sitzmann, Martel, Bergman, Lindell & Wetzstein, Implicit neural representations with
periodic activation functions (2020); ours has no frequency factor.
"""

from __future__ import annotations

from dlcore.activations import Activation
from dlcore.expressions import cos, sin
from dlcore.lazy import torch


def forward(z, out=None):
    """a = sin z, z in radians. `z` and the result have any one shape."""
    return torch.sin(z, out=out)


def derivative(z, a, out=None):
    """d activation / d pre-activation = cos z."""
    return torch.cos(z, out=out)


def expression(z):
    """a of one z, as an expression."""
    return sin(z).told("Take the sine of ", z, ", an angle in radians.")


def slope_expression(z, a):
    """d activation / d pre-activation of one z with its a, as an expression."""
    return cos(z).told("The slope of a sine is the cosine of ", z, ".")


ENTRY = Activation(
    id="sine",
    label="sine",
    sentence="Turns a number into a wave that swings between −1 and +1.",
    formula="a = sin z",
    source="Sitzmann and others (2020), Implicit neural representations with periodic activation functions",
    order=100,
    forward=forward,
    derivative=derivative,
    expression=expression,
    slope_expression=slope_expression,
    range=(-1.0, 1.0),
)
