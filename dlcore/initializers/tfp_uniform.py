"""TensorFlow Playground's start: weights between −0.5 and 0.5, biases 0.1.

    w ~ U(−0.5, 0.5)            b = 0.1

The range ignores the size of the layer, which suits layers of up to eight neurons. Different
weights break the symmetry: with equal ones all neurons of a layer would stay equal for ever.

Source: TensorFlow Playground, nn.ts (2016).
"""

from __future__ import annotations

import numpy as np

from dlcore.initializers import Initializer


def weight(rng, shape, fan_in, fan_out, address):
    """Uniform on [−0.5, 0.5), float64 of `shape`."""
    return rng.uniform(-0.5, 0.5, shape)


def bias(rng, shape, address):
    """0.1 everywhere, float64 of `shape`."""
    return np.full(shape, 0.1)


ENTRY = Initializer(
    id="tfp_uniform",
    label="Uniform ±0.5",
    sentence="Every weight starts at random between −0.5 and 0.5, every bias at 0.1.",
    formula="w ~ U(−0.5, 0.5), b = 0.1",
    source="TensorFlow Playground (2016), nn.ts",
    order=10,
    weight=weight,
    bias=bias,
)
