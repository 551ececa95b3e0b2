"""Spatial dropout: in every training step whole channels are left out by chance.

    y[c] = x[c] · m[c]            m = 1/(1 − p) with chance 1 − p, else 0

Neighbouring pixels tell much the same, so that leaving out single ones would hardly be missed.

Source: Tompson, Goroshin, Jain, LeCun & Bregler, Efficient object localization using convolutional networks (2015);
`torch.nn.functional.dropout2d`.
"""

from __future__ import annotations

from dlcore.layers import Chance, Layer, Reads, no_parameters, no_products
from dlcore.layers._same import factor, feeds, kept_or_not, left_out, rate_param
from dlcore.layers._windows import picture


def output_shape(input_shape, rate=0.5):
    """(c, rows, columns) → the same; Unfit, with dropout instead, where the input is no picture."""
    return picture(input_shape, "Spatial dropout")


def chance(input_shape, rate=0.5):
    """A factor for every channel."""
    return Chance("drop", (input_shape[0], 1, 1), rate)


def reads(index, input_shape, rate=0.5):
    """The number at the same place, and the factor that was drawn for its channel."""
    return Reads(((0, tuple(index)),), {"drawn": ((index[0], 0, 0),)})


def export(input_shape, rate=0.5):
    """As PyTorch code, in training."""
    return "{x} * {drawn}"


ENTRY = Layer(
    id="dropout2d",
    label="Spatial dropout",
    short="Dropout 2d",
    sentence="In every training step whole channels are left out by chance; the others count for more.",
    formula="y[c] = x[c]·m[c], with m = 0 or 1/(1 − p)",
    source="Tompson et al. (2015); torch.nn.functional.dropout2d",
    params=(rate_param("The chance of every channel to be left out of a training step."),),
    examples=({}, {"rate": 0.2}),
    order=92,
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
