"""Batch norm as a layer of its own: every channel, or number of a vector, gets mean 0 and spread 1 over a batch.

    y = γ·(x − μ)/√(σ² + ε) + β

The formula and what it keeps from batch to batch are those of the norm "batch", which this layer consists of.

Source: Ioffe & Szegedy, Batch normalization (2015); `torch.nn.functional.batch_norm`.
"""

from __future__ import annotations

from dlcore.layers import Layer, no_parameters, no_products
from dlcore.layers._same import as_it_is, feeds, nothing, number_itself, one, output_shape, reads

ENTRY = Layer(
    id="batch_norm",
    label="Batch norm",
    sentence="Every channel gets mean 0 and spread 1 over the samples of a batch, then a learned gain and shift.",
    formula="y = γ·(x − μ)/√(σ² + ε) + β, over the batch",
    source="Ioffe & Szegedy (2015); torch.nn.functional.batch_norm",
    order=80,
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
    presets={"norm": "batch"},
    group="norm",
)
