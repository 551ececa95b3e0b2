"""Dropout: in every training step numbers are left out by chance, so that none can be relied on alone.

    y = x · m            m = 1/(1 − p) with chance 1 − p, else 0

In the mean y is x, and after training nothing is left out.

Source: Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov, Dropout (2014), section 10;
`torch.nn.functional.dropout`.
"""

from __future__ import annotations

from dlcore.layers import Chance, Layer, Reads, no_parameters, no_products
from dlcore.layers._same import factor, feeds, kept_or_not, left_out, output_shape, rate_param


def chance(input_shape, rate=0.5):
    """A factor for every number."""
    return Chance("drop", tuple(input_shape), rate)


def reads(index, input_shape, rate=0.5):
    """The number at the same place, and the factor that was drawn for it."""
    return Reads(((0, tuple(index)),), {"drawn": (tuple(index),)})


def export(input_shape, rate=0.5):
    """As PyTorch code, in training."""
    return "{x} * {drawn}"


ENTRY = Layer(
    id="dropout",
    label="Dropout",
    sentence="In every training step some numbers are left out by chance; the others count for more to make up for it.",
    formula="y = x·m, with m = 0 or 1/(1 − p)",
    source="Srivastava et al. (2014); torch.nn.functional.dropout",
    params=(rate_param("The chance of every number to be left out of a training step."),),
    examples=({}, {"rate": 0.2}, {"rate": 0}),
    order=90,
    parameters=no_parameters,
    output_shape=output_shape,
    forward=left_out,
    multiply_adds=no_products,
    expression=kept_or_not,
    reads=reads,
    feeds=feeds,
    slope_expression=factor,
    lines={"forward": "{x} * {drawn}", "input": "{d} * {drawn}"},
    export=export,
    chance=chance,
    parts=(),
    group="chance",
)
