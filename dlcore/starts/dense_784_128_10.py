"""784-128-10: digits of 28×28 pixels, 128 hidden neurons, ten answers; 101,770 weights and biases.

Source: Nielsen, Neural networks and deep learning (2015), and many a first lesson since, on pictures of MNIST’s size.
"""

from __future__ import annotations

from dlcore.starts import LABELS, Start, flat


def layers(input_shape):
    """128 ReLU neurons."""
    return [*flat(input_shape), {"kind": "dense", "units": 128, "activation": "relu"}]


def suits(input_shape, target):
    """The digits that it brings with it."""
    return input_shape == (1, 28, 28) and target == "classes"


ENTRY = Start(
    id="dense_784_128_10",
    label="784-128-10",
    sentence="Digits of 28×28 pixels, 128 neurons and ten answers: 101,770 weights and biases.",
    source="Nielsen (2015), Neural networks and deep learning",
    order=82,
    layers=layers,
    suits=suits,
    sets=LABELS | {"data.kind": "digits_28"},
)
