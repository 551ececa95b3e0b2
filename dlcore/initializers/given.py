"""Given: weights and biases that were written down.

    w = the given values            b = the given values

For worked examples, where every number can be followed by hand, and for weights that were saved.
"""

from __future__ import annotations

import numpy as np

from dlcore.initializers import Initializer
from dlcore.params import RESET, Param, SpecError

PATH = "network.initializer.values"


def _look_up(values, address, shape):
    """The values for one address as float64 of `shape`; SpecError at PATH where they do not fit."""
    shape = tuple(shape)
    if not hasattr(values, "get"):
        raise SpecError(PATH, "Given values must map each address, such as layers.0.weight, to its numbers.")
    if address not in values:
        raise SpecError(PATH, f"No values are given for {address}, which needs {_size(shape)}.")
    try:
        array = np.array(values[address], dtype=np.float64)
    except (TypeError, ValueError):
        raise SpecError(PATH, f"The values for {address} are not rows of numbers of one length.") from None
    if array.shape != shape:
        raise SpecError(PATH, f"{address} needs {_size(shape)}, but the given shape is {_size(array.shape)}.")
    if not np.isfinite(array).all():
        raise SpecError(PATH, f"The values for {address} must be finite numbers.")
    return array


def _size(shape):
    """A shape in words: "2×3 numbers", "3 numbers", "a single number"."""
    return f"{'×'.join(map(str, shape))} numbers" if shape else "a single number"


def weight(rng, shape, fan_in, fan_out, address, values):
    """The values given for `address`; SpecError where they are missing or of another shape."""
    return _look_up(values, address, shape)


def bias(rng, shape, address, values):
    """The values given for `address`; SpecError where they are missing or of another shape."""
    return _look_up(values, address, shape)


def check(shapes, values):
    """SpecError where a parameter of these {address: shape} has no values, or values of another shape."""
    for address, shape in shapes.items():
        _look_up(values, address, shape)


ENTRY = Initializer(
    id="given",
    label="Given values",
    sentence="Weights and biases start at the numbers that were written down for them.",
    formula="w, b = the given numbers",
    params=(
        Param(
            id="values",
            label="Given values",
            kind="values",
            default={},
            sentence="The first value of every weight and bias, by address, one row for each neuron.",
            on_change=RESET,
        ),
    ),
    # For a first layer of three neurons on two inputs.
    examples=({"values": {"layers.0.weight": [[1, 0], [0.5, -0.5], [0, 2]], "layers.0.bias": [0, 0.1, -1]}},),
    order=60,
    weight=weight,
    bias=bias,
    check=check,
)
