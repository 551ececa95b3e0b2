"""Global average pooling: of every channel one number, the mean of its picture.

    y[c] = mean over rows and columns of x[c]

Source: Lin, Chen & Yan, Network in network (2013); `torch.nn.functional.adaptive_avg_pool2d`.
"""

from __future__ import annotations

from dlcore.expressions import Number, total
from dlcore.layers import Layer, Reads, no_parameters, no_products
from dlcore.layers._windows import picture


def output_shape(input_shape):
    """(c, rows, columns) → (c,); Unfit where the input is no picture."""
    return picture(input_shape, "Global average pooling")[:1]


def forward(x, weights):
    """(n, c, rows, columns) → (n, c)."""
    return x.mean((-2, -1))


def expression(x, weights):
    """The mean of all numbers of the channel."""
    return (total(x) / x.size).told("Add up all numbers of the channel and divide by how many they are.")


def reads(index, input_shape):
    """The whole channel."""
    _, rows, columns = input_shape
    return Reads(tuple((0, (index[0], row, column)) for row in range(rows) for column in range(columns)))


def feeds(port, index, input_shape):
    """The mean of its channel."""
    return ((index[0],),)


def slope_expression(x, weights, at):
    """Every number counts for the same part."""
    return Number(1) / x.size


def export(input_shape):
    """As PyTorch code."""
    return "nn.AdaptiveAvgPool2d(1)", "nn.Flatten()"


ENTRY = Layer(
    id="adaptive_avg_pool2d",
    label="Global average pooling",
    short="Glob. avg",
    sentence="Of every channel one number stays, its mean: how much of its pattern there is, wherever it is.",
    formula="y[c] = mean of x[c]",
    source="Lin, Chen & Yan (2013); torch.nn.functional.adaptive_avg_pool2d",
    order=50,
    parameters=no_parameters,
    output_shape=output_shape,
    forward=forward,
    multiply_adds=no_products,
    expression=expression,
    reads=reads,
    feeds=feeds,
    slope_expression=slope_expression,
    lines={"forward": "{x}.mean((-2, -1))", "input": "mean_back({d}, {x})"},
    export=export,
    parts=(),
    group="pooling",
)
