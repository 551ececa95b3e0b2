"""Xavier (Glorot) uniform: weights sized so that a signal keeps its spread through the layers.

    w ~ U(−r, r),  r = √(6 / (n_in + n_out))            b = 0

The variance 2 / (n_in + n_out) is a compromise: 1 / n_in would keep the spread of activations on
the way forward, 1 / n_out that of gradients on the way back. It is made for tanh and sigmoid.

Source: Glorot & Bengio, Understanding the difficulty of training deep feedforward neural
networks (2010), equation 16.
"""

from __future__ import annotations

import math

import numpy as np

from dlcore.initializers import Initializer


def weight(rng, shape, fan_in, fan_out, address):
    """Uniform on [−r, r), float64 of `shape`."""
    radius = math.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-radius, radius, shape)


def bias(rng, shape, address):
    """Zero everywhere, float64 of `shape`."""
    return np.zeros(shape)


ENTRY = Initializer(
    id="xavier",
    label="Xavier",
    sentence="Random weights, smaller in larger layers, so signals neither fade nor grow; made for tanh.",
    formula="w ~ U(−r, r), r = √(6 / (n_in + n_out)), b = 0",
    source="Glorot & Bengio (2010), equation 16",
    order=20,
    weight=weight,
    bias=bias,
)
