"""No norm: the sums go into the activation as they are.

    y = z
"""

from __future__ import annotations

from dlcore.norms import Norm, no_buffers


def forward(z, weights, buffers, train):
    """z itself, whatever its shape; nothing is saved and nothing moves."""
    return z, None, {}


def backward(gradient, saved, weights):
    """The gradient itself; there are no parameters."""
    return gradient, {}


ENTRY = Norm(
    id="none",
    label="None",
    sentence="The sums go into the activation as they are.",
    formula="y = z",
    order=10,
    parameters=no_buffers,
    buffers=no_buffers,
    forward=forward,
    backward=backward,
)
