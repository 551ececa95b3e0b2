"""An activation alone: what a neuron makes of its sum, as a layer of its own.

    a = f(z)

So it can stand where no layer with weights is before it: behind a sum of branches, say.

Source: as the activation that is chosen.
"""

from __future__ import annotations

from dlcore.layers import Layer, no_parameters, no_products
from dlcore.layers._same import as_it_is, feeds, nothing, number_itself, one, output_shape, reads

ENTRY = Layer(
    id="activation",
    label="Activation",
    sentence="Only an activation: a function of every number by itself.",
    formula="a = f(z)",
    source="as the activation that is chosen",
    order=30,
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
    parts=("activation",),
    group="activation",
    fresh={"activation": "relu"},
)
