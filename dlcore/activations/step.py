"""Step: the all-or-nothing neuron of 1943.

    a = 1 where z ≥ 0, else 0            da/dz = 0

Wherever the step is flat, moving a weight a little changes nothing: its slope is zero, and back-
propagation multiplies by that slope. So no weight before a step gets a gradient, and none of
them learns. Rosenblatt's perceptron avoids this by learning in front of the step.

Source: McCulloch & Pitts, A logical calculus of the ideas immanent in nervous activity (1943).
"""

from __future__ import annotations

from dlcore.activations import Activation
from dlcore.expressions import Number, where
from dlcore.lazy import torch


def forward(z, out=None):
    """a = 1 where z ≥ 0, else 0. `z` and the result have any one shape.

    Written with signs, because a comparison would make autograd stop with an error where the
    true answer is a gradient of zero.
    """
    return torch.sign(torch.sign(z, out=out).add_(1), out=out)


def derivative(z, a, out=None):
    """d activation / d pre-activation = 0; the jump at z = 0 is left out."""
    return torch.zeros_like(z) if out is None else out.zero_()


def expression(z):
    """a of one z, as an expression."""
    return where(z >= 0, 1, 0).told("The result is 1 where ", z, " is 0 or more, and 0 elsewhere.")


def slope_expression(z, a):
    """d activation / d pre-activation of one z with its a, as an expression."""
    return Number(0).told("A step is flat on both sides, so its slope is 0.")


ENTRY = Activation(
    id="step",
    label="step",
    sentence="Jumps from 0 to 1 at zero; it has no gradient, so nothing before it in the network learns.",
    formula="a = 1 for z ≥ 0, else 0",
    source="McCulloch & Pitts (1943), A logical calculus of the ideas immanent in nervous activity",
    order=110,
    forward=forward,
    derivative=derivative,
    expression=expression,
    slope_expression=slope_expression,
    range=(0.0, 1.0),
    has_gradient=False,
)
