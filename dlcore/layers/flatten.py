"""Flatten: the numbers of a picture one after the other, as the vector that a dense layer needs.

    y[(c·rows + row)·columns + column] = x[c, row, column]

Source: `torch.flatten`.
"""

from __future__ import annotations

import math

from dlcore.expressions import Number
from dlcore.layers import Layer, Reads, no_parameters, no_products
from dlcore.layers._places import place_of, spread


def output_shape(input_shape):
    """(c, rows, columns) → (c·rows·columns,); a vector stays as it is."""
    return (math.prod(input_shape),)


def forward(x, weights):
    """(n, …) → (n, all of them)."""
    return x.flatten(1)


def expression(x, weights):
    """The number itself."""
    return x.at(0).told("The number is the same, only its place is another.")


def reads(index, input_shape):
    """The one number that stands there."""
    return Reads(((0, spread(index[0], input_shape)),))


def feeds(port, index, input_shape):
    """The one place that it goes to."""
    return ((place_of(index, input_shape),),)


def slope_expression(x, weights, at):
    """1: it is the same number."""
    return Number(1)


def export(input_shape):
    """As PyTorch code."""
    return "nn.Flatten()"


ENTRY = Layer(
    id="flatten",
    label="Flatten",
    sentence="The numbers of all pictures are put in one long row, which a dense layer can read.",
    formula="y = the numbers of x in one row",
    source="torch.flatten",
    order=60,
    parameters=no_parameters,
    output_shape=output_shape,
    forward=forward,
    multiply_adds=no_products,
    expression=expression,
    reads=reads,
    feeds=feeds,
    slope_expression=slope_expression,
    lines={"forward": "{x}.flatten(1)", "input": "{d}.view_as({x})"},
    export=export,
    parts=(),
    group="shape",
)
