"""Convolution: every channel slides one small window of weights over the picture.

    z[c, y, x] = b[c] + Σ over j, i, k of W[c, k, j, i] · x[k, s·y + d·j − p, s·x + d·i − p]

What lies outside the picture counts as 0. With g groups, each of g equal parts of the channels reads only its own
part of what comes in.

Symbols: n samples, k channels in, c channels out, s stride, p padding, d dilation.
Source: LeCun et al., Backpropagation applied to handwritten zip code recognition (1989); `torch.nn.functional.conv2d`.
"""

from __future__ import annotations

from dlcore.expressions import total
from dlcore.layers import Layer, Reads
from dlcore.layers._windows import (
    channels_param,
    dilation_param,
    groups_param,
    picture,
    readers,
    slid,
    window,
    window_params,
)
from dlcore.lazy import torch
from dlcore.params import Unfit

LABEL = "A convolution"


def parameters(input_shape, channels=8, kernel=3, stride=1, padding=1, dilation=1, groups=1):
    """(k, rows, columns) → weight (c, k/g, kernel, kernel) and bias (c,), each as (shape, fan_in, fan_out)."""
    before, *_ = picture(input_shape, LABEL)
    fan_in, fan_out = before // groups * kernel**2, channels // groups * kernel**2
    windows = (channels, before // groups, kernel, kernel)
    return {"weight": (windows, fan_in, fan_out), "bias": ((channels,), fan_in, fan_out)}


def output_shape(input_shape, channels=8, kernel=3, stride=1, padding=1, dilation=1, groups=1):
    """(k, rows, columns) → (c, rows, columns) after sliding; Unfit where window, groups or shape do not fit."""
    before, *_ = picture(input_shape, LABEL)
    if before % groups or channels % groups:
        raise Unfit(
            f"With {groups} groups the channels are shared out evenly, which {before} that come in and {channels} that "
            "go out can't be.",
            change=({"groups": 1},),
        )
    return (channels, *slid(input_shape, "A window", kernel, stride, padding, dilation))


def forward(x, weights, channels=8, kernel=3, stride=1, padding=1, dilation=1, groups=1):
    """The pre-activation z (n, c, rows, columns) of x (n, k, rows, columns)."""
    return torch.nn.functional.conv2d(x, weights["weight"], weights["bias"], stride, padding, dilation, groups)


def multiply_adds(input_shape, channels=8, kernel=3, stride=1, padding=1, dilation=1, groups=1):
    """One for each weight of a window at each place; those that lie outside the picture are counted too."""
    _, rows, columns = output_shape(input_shape, channels, kernel, stride, padding, dilation, groups)
    return channels * rows * columns * (input_shape[0] // groups) * kernel**2


def expression(x, weights, channels=8, kernel=3, stride=1, padding=1, dilation=1, groups=1):
    """One number's pre-activation, as an expression."""
    products = total(weights["weight"] * x) + weights["bias"]
    return products.told(
        "Multiply each pixel in the window by its weight, add the results, and add ", weights["bias"], "."
    )


def reads(index, input_shape, channels=8, kernel=3, stride=1, padding=1, dilation=1, groups=1):
    """The pixels under the window, channel by channel, each with its weight."""
    out, row, column = index
    before, rows, columns = input_shape
    own = before // groups
    first = out // (channels // groups) * own
    under = tuple(window(row, column, rows, columns, kernel, stride, padding, dilation))
    inputs = tuple((0, (first + channel, y, x)) for channel in range(own) for _, _, y, x in under)
    weights = tuple((out, channel, i, j) for channel in range(own) for i, j, _, _ in under)
    return Reads(inputs, {"weight": weights, "bias": ((out,),)})


def feeds(port, index, input_shape, channels=8, kernel=3, stride=1, padding=1, dilation=1, groups=1):
    """Every channel of the pixel's group, wherever its window lies over the pixel."""
    channel, row, column = index
    after = output_shape(input_shape, channels, kernel, stride, padding, dilation, groups)
    own = channels // groups
    first = channel // (input_shape[0] // groups) * own
    places = list(readers(row, column, after[1:], kernel, stride, padding, dilation))
    return tuple((out, y, x) for out in range(first, first + own) for y, x in places)


def parameter_feeds(name, index, input_shape, channels=8, kernel=3, stride=1, padding=1, dilation=1, groups=1):
    """Its channel wherever the window stands: a weight with the pixel that lies under it there."""
    out, *place = index
    after = output_shape(input_shape, channels, kernel, stride, padding, dilation, groups)[1:]
    if name == "bias":
        return tuple(((out, y, x), None) for y in range(after[0]) for x in range(after[1]))
    channel, i, j = place
    before, rows, columns = input_shape
    channel += out // (channels // groups) * (before // groups)
    down = [(y, y * stride + i * dilation - padding) for y in range(after[0])]
    along = [(x, x * stride + j * dilation - padding) for x in range(after[1])]
    return tuple(
        ((out, y, x), (0, (channel, row, column)))
        for y, row in down
        if 0 <= row < rows
        for x, column in along
        if 0 <= column < columns
    )


def slope_expression(x, weights, at, **params):
    """∂z / ∂x is the weight that lies over the pixel."""
    return weights["weight"].at(at)


def export(input_shape, channels=8, kernel=3, stride=1, padding=1, dilation=1, groups=1):
    """As PyTorch code; what is PyTorch's default is left out."""
    told = (("stride", stride, 1), ("padding", padding, 0), ("dilation", dilation, 1), ("groups", groups, 1))
    others = "".join(f", {name}={value}" for name, value, default in told if value != default)
    return f"nn.Conv2d({input_shape[0]}, {channels}, {kernel}{others})"


ENTRY = Layer(
    id="conv2d",
    label="Convolution",
    short="Conv",
    sentence="A small window of weights slides over the picture, one for each channel, and looks for its pattern.",
    formula="z[c, y, x] = b[c] + Σ W[c, k, j, i]·x[k, y + j, x + i]",
    source="LeCun et al. (1989); torch.nn.functional.conv2d",
    params=(channels_param(), *window_params(3, 1, 1), dilation_param(), groups_param()),
    examples=({}, {"kernel": 1, "padding": 0}, {"stride": 2}, {"dilation": 2, "padding": 2},
              {"channels": 6, "groups": 2}),
    order=20,
    parameters=parameters, output_shape=output_shape, forward=forward, multiply_adds=multiply_adds,
    expression=expression, reads=reads, feeds=feeds,
    slope_expression=slope_expression, parameter_feeds=parameter_feeds,
    lines={
        "forward": "conv2d({x}, {weight}, {bias})", "input": "conv2d_back({d}, {weight})",
        "weight": "conv2d_weight_back({d}, {x})", "bias": "{d}.sum((0, 2, 3))",
    },
    export=export,
)  # fmt: skip
