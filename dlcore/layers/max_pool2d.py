"""Max pooling: of every window only the largest number stays.

    y[c, row, column] = max over the window of x[c, …]

Source: Ranzato et al., Unsupervised learning of invariant feature hierarchies (2007); `torch.nn.functional.max_pool2d`.
"""

from __future__ import annotations

from dlcore.expressions import Number, maximum, where
from dlcore.layers import Layer, no_parameters, no_products
from dlcore.layers._windows import pool_feeds, pool_reads, pooled, window_params
from dlcore.lazy import torch

LABEL = "Max pooling"


def output_shape(input_shape, kernel=2, stride=2):
    """(c, rows, columns) → the same channels, fewer rows and columns; Unfit where the window does not fit."""
    return pooled(input_shape, LABEL, kernel, stride)


def forward(x, weights, kernel=2, stride=2):
    """(n, c, rows, columns) → the largest number of every window."""
    return torch.nn.functional.max_pool2d(x, kernel, stride)


def expression(x, weights, kernel=2, stride=2):
    """The largest number of the window."""
    return maximum(*(x.at(place) for place in range(x.size))).told("Of the numbers in the window take the largest.")


def slope_expression(x, weights, at, kernel=2, stride=2):
    """1 for the first of the largest numbers, which won; 0 for all others."""
    won = Number(1)
    for place in range(x.size):
        if place < at:
            won = where(x.at(place) < x.at(at), won, Number(0))
        elif place > at:
            won = where(x.at(place) <= x.at(at), won, Number(0))
    return won.told("1 for the number that was taken, the largest of its window; 0 for all others.")


def export(input_shape, kernel=2, stride=2):
    """As PyTorch code."""
    return f"nn.MaxPool2d({kernel})" if stride == kernel else f"nn.MaxPool2d({kernel}, stride={stride})"


ENTRY = Layer(
    id="max_pool2d",
    label="Max pooling",
    short="Max pool",
    sentence="Of every window only the largest number stays, so the picture gets smaller and small shifts matter less.",
    formula="y = max over the window",
    source="Ranzato et al. (2007); torch.nn.functional.max_pool2d",
    params=window_params(2, 2),
    examples=({}, {"kernel": 3, "stride": 2}, {"kernel": 2, "stride": 1}),
    order=40,
    parameters=no_parameters,
    output_shape=output_shape,
    forward=forward,
    multiply_adds=no_products,
    expression=expression,
    reads=pool_reads,
    feeds=pool_feeds,
    slope_expression=slope_expression,
    lines={"forward": "max_pool2d({x})", "input": "max_pool2d_back({d}, {x})"},
    export=export,
    parts=(),
    group="pooling",
)
