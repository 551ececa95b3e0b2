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


def expression(z, learned, mean, variance):
    """z itself, as it is."""
    return z.told("Take ", z, " as it is.")


def statistics_expression(values, mean):
    """None are taken."""
    return {}


def buffers_expression(buffers, mean, variance, samples):
    """There are none."""
    return {}


def slope_expression(index, gradients, values, learned, mean, variance, own):
    """The slope itself."""
    return gradients.at(index)


def learned_slopes(gradients, values, mean, variance):
    """There are no parameters."""
    return {}


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
    expression=expression,
    statistics_expression=statistics_expression,
    buffers_expression=buffers_expression,
    slope_expression=slope_expression,
    learned_slopes=learned_slopes,
)
