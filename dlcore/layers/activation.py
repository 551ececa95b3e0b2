"""An activation alone: what a neuron makes of its sum, as a layer of its own.

    a = f(z)

So it can stand where no layer with weights is before it: behind a sum of branches, say.

Source: as the activation that is chosen.
"""

from __future__ import annotations

from dlcore.expressions import Number
from dlcore.layers import Layer, Reads, no_parameters, no_slope


def output_shape(input_shape):
    """Any shape stays as it is."""
    return tuple(input_shape)


def forward(x, weights):
    """What comes in, of which the block then takes the activation."""
    return x


def multiply_adds(input_shape):
    """None: nothing is multiplied."""
    return 0


def expression(x, weights):
    """The number itself."""
    return x.at(0).told("The number comes in as it is.")


def reads(index, input_shape):
    """The number at the same place."""
    return Reads(((0, tuple(index)),))


def feeds(port, index, input_shape):
    """The number at the same place."""
    return (tuple(index),)


def slope_expression(x, weights, at):
    """1: it is the same number."""
    return Number(1)


def export(input_shape):
    """As PyTorch code: the block adds the activation itself."""
    return "{x}"


ENTRY = Layer(
    id="activation",
    label="Activation",
    sentence="Only an activation: a function of every number by itself.",
    formula="a = f(z)",
    source="as the activation that is chosen",
    order=30,
    parameters=no_parameters,
    output_shape=output_shape,
    forward=forward,
    multiply_adds=multiply_adds,
    expression=expression,
    reads=reads,
    feeds=feeds,
    slope_expression=slope_expression,
    parameter_slope_expression=no_slope,
    lines={"forward": "{x}", "input": "{d}"},
    export=export,
    parts=("activation",),
    group="activation",
    fresh={"activation": "relu"},
)
