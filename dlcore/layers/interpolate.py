"""Upsample: every pixel becomes a square of so many, all of its value.

    y[c, row, column] = x[c, ⌊row / s⌋, ⌊column / s⌋]

Source: the nearest neighbour of image processing; `torch.nn.functional.interpolate`.
"""

from __future__ import annotations

from dlcore.expressions import Number
from dlcore.layers import Layer, Reads, no_parameters, no_products
from dlcore.layers._windows import picture
from dlcore.params import RESET, Param


def output_shape(input_shape, scale=2):
    """(c, rows, columns) → (c, s·rows, s·columns); Unfit where the input is no picture."""
    channels, rows, columns = picture(input_shape, "Upsampling")
    return (channels, rows * scale, columns * scale)


def forward(x, weights, scale=2):
    """(n, c, rows, columns) → (n, c, s·rows, s·columns)."""
    return x.repeat_interleave(scale, -2).repeat_interleave(scale, -1)


def expression(x, weights, scale=2):
    """The number itself."""
    return x.at(0).told("The number is the same as that of the pixel that became this square.")


def reads(index, input_shape, scale=2):
    """The pixel that the square was made of."""
    channel, row, column = index
    return Reads(((0, (channel, row // scale, column // scale)),))


def feeds(port, index, input_shape, scale=2):
    """All of the square."""
    channel, row, column = index
    return tuple((channel, row * scale + y, column * scale + x) for y in range(scale) for x in range(scale))


def slope_expression(x, weights, at, scale=2):
    """1: it is the same number."""
    return Number(1)


def export(input_shape, scale=2):
    """As PyTorch code."""
    return f"nn.Upsample(scale_factor={scale})"


ENTRY = Layer(
    id="interpolate",
    label="Upsample",
    sentence="Every pixel becomes a square of pixels of its value, so the picture gets larger.",
    formula="y[c, row, column] = x[c, ⌊row / s⌋, ⌊column / s⌋]",
    source="torch.nn.functional.interpolate",
    params=(
        Param(
            id="scale", label="Scale", kind="integer", default=2, minimum=1, maximum=16, step=1, choices=(2, 3, 4),
            formula="s", on_change=RESET, sentence="How many rows and columns a pixel becomes.",
        ),
    ),
    examples=({}, {"scale": 3}),
    order=57,
    parameters=no_parameters,
    output_shape=output_shape,
    forward=forward,
    multiply_adds=no_products,
    expression=expression,
    reads=reads,
    feeds=feeds,
    slope_expression=slope_expression,
    lines={"forward": "upsample({x})", "input": "upsample_back({d}, {x})"},
    export=export,
    parts=(),
    group="shape",
)  # fmt: skip
