"""ReLU, the rectified linear unit: a ramp that starts at zero.

    a = max(0, z)            da/dz = 1 where z > 0, else 0

It is cheap and its slope does not shrink for large z, which made deep networks learn. A neuron
whose z is negative for every sample has no gradient and stays silent: a dead ReLU.
At z = 0 the slope is taken as 0, as PyTorch and TensorFlow Playground do.

Source: Nair & Hinton, Rectified linear units improve restricted Boltzmann machines (2010).
"""

from __future__ import annotations

from dlcore.activations import Activation
from dlcore.expressions import maximum, where
from dlcore.lazy import torch


def forward(z, out=None):
    """a = max(0, z). `z` and the result have any one shape."""
    # torch.relu has no `out`; torch.clamp has, but its gradient at 0 would be 1.
    return torch.relu(z) if out is None else torch.clamp(z, min=0, out=out)


def derivative(z, a, out=None):
    """d activation / d pre-activation: the sign of the activation, which is never negative."""
    return torch.sign(a, out=out)


def expression(z):
    """a of one z, as an expression."""
    return maximum(0, z).told("Take ", z, " where it is positive, and 0 where it is not.")


def slope_expression(z, a):
    """d activation / d pre-activation of one z with its a, as an expression."""
    return where(z > 0, 1, 0).told("ReLU rises with a slope of 1 where ", z, " is positive, and is flat elsewhere.")


ENTRY = Activation(
    id="relu",
    label="ReLU",
    sentence="Passes on positive numbers unchanged and turns negative ones into 0.",
    formula="a = max(0, z)",
    source="Nair & Hinton (2010), Rectified linear units improve restricted Boltzmann machines",
    order=10,
    forward=forward,
    derivative=derivative,
    expression=expression,
    slope_expression=slope_expression,
    module="nn.ReLU()",
    range=(0.0, None),
)
