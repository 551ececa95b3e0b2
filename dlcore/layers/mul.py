"""Multiply: several layers of one shape, number by number. The gate of a highway layer.

    y = x₀ · x₁ · …

Source: Srivastava, Greff & Schmidhuber, Highway networks (2015); `torch.mul`.
"""

from __future__ import annotations

from dlcore.expressions import Number
from dlcore.layers import Layer, no_parameters, no_products
from dlcore.layers._merges import alike, one_of_each
from dlcore.layers._same import feeds


def output_shape(input_shape):
    """Shapes all alike → that shape; Unfit otherwise."""
    return alike(input_shape, "Multiply")


def forward(x, weights):
    """The product of all tensors of x, each (n, …)."""
    first, *others = x
    for other in others:
        first = first * other
    return first


def expression(x, weights):
    """The product of one number of each."""
    return _product(x, range(x.size)).told("Multiply the numbers that stand there in each of the layers.")


def _product(x, places):
    found = Number(1)
    for count, place in enumerate(places):
        found = found * x.at(place) if count else x.at(place)
    return found


def slope_expression(x, weights, at):
    """The product of the others."""
    return _product(x, [place for place in range(x.size) if place != at])


def export(input_shape):
    """As PyTorch code."""
    return " * ".join(f"{{x{port}}}" for port in range(len(input_shape)))


ENTRY = Layer(
    id="mul",
    label="Multiply",
    sentence="Layers of one shape are multiplied, number by number: one says how much of the other goes on.",
    formula="y = x₀ · x₁",
    source="Srivastava et al. (2015), Highway networks",
    order=74,
    parameters=no_parameters,
    output_shape=output_shape,
    forward=forward,
    multiply_adds=no_products,
    expression=expression,
    reads=one_of_each,
    feeds=feeds,
    slope_expression=slope_expression,
    lines={"forward": "{product}", "input": "{d} * {others}"},
    export=export,
    merges=True,
    parts=(),
    group="together",
)
