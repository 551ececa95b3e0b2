"""He (Kaiming) normal: Xavier's idea for ReLU.

    w ~ N(0, 2 / n_in)            b = 0

A ReLU turns half of its values into 0, which halves the mean square; the 2 makes up for it.

Source: He, Zhang, Ren & Sun, Delving deep into rectifiers (2015), equation 10.
"""

from __future__ import annotations

import math

import numpy as np

from dlcore.initializers import Initializer


def weight(rng, shape, fan_in, fan_out, address):
    """Normal with mean 0 and variance 2 / fan_in, float64 of `shape`."""
    return rng.normal(0.0, math.sqrt(2 / fan_in), shape)


def bias(rng, shape, address):
    """Zero everywhere, float64 of `shape`."""
    return np.zeros(shape)


ENTRY = Initializer(
    id="he",
    label="He",
    sentence="Random weights, smaller for neurons with more inputs, so signals keep their size under ReLU.",
    formula="w ~ N(0, 2 / n_in), b = 0",
    source="He, Zhang, Ren & Sun (2015), Delving deep into rectifiers, equation 10",
    order=30,
    weight=weight,
    bias=bias,
)
