"""Leaky ReLU: a ramp that never goes quite flat.

    a = z where z > 0, else 0.01·z            da/dz = 1 where z > 0, else 0.01

The small slope on the left lets a neuron recover that would be dead with a plain ReLU.

Source: Maas, Hannun & Ng, Rectifier nonlinearities improve neural network acoustic models (2013);
the slope 0.01 is theirs.
"""

from __future__ import annotations

from dlcore.activations import Activation
from dlcore.expressions import maximum, where
from dlcore.lazy import torch

SLOPE = 0.01


def forward(z, out=None):
    """a = max(z, 0.01·z). `z` and the result have any one shape; `out` must not be `z`."""
    if out is None:
        return torch.nn.functional.leaky_relu(z, SLOPE)
    torch.mul(z, SLOPE, out=out)
    return torch.maximum(out, z, out=out)


def derivative(z, a, out=None):
    """d activation / d pre-activation: 1 right of zero, 0.01 at zero and left of it."""
    ones = (z > 0).to(z.dtype) if out is None else torch.gt(z, 0, out=out)
    return ones.mul_(1 - SLOPE).add_(SLOPE)


def expression(z):
    """a of one z, as an expression."""
    return maximum(z, SLOPE * z).told("Take ", z, " or a hundredth of it, whichever is larger.")


def slope_expression(z, a):
    """d activation / d pre-activation of one z with its a, as an expression."""
    return where(z > 0, 1, SLOPE).told("The slope is 1 where ", z, " is positive, and a hundredth elsewhere.")


ENTRY = Activation(
    id="leaky_relu",
    label="leaky ReLU",
    sentence="Like ReLU, but a hundredth of a negative number leaks through, so a neuron cannot get stuck.",
    formula="a = max(z, 0.01·z)",
    source="Maas, Hannun & Ng (2013), Rectifier nonlinearities improve neural network acoustic models",
    order=50,
    forward=forward,
    derivative=derivative,
    expression=expression,
    slope_expression=slope_expression,
    module="nn.LeakyReLU()",
)
