"""Digits, 28 × 28: the same 1,797 handwritten digits, with the rows and columns of MNIST's.

No detail is added: a finer pixel lies between coarse ones, and its ink is between theirs (bilinear). So a network for
MNIST can be built in its own size, with 784 inputs.

Source: see `digits.py`; LeCun, Cortes and Burges, The MNIST database (1998), for the size.
"""

from __future__ import annotations

from dlcore.datasets import Dataset
from dlcore.datasets._digits import FIELDS, digits, words
from dlcore.datasets._pictures import convolutions, resampled, shown

SIDE = 28


def generate(rng):
    """(1797, 1, 28, 28) float32 ink from 0 to 1, and (1797,) which digit it is. Nothing is random."""
    x, y = digits()
    return resampled(x, SIDE), y


def picture(rng, index):
    """That digit, white on black, uint8 (28, 28, 3), and what it is in words."""
    x, y = digits()
    return shown(resampled(x[index : index + 1], SIDE)[0]), words(index, y[index])


ENTRY = Dataset(
    id="digits_28",
    label="Digits, 28 × 28",
    sentence="Real data: the 1,797 handwritten digits of 8 × 8 pixels, drawn as large as MNIST’s, 28 × 28.",
    formula="pixel = ink between the four nearest of 8 × 8 pixels",
    examples=({},),
    order=72,
    generate=generate,
    picture=picture,
    shape=(1, SIDE, SIDE),
    start={"network.layers": convolutions(8, 16, 16)},
    hint="Neighbouring pixels are alike here; try a stride of 2, or one hidden layer of 128 neurons, and compare.",
    **FIELDS,
)
