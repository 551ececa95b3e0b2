"""Softmax: numbers become shares that add up to 1.

    y_k = e^(x_k) / Σⱼ e^(x_j)

Of a vector over all its numbers; of pictures over the channels, for every pixel by itself.

Source: Bridle, Probabilistic interpretation of feedforward classification network outputs (1990);
`torch.nn.functional.softmax`.
"""

from __future__ import annotations

from dlcore.expressions import softmax
from dlcore.layers import Layer, Reads, no_parameters, no_products
from dlcore.lazy import torch


def output_shape(input_shape):
    """Any shape stays as it is."""
    return tuple(input_shape)


def forward(x, weights):
    """(n, k, …) → the same shape, shares over the k."""
    return torch.softmax(x, 1)


def expression(x, weights):
    """The share of the first number."""
    return softmax([x.at(place) for place in range(x.size)], 0)


def reads(index, input_shape):
    """The number at the same place, and then all others that it shares with."""
    own, *pixel = index
    order = (own, *(other for other in range(input_shape[0]) if other != own))
    return Reads(tuple((0, (channel, *pixel)) for channel in order))


def feeds(port, index, input_shape):
    """The shares of all."""
    return tuple((channel, *index[1:]) for channel in range(input_shape[0]))


def slope_expression(x, weights, at):
    """y·(1 − y) for its own number, −y·y_j for another one."""
    logits = [x.at(place) for place in range(x.size)]
    share = softmax(logits, 0)
    return share * (1 - share) if at == 0 else -share * softmax(logits, at)


def export(input_shape):
    """As PyTorch code."""
    return "nn.Softmax(1)"


ENTRY = Layer(
    id="softmax",
    label="Softmax",
    sentence="Numbers become shares that add up to 1; of pictures, the channels of every pixel do.",
    formula="yₖ = e^(xₖ) / Σⱼ e^(xⱼ)",
    source="Bridle (1990); torch.nn.functional.softmax",
    order=35,
    parameters=no_parameters,
    output_shape=output_shape,
    forward=forward,
    multiply_adds=no_products,
    expression=expression,
    reads=reads,
    feeds=feeds,
    slope_expression=slope_expression,
    lines={"forward": "softmax({x}, 1)", "input": "softmax_back({d}, {x})"},
    export=export,
    parts=(),
    group="activation",
)
