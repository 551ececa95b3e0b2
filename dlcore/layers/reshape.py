"""Reshape: the numbers of a vector, or of a picture, as a picture of a chosen size.

    y[c, row, column] = x[(c·rows + row)·columns + column]

It takes back what flatten does, so that a dense layer's numbers can become a picture.

Source: `torch.reshape`.
"""

from __future__ import annotations

import math

from dlcore.expressions import Number
from dlcore.layers import Layer, Reads, no_parameters, no_products, size
from dlcore.layers._places import place_of, spread
from dlcore.limits import LIMITS
from dlcore.params import RESET, Param, Unfit


def output_shape(input_shape, channels=1, rows=8, columns=8):
    """Any shape of so many numbers → (channels, rows, columns); Unfit where there are more or fewer."""
    count, wanted = math.prod(input_shape), channels * rows * columns
    if count != wanted:
        side = math.isqrt(count)
        others = [(count // (rows * columns), rows, columns)] if count % (rows * columns) == 0 else []
        others += [(1, side, side)] if side * side == count and (1, side, side) not in others else []
        raise Unfit(
            f"A picture of {channels}×{rows}×{columns} has {wanted} numbers; what comes in, {size(input_shape)}, "
            f"has {count}.",
            insert=[{"kind": "dense", "units": wanted}] * (len(input_shape) == 1 and wanted <= LIMITS.max_units),
            change=tuple(
                dict(zip(("channels", "rows", "columns"), shape, strict=True))
                for shape in others
                if shape[0] <= LIMITS.max_units and max(shape[1:]) <= SIDE
            ),
        )
    return (channels, rows, columns)


def forward(x, weights, channels=1, rows=8, columns=8):
    """(n, …) → (n, channels, rows, columns)."""
    return x.reshape(len(x), channels, rows, columns)


def expression(x, weights, channels=1, rows=8, columns=8):
    """The number itself."""
    return x.at(0).told("The number is the same, only its place is another.")


def reads(index, input_shape, channels=1, rows=8, columns=8):
    """The one number that stands there."""
    return Reads(((0, spread(place_of(index, (channels, rows, columns)), input_shape)),))


def feeds(port, index, input_shape, channels=1, rows=8, columns=8):
    """The one place that it goes to."""
    return (spread(place_of(index, input_shape), (channels, rows, columns)),)


def slope_expression(x, weights, at, channels=1, rows=8, columns=8):
    """1: it is the same number."""
    return Number(1)


def export(input_shape, channels=1, rows=8, columns=8):
    """As PyTorch code."""
    module = f"nn.Unflatten(1, ({channels}, {rows}, {columns}))"
    return module if len(input_shape) == 1 else ("nn.Flatten()", module)


SIDE = 256


def _param(name, label, default, sentence, maximum=SIDE):
    return Param(
        id=name, label=label, kind="integer", default=default, minimum=1, maximum=maximum, step=1, on_change=RESET,
        sentence=sentence,
    )  # fmt: skip


ENTRY = Layer(
    id="reshape",
    label="Reshape",
    sentence="The numbers of a vector are put in rows and columns, as a picture that a convolution can read.",
    formula="y = the numbers of x in rows and columns",
    source="torch.reshape",
    params=(
        _param("channels", "Channels", 1, "How many pictures the numbers become.", LIMITS.max_units),
        _param("rows", "Rows", 8, "How many rows each picture has."),
        _param("columns", "Columns", 8, "How many columns each picture has."),
    ),
    examples=({"channels": 2, "rows": 3, "columns": 2}, {}),
    order=65,
    parameters=no_parameters,
    output_shape=output_shape,
    forward=forward,
    multiply_adds=no_products,
    expression=expression,
    reads=reads,
    feeds=feeds,
    slope_expression=slope_expression,
    lines={"forward": "{x}.reshape(shape)", "input": "{d}.view_as({x})"},
    export=export,
    parts=(),
    group="shape",
)
