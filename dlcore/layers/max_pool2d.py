"""Max pooling: of every window only the largest number stays.

    y[c, row, column] = max over the window of x[c, …]

Source: Ranzato et al., Unsupervised learning of invariant feature hierarchies (2007); `torch.nn.functional.max_pool2d`.
"""

from __future__ import annotations

from dlcore.expressions import Number, maximum, where
from dlcore.layers import Layer, Reads, no_parameters
from dlcore.layers._windows import picture, readers, slid, window, window_params
from dlcore.lazy import torch

LABEL = "Max pooling"


def output_shape(input_shape, kernel=2, stride=2):
    """(c, rows, columns) → the same channels, fewer rows and columns; Unfit where the window does not fit."""
    channels, *_ = picture(input_shape, LABEL)
    return (channels, *slid(input_shape, "A window", kernel, stride, 0))


def forward(x, weights, kernel=2, stride=2):
    """(n, c, rows, columns) → the largest number of every window."""
    return torch.nn.functional.max_pool2d(x, kernel, stride)


def multiply_adds(input_shape, kernel=2, stride=2):
    """None: nothing is multiplied."""
    return 0


def expression(x, weights, kernel=2, stride=2):
    """The largest number of the window."""
    return maximum(*(x.at(place) for place in range(x.size))).told("Of the numbers in the window take the largest.")


def reads(index, input_shape, kernel=2, stride=2):
    """The numbers of the window."""
    channel, row, column = index
    _, rows, columns = input_shape
    places = window(row, column, rows, columns, kernel, stride, 0)
    return Reads(tuple((0, (channel, y, x)) for _, _, y, x in places))


def feeds(port, index, input_shape, kernel=2, stride=2):
    """Every window that the number lies in."""
    channel, row, column = index
    after = output_shape(input_shape, kernel, stride)[1:]
    return tuple((channel, y, x) for y, x in readers(row, column, after, kernel, stride, 0))


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
    multiply_adds=multiply_adds,
    expression=expression,
    reads=reads,
    feeds=feeds,
    slope_expression=slope_expression,
    lines={"forward": "max_pool2d({x})", "input": "max_pool2d_back({d}, {x})"},
    export=export,
    parts=(),
    group="pooling",
)
