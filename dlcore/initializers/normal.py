"""Normal: bell-shaped random weights of a spread that can be chosen.

    w ~ N(0, s²)            b = 0

With s small, signals fade from layer to layer; with s large, tanh and sigmoid neurons start at
their ends, where the slope is almost 0. Sliding s shows both.
"""

from __future__ import annotations

import numpy as np

from dlcore.initializers import Initializer
from dlcore.params import RESET, Param


def weight(rng, shape, fan_in, fan_out, address, std=0.5):
    """Normal with mean 0 and standard deviation `std`, float64 of `shape`."""
    return rng.normal(0.0, std, shape)


def bias(rng, shape, address, std=0.5):
    """Zero everywhere, float64 of `shape`."""
    return np.zeros(shape)


ENTRY = Initializer(
    id="normal",
    label="Normal",
    sentence="Random weights around 0, most of them no larger than the spread you choose.",
    formula="w ~ N(0, s²), b = 0",
    source="Gaussian initialization, as in Krizhevsky, Sutskever & Hinton (2012), section 5",
    params=(
        Param(
            id="std",
            label="Spread",
            kind="number",
            # Share of first-layer tanh neurons on the circle set that start saturated (|a| > 0.95):
            # 21 % at 0.5, 43 % at 1; 7 % with TensorFlow Playground's weights.
            default=0.5,
            sentence="The standard deviation of the first weights: about two thirds are smaller than this.",
            minimum=0,
            maximum=10,
            choices=(0.01, 0.1, 0.3, 0.5, 1, 2, 5),
            formula="s",
            on_change=RESET,
        ),
    ),
    examples=({}, {"std": 2.0}, {"std": 0.0}),
    order=40,
    weight=weight,
    bias=bias,
)
