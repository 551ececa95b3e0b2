"""Digits: 1,797 handwritten digits of 8 × 8 pixels, how much ink there is in each from 0 to 1.

Source: Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository (1998);
scikit-learn's copy of its test part, load_digits.
"""

from __future__ import annotations

from dlcore.datasets import Dataset
from dlcore.datasets._digits import FIELDS, digits, words
from dlcore.datasets._pictures import shown


def generate(rng):
    """(1797, 1, 8, 8) float32 ink from 0 to 1, and (1797,) which digit it is. Nothing is random."""
    return digits()


def picture(rng, index):
    """That digit, white on black, uint8 (8, 8, 3), and what it is in words."""
    x, y = digits()
    return shown(x[index]), words(index, y[index])


ENTRY = Dataset(
    id="digits",
    label="Digits, 8 × 8",
    sentence="Real data: 1,797 handwritten digits as pictures of 8 × 8 pixels; a pixel says how much ink is there.",
    formula="pixel = inked points among 4 × 4 of the scan / 16",
    examples=({},),
    order=71,
    generate=generate,
    picture=picture,
    shape=(1, 8, 8),
    hint="Try one hidden layer of 128 neurons with ReLU in place of the convolutions, and compare.",
    **FIELDS,
)
