"""Gaussian noise: in every training step a normal number is added to each, so that small ones mean less.

    y = x + σ·ε            ε normal, of mean 0 and spread 1

After training nothing is added.

Source: Sietsma & Dow, Creating artificial neural networks that generalize (1991).
"""

from __future__ import annotations

from dlcore.layers import Chance, Layer, Reads, no_parameters, no_products
from dlcore.layers._same import feeds, one, output_shape
from dlcore.params import KEEP, Param


def forward(x, weights, drawn, spread=0.1):
    """x (n, …) and what was drawn (n, …) added up; in eval mode x itself."""
    return x if drawn is None else x + drawn


def chance(input_shape, spread=0.1):
    """A normal number for every one that comes in."""
    return Chance("noise", tuple(input_shape), spread)


def expression(x, weights, spread=0.1):
    """The number, in training with what was drawn for it."""
    if "drawn" not in weights:
        return x.at(0).told("Outside training no noise is added, so the number goes on as it is.")
    return (x.at(0) + weights["drawn"]).told("Add the noise that was drawn in this step.")


def reads(index, input_shape, spread=0.1):
    """The number at the same place, and the noise that was drawn for it."""
    return Reads(((0, tuple(index)),), {"drawn": (tuple(index),)})


def export(input_shape, spread=0.1):
    """As PyTorch code, in training."""
    return "{x} + {drawn}"


ENTRY = Layer(
    id="gaussian_noise",
    label="Gaussian noise",
    short="Noise",
    sentence="In every training step noise is added to each number, so that the network can't rely on small ones.",
    formula="y = x + σ·ε",
    source="Sietsma & Dow (1991)",
    params=(
        Param(
            id="spread", label="Spread", kind="number", default=0.1, minimum=0, maximum=10, step=0.05,
            choices=(0.05, 0.1, 0.2, 0.5, 1), formula="σ", on_change=KEEP,
            sentence="How large the noise is: about two in three numbers of it are smaller.",
        ),
    ),
    examples=({}, {"spread": 1}, {"spread": 0}),
    order=94,
    parameters=no_parameters,
    output_shape=output_shape,
    forward=forward,
    multiply_adds=no_products,
    expression=expression,
    reads=reads,
    feeds=feeds,
    slope_expression=one,
    lines={"forward": "{x} + {drawn}", "input": "{d}"},
    export=export,
    chance=chance,
    parts=(),
    group="chance",
)  # fmt: skip
