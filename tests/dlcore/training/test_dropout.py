"""Dropout masks. Oracle: the chance and mean that inverted dropout promises, and the derivation's own statement."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlcore.layers import Chance
from dlcore.training import dropout
from dlcore.training.dropout import Draws


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_a_share_is_left_out_and_the_mean_stays(rate):
    masks = torch.stack([Draws(1, 0, Chance("drop", (32,), rate)).of(step, 50) for step in range(40)])
    assert set(masks.unique().tolist()) == {0.0, float(np.float32(1 / (1 - rate)))}
    assert (masks == 0).float().mean().item() == pytest.approx(rate, abs=0.01)  # 64,000 draws: 5 standard deviations
    assert masks.mean().item() == pytest.approx(1, abs=0.04)


def test_masks_are_derived_never_carried():
    masks = Draws(7, 1, Chance("drop", (6,), 0.3))
    forwards = [masks.of(step, 10).clone() for step in range(200)]
    backwards = [Draws(7, 1, Chance("drop", (6,), 0.3)).of(step, 10) for step in reversed(range(200))][::-1]
    assert all(map(torch.equal, forwards, backwards))
    assert not any(torch.equal(forwards[0], other) for other in forwards[1:])


def test_another_seed_or_layer_is_another_mask():
    masks = [Draws(seed, layer, Chance("drop", (20,), 0.5)).of(3, 10) for seed, layer in ((1, 0), (2, 0), (1, 1))]
    assert not torch.equal(masks[0], masks[1]) and not torch.equal(masks[0], masks[2])


def test_a_sample_s_mask_does_not_depend_on_those_behind_it():
    masks = Draws(1, 0, Chance("drop", (5,), 0.4))
    whole = masks.of(70, 40).clone()
    for samples in (1, 15, 16, 17, 33):
        assert torch.equal(masks.of(70, samples), whole[:samples])


def test_a_block_too_large_to_keep_gives_the_same_masks(monkeypatch):
    kept = [Draws(1, 0, Chance("drop", (5,), 0.4)).of(step, 20).clone() for step in (0, 1, 63, 64, 100)]
    monkeypatch.setattr(dropout, "MOST", 1)
    again = [Draws(1, 0, Chance("drop", (5,), 0.4)).of(step, 20) for step in (0, 1, 63, 64, 100)]
    assert all(map(torch.equal, kept, again))
