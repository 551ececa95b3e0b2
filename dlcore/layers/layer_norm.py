"""Layer norm as a layer of its own: all numbers of a sample get mean 0 and spread 1.

    y = γ·(x − μ)/√(σ² + ε) + β

The formula is that of the norm "layer", which this layer consists of.

Source: Ba, Kiros & Hinton, Layer normalization (2016); `torch.nn.functional.layer_norm`.
"""

from __future__ import annotations

import math

from dlcore.layers import Layer, no_parameters, no_products
from dlcore.layers._same import as_it_is, feeds, nothing, number_itself, one, reads
from dlcore.params import Unfit


def output_shape(input_shape):
    """Any shape stays as it is; Unfit where there is nothing to compare."""
    if math.prod(input_shape) < 2:
        raise Unfit("Layer norm compares the numbers of a sample with one another, and here there is only one.")
    return tuple(input_shape)


ENTRY = Layer(
    id="layer_norm",
    label="Layer norm",
    sentence="All numbers of a sample get mean 0 and spread 1, each sample by itself, then a learned gain and shift.",
    formula="y = γ·(x − μ)/√(σ² + ε) + β, over the sample",
    source="Ba, Kiros & Hinton (2016); torch.nn.functional.layer_norm",
    order=82,
    parameters=no_parameters,
    output_shape=output_shape,
    forward=as_it_is,
    multiply_adds=no_products,
    expression=number_itself,
    reads=reads,
    feeds=feeds,
    slope_expression=one,
    lines={"forward": "{x}", "input": "{d}"},
    export=nothing,
    parts=(),
    presets={"norm": "layer"},
    group="norm",
)
