"""The digits are those of scikit-learn, and the larger ones are the same.

Oracles: scikit-learn's load_digits; torch's bilinear interpolation.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from dlcore.catalogue import catalogue
from dlcore.datasets._pictures import resampled, shown

DIGITS, LARGER = (catalogue("datasets")[name] for name in ("digits", "digits_28"))


def test_every_digit_is_scikit_learns():
    x, y = DIGITS.generate(None)
    theirs = load_digits()
    assert np.array_equal(16 * x[:, 0], theirs.images) and np.array_equal(y, theirs.target)
    assert DIGITS.classes == tuple(str(name) for name in theirs.target_names)


def test_the_larger_ones_are_the_same_between_their_pixels():
    x, y = LARGER.generate(None)
    coarse, same = DIGITS.generate(None)
    theirs = torch.nn.functional.interpolate(torch.from_numpy(coarse), size=(28, 28), mode="bilinear")
    assert np.abs(x - theirs.numpy()).max() < 2e-6 and np.array_equal(y, same)


@pytest.mark.parametrize("side", [4, 8, 13])
def test_pictures_of_any_size_are_resampled_as_torch_does(side):
    x = np.random.default_rng(0).random((2, 3, 8, 6), np.float32)
    theirs = torch.nn.functional.interpolate(torch.from_numpy(x), size=(side, side), mode="bilinear")
    assert np.abs(resampled(x, side) - theirs.numpy()).max() < 1e-6
    assert resampled(x, side).shape == (2, 3, side, side) and resampled(x, side).dtype == np.float32


def test_a_sample_is_told_and_shown_white_on_black():
    pixels, words = DIGITS.picture(None, 12)
    assert words == f"A handwritten {load_digits().target[12]}, number 13 of 1,797."
    assert np.array_equal(pixels[..., 0], np.round(load_digits().images[12] / 16 * 255 + 1e-6))
    assert np.array_equal(pixels[..., 0], pixels[..., 2])


def test_colours_stay_colours():
    red = np.zeros((3, 2, 4), np.float32)
    red[0] = 1
    assert shown(red).shape == (2, 4, 3) and (shown(red) == (255, 0, 0)).all()
