"""Average pooling: of every window only the mean stays.

    y[c, row, column] = 1/k² · Σ over the window of x[c, …]

Source: LeCun et al., Handwritten digit recognition with a back-propagation network (1990);
`torch.nn.functional.avg_pool2d`.
"""

from __future__ import annotations

from dlcore.expressions import Number, total
from dlcore.layers import Layer, no_parameters, no_products
from dlcore.layers._windows import pool_feeds, pool_reads, pooled, window_params
from dlcore.lazy import torch


def output_shape(input_shape, kernel=2, stride=2):
    """(c, rows, columns) → the same channels, fewer rows and columns; Unfit where the window does not fit."""
    return pooled(input_shape, "Average pooling", kernel, stride)


def forward(x, weights, kernel=2, stride=2):
    """(n, c, rows, columns) → the mean of every window."""
    return torch.nn.functional.avg_pool2d(x, kernel, stride)


def expression(x, weights, kernel=2, stride=2):
    """The mean of the window."""
    return (total(x) / x.size).told("Add up the numbers in the window and divide by how many they are.")


def slope_expression(x, weights, at, kernel=2, stride=2):
    """Every number of the window counts for the same part."""
    return Number(1) / x.size


def export(input_shape, kernel=2, stride=2):
    """As PyTorch code."""
    return f"nn.AvgPool2d({kernel})" if stride == kernel else f"nn.AvgPool2d({kernel}, stride={stride})"


ENTRY = Layer(
    id="avg_pool2d",
    label="Average pooling",
    short="Avg pool",
    sentence="Of every window only the mean stays, so the picture gets smaller and smoother.",
    formula="y = mean of the window",
    source="LeCun et al. (1990); torch.nn.functional.avg_pool2d",
    params=window_params(2, 2),
    examples=({}, {"kernel": 3, "stride": 2}, {"kernel": 2, "stride": 1}),
    order=45,
    parameters=no_parameters,
    output_shape=output_shape,
    forward=forward,
    multiply_adds=no_products,
    expression=expression,
    reads=pool_reads,
    feeds=pool_feeds,
    slope_expression=slope_expression,
    lines={"forward": "avg_pool2d({x})", "input": "avg_pool2d_back({d}, {x})"},
    export=export,
    parts=(),
    group="pooling",
)
