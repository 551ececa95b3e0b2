"""What each augmentation does to pictures. Oracles: torch.flip, torch.roll, torch.rot90, a rotation sampled pixel by
pixel, and what the formulas keep the same."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from dlcore.catalogue import catalogue

ALL = catalogue("augmentations")
CHANCE = np.random.default_rng


@pytest.fixture
def x():
    return torch.from_numpy(np.random.default_rng(5).random((40, 3, 12, 12), np.float32))


def applied(name, x, amount, seed=3):
    return ALL[name].apply(x, CHANCE(seed), amount)


@pytest.mark.parametrize("name", ALL)
def test_pictures_stay_pictures_and_the_given_ones_as_they_were(name, x):
    before, entry = x.clone(), ALL[name]
    found = applied(name, x, entry.usual)
    assert found.shape == x.shape and found.dtype == torch.float32
    assert 0 <= found.min() and found.max() <= 1 and not torch.equal(found, x)
    assert torch.equal(x, before)
    assert torch.allclose(applied(name, x, 0.0), x, atol=1e-6), "nothing of it changes nothing"


@pytest.mark.parametrize("name", ALL)
def test_a_sample_s_chance_is_its_own(name, x):
    """Oracle: the same samples with fewer after them."""
    few, many = applied(name, x[:7], ALL[name].usual), applied(name, x, ALL[name].usual)
    assert torch.equal(few, many[:7])


def test_flip_is_torch_flip(x):
    assert torch.equal(applied("flip", x, 100), torch.flip(x, [3]))
    found = applied("flip", x, 50)
    kept = [torch.equal(found[i], x[i]) for i in range(40)]
    assert 8 < sum(kept) < 32 and all(torch.equal(found[i], x[i].flip(-1)) for i in range(40) if not kept[i])


def test_shift_is_a_roll_whose_seam_repeats_the_border(x):
    """Oracle: torch.roll of the padded picture."""
    found, most, seen = applied("shift", x, 25), 3, set()
    for i in range(40):
        padded = torch.nn.functional.pad(x[i : i + 1], (most,) * 4, mode="replicate")[0]
        moves = [(a, b) for a in range(-most, most + 1) for b in range(-most, most + 1)
                 if torch.equal(torch.roll(padded, (a, b), (1, 2))[:, most:-most, most:-most], found[i])]  # fmt: skip
        assert len(moves) == 1
        seen |= set(moves)
    assert {a for a, _ in seen} == {b for _, b in seen} == set(range(-most, most + 1))


def test_rotate_turns_by_any_angle_of_its_range():
    """Oracles: torch.rot90 for a quarter turn, and bilinear sampling pixel by pixel for others."""

    class Fixed:
        def __init__(self, share):
            self.share = share

        def random(self, shape, dtype):
            return np.full(shape, self.share, dtype)

    x = torch.from_numpy(np.random.default_rng(2).random((2, 1, 9, 9), np.float32))
    turn = ALL["rotate"].apply
    quarter = turn(x, Fixed(1.0), 90)
    assert any(torch.allclose(quarter, torch.rot90(x, k, [2, 3]), atol=1e-5) for k in (1, 3))
    angle, found = math.radians(30), turn(x, Fixed(1.0), 30)
    for row, column in ((4, 4), (2, 6), (5, 3)):
        across, down = column - 4, row - 4
        at_x = min(max(4 + math.cos(angle) * across - math.sin(angle) * down, 0), 8)
        at_y = min(max(4 + math.sin(angle) * across + math.cos(angle) * down, 0), 8)
        left, top = min(int(at_x), 7), min(int(at_y), 7)
        expected = sum(
            float(x[1, 0, top + i, left + j]) * (1 - abs(at_y - top - i)) * (1 - abs(at_x - left - j))
            for i in (0, 1) for j in (0, 1)
        )  # fmt: skip
        assert float(found[1, 0, row, column]) == pytest.approx(expected, abs=1e-5)


def test_colours_change_as_their_formulas_say(x):
    dark = x * 0.4  # so that nothing is cut off at 1
    ratio = applied("brightness", dark, 50) / dark
    assert torch.allclose(ratio, ratio[:, :1, :1, :1].expand_as(ratio), atol=1e-4)
    assert 0.5 <= ratio.min() < 0.6 and 1.4 < ratio.max() <= 1.5
    ratio = applied("tint", dark, 50) / dark
    assert torch.allclose(ratio, ratio[:, :, :1, :1].expand_as(ratio), atol=1e-4)
    assert (ratio[:, 0, 0, 0] - ratio[:, 1, 0, 0]).abs().max() > 0.1
    assert torch.equal(applied("inversion", x, 100), 1 - x)
    shuffled = applied("channel_shuffle", x, 100)
    assert torch.equal(shuffled.sort(1).values, x.sort(1).values)
    away = (shuffled[:, :, None] - x[:, None]).abs().sum((3, 4))  # from each channel to each of before
    assert len({tuple(order) for order in away.argmin(2).tolist()}) == 6


def test_noise_has_its_deviation():
    grey = torch.full((50, 1, 20, 20), 0.5)
    off = applied("noise", grey, 10) - grey
    assert float(off.std()) == pytest.approx(0.1, rel=0.03) and abs(float(off.mean())) < 0.003


def test_cut_out_covers_one_square_with_the_mean(x):
    found = applied("cut_out", x, 50)
    for i in range(40):
        covered = (found[i] != x[i]).any(0).nonzero()
        (top, left), (bottom, right) = covered.min(0).values.tolist(), covered.max(0).values.tolist()
        assert bottom - top < 6 and right - left < 6
        inside = found[i][:, top : bottom + 1, left : right + 1]
        assert torch.allclose(inside, x[i].mean((1, 2))[:, None, None].expand_as(inside))
