"""Add: several layers of one shape, number by number. The skip connection of a ResNet.

    y = x₀ + x₁ + …

Source: He, Zhang, Ren & Sun, Deep residual learning (2015); `torch.add`.
"""

from __future__ import annotations

from dlcore.expressions import Number, total
from dlcore.layers import Layer, no_parameters, no_products
from dlcore.layers._merges import alike, one_of_each
from dlcore.layers._same import feeds


def output_shape(input_shape):
    """Shapes all alike → that shape; Unfit otherwise."""
    return alike(input_shape, "Add")


def forward(x, weights):
    """The sum of all tensors of x, each (n, …)."""
    first, *others = x
    for other in others:
        first = first + other
    return first


def expression(x, weights):
    """The sum of one number of each."""
    return total(x).told("Add up the numbers that stand there in each of the layers.")


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
    multiply_adds=no_products,
    expression=expression,
    reads=one_of_each,
    feeds=feeds,
    slope_expression=slope_expression,
    lines={"forward": "{sum}", "input": "{d}"},
    export=export,
    merges=True,
    parts=(),
    group="together",
)
