"""Add: several layers of one shape, number by number. The skip connection of a ResNet.

    y = x₀ + x₁ + …

Source: He, Zhang, Ren & Sun, Deep residual learning (2015); `torch.add`.
"""

from __future__ import annotations

from dlcore.expressions import Number, total
from dlcore.layers import Layer, Reads, no_parameters
from dlcore.layers._merges import alike


def output_shape(input_shape):
    """Shapes all alike → that shape; Unfit otherwise."""
    return alike(input_shape, "Add")


def forward(x, weights):
    """The sum of all tensors of x, each (n, …)."""
    first, *others = x
    for other in others:
        first = first + other
    return first


def multiply_adds(input_shape):
    """None: numbers are only added up."""
    return 0


def expression(x, weights):
    """The sum of one number of each."""
    return total(x).told("Add up the numbers that stand there in each of the layers.")


def reads(index, input_shape):
    """One number of each."""
    return Reads(tuple((port, tuple(index)) for port in range(len(input_shape))))


def feeds(port, index, input_shape):
    """The sum at that place."""
    return (tuple(index),)


def slope_expression(x, weights, at):
    """1: each counts as it is."""
    return Number(1)


def export(input_shape):
    """As PyTorch code."""
    return " + ".join(f"{{x{port}}}" for port in range(len(input_shape)))


ENTRY = Layer(
    id="add",
    label="Add",
    sentence="Layers of one shape are added up, number by number; with a connection past others it is a skip.",
    formula="y = x₀ + x₁",
    source="He et al. (2015), Deep residual learning",
    order=70,
    parameters=no_parameters,
    output_shape=output_shape,
    forward=forward,
    multiply_adds=multiply_adds,
    expression=expression,
    reads=reads,
    feeds=feeds,
    slope_expression=slope_expression,
    lines={"forward": "{sum}", "input": "{d}"},
    export=export,
    merges=True,
    parts=(),
    group="together",
)
