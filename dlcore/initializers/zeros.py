"""Zeros: every weight and bias starts at 0.

    w = 0            b = 0

Then all neurons of a layer compute the same and get the same gradient, so they stay alike: a
layer of eight does the work of one, or, with activations that are 0 at 0, of none at all. A
network without hidden layers is not harmed: it has no twins.

Source: the symmetry is explained in Goodfellow, Bengio & Courville, Deep Learning (2016), 8.4.
"""

from __future__ import annotations

import numpy as np

from dlcore.initializers import Initializer


def weight(rng, shape, fan_in, fan_out, address):
    """Zero everywhere, float64 of `shape`."""
    return np.zeros(shape)


def bias(rng, shape, address):
    """Zero everywhere, float64 of `shape`."""
    return np.zeros(shape)


ENTRY = Initializer(
    id="zeros",
    label="Zeros",
    sentence="Everything starts at 0, so all neurons of a layer stay alike; see what that does to learning.",
    formula="w = 0, b = 0",
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), section 8.4",
    order=50,
    weight=weight,
    bias=bias,
)
