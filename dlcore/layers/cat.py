"""Concatenate: the channels of several layers side by side. The skip connection of a U-Net.

    y = (x₀, x₁, …), one after the other

Vectors are put one behind the other; pictures of the same rows and columns are stacked, channel after channel.

Source: Ronneberger, Fischer & Brox, U-Net (2015); `torch.cat`.
"""

from __future__ import annotations

from dlcore.expressions import Number
from dlcore.layers import Layer, Reads, no_parameters, no_products, size
from dlcore.layers._merges import several, sized
from dlcore.lazy import torch
from dlcore.params import Unfit


def output_shape(input_shape):
    """(c₀, …), (c₁, …) → (c₀ + c₁, …); Unfit where one is a vector and another a picture, or sizes differ."""
    first, *others = several(input_shape, "Concatenate")
    for port, other in enumerate(others, 1):
        if len(other) != len(first):
            flat = port if len(other) == 3 else 0
            raise Unfit(
                f"Concatenate needs vectors or pictures, not both; these are {size(first)} and {size(other)}.",
                insert_at=[(flat, {"kind": "flatten"}), (flat, {"kind": "adaptive_avg_pool2d"})],
            )
        if other[1:] != first[1:]:
            raise Unfit(
                f"Concatenate needs pictures of the same rows and columns; these are {size(first)} and {size(other)}.",
                insert_at=[*sized(other, first[1:], port), *sized(first, other[1:], 0)],
            )
    return (sum(shape[0] for shape in input_shape), *first[1:])


def forward(x, weights):
    """Tensors (n, c, …) → (n, all channels, …)."""
    return torch.cat(tuple(x), 1)


def expression(x, weights):
    """The number itself."""
    return x.at(0).told("The number is the same, it only has others beside it.")


def reads(index, input_shape):
    """The one number that stands there."""
    channel, *pixel = index
    for port, (channels, *_) in enumerate(input_shape):
        if channel < channels:
            return Reads(((port, (channel, *pixel)),))
        channel -= channels
    raise IndexError(index)


def feeds(port, index, input_shape):
    """The one place that it goes to."""
    channel, *pixel = index
    return ((sum(shape[0] for shape in input_shape[:port]) + channel, *pixel),)


def slope_expression(x, weights, at):
    """1: it is the same number."""
    return Number(1)


def export(input_shape):
    """As PyTorch code."""
    names = ", ".join(f"{{x{port}}}" for port in range(len(input_shape)))
    return f"torch.cat([{names}], dim=1)"


ENTRY = Layer(
    id="cat",
    label="Concatenate",
    short="Concat",
    sentence="The channels of several layers are put side by side, so that the next layer reads all of them.",
    formula="y = (x₀, x₁)",
    source="Ronneberger et al. (2015), U-Net; torch.cat",
    order=72,
    parameters=no_parameters,
    output_shape=output_shape,
    forward=forward,
    multiply_adds=no_products,
    expression=expression,
    reads=reads,
    feeds=feeds,
    slope_expression=slope_expression,
    lines={"forward": "torch.cat([{list}], 1)", "input": "{d}.split(channels, 1)[{port}]"},
    export=export,
    merges=True,
    parts=(),
    group="together",
)
