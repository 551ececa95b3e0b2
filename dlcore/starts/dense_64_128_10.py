"""64-128-10: digits of 8×8 pixels, 128 hidden neurons, ten answers; 9,610 weights and biases.

Source: the usual first network on scikit-learn’s digits.
"""

from __future__ import annotations

from dlcore.starts import LABELS, Start, flat


def layers(input_shape):
    """128 ReLU neurons."""
    return [*flat(input_shape), {"kind": "dense", "units": 128, "activation": "relu"}]


def suits(input_shape, target):
    """The digits that it brings with it."""
    return input_shape == (1, 8, 8) and target == "classes"


ENTRY = Start(
    id="dense_64_128_10",
    label="64-128-10",
    sentence="Digits of 8×8 pixels, 128 neurons and ten answers: 9,610 weights and biases.",
    source="scikit-learn’s digits",
    order=80,
    layers=layers,
    suits=suits,
    sets=LABELS | {"data.kind": "digits"},
)
