"""Transposed convolution: every pixel stamps a window of weights, times itself, on a larger picture.

    z[c, y, x] = b[c] + Σ over k and all places (v, u) and (j, i) with s·v + j − p = y and s·u + i − p = x
                 of W[c, k, j, i] · x[k, v, u]

It is how a gradient goes back through a convolution, taken forward: what a stride made smaller it makes larger.
The weight has the channels that go out first, as those of all layers here; PyTorch's module has them second.

Symbols: n samples, k channels in, c channels out, s stride, p padding.
Source: Zeiler, Krishnan, Taylor & Fergus, Deconvolutional networks (2010);
`torch.nn.functional.conv_transpose2d`.
"""

from __future__ import annotations

from dlcore.expressions import total
from dlcore.layers import Layer, Reads
from dlcore.layers._windows import channels_param, picture, window_params
from dlcore.lazy import torch
from dlcore.params import Unfit


def parameters(input_shape, channels=8, kernel=2, stride=2, padding=0):
    """(k, rows, columns) → weight (c, k, kernel, kernel) and bias (c,), each as (shape, fan_in, fan_out)."""
    before, *_ = picture(input_shape, "A transposed convolution")
    # of a window's weights only one in s² lies on any one pixel of the larger picture
    fan_in, fan_out = max(before * kernel**2 // stride**2, 1), channels * kernel**2
    windows = (channels, before, kernel, kernel)
    return {"weight": (windows, fan_in, fan_out), "bias": ((channels,), fan_in, fan_out)}


def output_shape(input_shape, channels=8, kernel=2, stride=2, padding=0):
    """(k, rows, columns) → (c, rows, columns) of the larger picture; Unfit where padding leaves nothing of it."""
    _, *sides = picture(input_shape, "A transposed convolution")
    after = tuple((side - 1) * stride + kernel - 2 * padding for side in sides)
    if min(after) < 1:
        raise Unfit(
            f"A padding of {padding} cuts off all of the picture that {sides[0]}×{sides[1]} pixels make. "
            "Take a smaller one.",
            change=({"padding": 0},),
        )
    return (channels, *after)


def forward(x, weights, channels=8, kernel=2, stride=2, padding=0):
    """The pre-activation z (n, c, rows, columns) of x (n, k, rows, columns)."""
    weight = weights["weight"].transpose(0, 1)
    return torch.nn.functional.conv_transpose2d(x, weight, weights["bias"], stride, padding)


def multiply_adds(input_shape, channels=8, kernel=2, stride=2, padding=0):
    """One for each weight of a window and each pixel that stamps it; what padding cuts off is counted too."""
    before, rows, columns = input_shape
    return before * rows * columns * channels * kernel**2


def expression(x, weights, channels=8, kernel=2, stride=2, padding=0):
    """One number's pre-activation, as an expression."""
    products = total(weights["weight"] * x) + weights["bias"]
    return products.told(
        "Multiply each pixel whose window reaches here by the weight that lies here, add the results, and add ",
        weights["bias"], ".",
    )  # fmt: skip


def reads(index, input_shape, channels=8, kernel=2, stride=2, padding=0):
    """The pixels whose windows reach the place, channel by channel, each with its weight."""
    out, row, column = index
    before, rows, columns = input_shape
    inputs, weights = [], []
    for channel in range(before):
        for v, j in _stamps(row + padding, rows, kernel, stride):
            for u, i in _stamps(column + padding, columns, kernel, stride):
                inputs.append((0, (channel, v, u)))
                weights.append((out, channel, j, i))
    return Reads(tuple(inputs), {"weight": tuple(weights), "bias": ((out,),)})


def _stamps(place, before, kernel, stride):
    """(pixel, place in its window) of all pixels along an axis whose window reaches a place."""
    found = ((pixel, place - pixel * stride) for pixel in range(before))
    return [(pixel, offset) for pixel, offset in found if 0 <= offset < kernel]


def feeds(port, index, input_shape, channels=8, kernel=2, stride=2, padding=0):
    """The window that the pixel stamps, in every channel."""
    _, row, column = index
    _, rows, columns = output_shape(input_shape, channels, kernel, stride, padding)
    window = [
        (y, x)
        for y in range(row * stride - padding, row * stride - padding + kernel)
        for x in range(column * stride - padding, column * stride - padding + kernel)
        if 0 <= y < rows and 0 <= x < columns
    ]
    return tuple((out, y, x) for out in range(channels) for y, x in window)


def parameter_feeds(name, index, input_shape, channels=8, kernel=2, stride=2, padding=0):
    """Its channel wherever a window's place lies: a weight with the pixel that stamps it there."""
    out, *place = index
    _, rows, columns = output_shape(input_shape, channels, kernel, stride, padding)
    if name == "bias":
        return tuple(((out, y, x), None) for y in range(rows) for x in range(columns))
    channel, j, i = place
    found = (
        ((out, v * stride + j - padding, u * stride + i - padding), (0, (channel, v, u)))
        for v in range(input_shape[1])
        for u in range(input_shape[2])
    )
    return tuple(pair for pair in found if 0 <= pair[0][1] < rows and 0 <= pair[0][2] < columns)


def slope_expression(x, weights, at, **params):
    """∂z / ∂x is the weight that the pixel lays there."""
    return weights["weight"].at(at)


def export(input_shape, channels=8, kernel=2, stride=2, padding=0):
    """As PyTorch code; what is PyTorch's default is left out."""
    told = (("stride", stride, 1), ("padding", padding, 0))
    others = "".join(f", {name}={value}" for name, value, default in told if value != default)
    return f"nn.ConvTranspose2d({input_shape[0]}, {channels}, {kernel}{others})"


ENTRY = Layer(
    id="conv_transpose2d",
    label="Transposed convolution",
    short="Conv up",
    sentence="Every pixel stamps a window of weights, times itself, so that the picture gets larger.",
    formula="z[c, s·v + j, s·u + i] = b[c] + Σ W[c, k, j, i]·x[k, v, u]",
    source="Zeiler et al. (2010); torch.nn.functional.conv_transpose2d",
    params=(channels_param(), *window_params(2, 2, 0)),
    examples=({}, {"kernel": 3, "padding": 1}, {"kernel": 3, "stride": 1, "padding": 1}, {"kernel": 1}),
    order=25,
    parameters=parameters, output_shape=output_shape, forward=forward, multiply_adds=multiply_adds,
    expression=expression, reads=reads, feeds=feeds,
    slope_expression=slope_expression, parameter_feeds=parameter_feeds,
    lines={
        "forward": "conv_transpose2d({x}, {weight}, {bias})", "input": "conv_transpose2d_back({d}, {weight})",
        "weight": "conv_transpose2d_weight_back({d}, {x})", "bias": "{d}.sum((0, 2, 3))",
    },
    export=export,
    axes={"weight": (1, 0, 2, 3)},
)  # fmt: skip
