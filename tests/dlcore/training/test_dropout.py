"""Dropout masks and noise. Oracles: the chance and mean that inverted dropout promises, scipy's normal distribution,
and the derivation's own statement."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
import torch

from dlcore import Run, RunSpec
from dlcore.fitting import fit
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


def test_noise_is_normal_and_derived_like_masks(monkeypatch):
    noise = Draws(3, 2, Chance("noise", (4, 3, 3), 0.5))
    drawn = torch.stack([noise.of(step, 50).clone() for step in range(20)])
    assert drawn.dtype == torch.float32 and drawn.shape == (20, 50, 4, 3, 3)
    assert scipy.stats.kstest(drawn.flatten().numpy(), scipy.stats.norm(0, 0.5).cdf).pvalue > 0.01
    assert drawn.flatten().unique().numel() > 0.99 * drawn.numel(), "each number is a draw of its own"
    monkeypatch.setattr(dropout, "MOST", 1)
    assert torch.equal(Draws(3, 2, Chance("noise", (4, 3, 3), 0.5)).of(13, 17), drawn[13, :17])


@pytest.mark.parametrize("kind", ["gaussian_noise", "dropout", "dropout2d"])
def test_a_layer_of_chance_draws_in_training_alone(kind):
    """Its values in a step are what comes in with what was drawn; a prediction has what comes in."""
    conv = {"kind": "conv2d", "channels": 4}
    layers = [conv, {"kind": kind}, {"kind": "flatten"}]
    run = Run(fit(RunSpec.default(), {"data.kind": "shapes", "data.samples": 40, "network.layers": layers})[0])
    trace = run.trace()
    came = trace["train.layers.0.activation"]
    mask = run.stepper.masks(0, len(came))[0]["layers.1"].numpy()
    expected = came + mask if kind == "gaussian_noise" else came * mask
    np.testing.assert_array_equal(trace["train.layers.1.activation"], expected)
    np.testing.assert_array_equal(trace["layers.1.activation"], trace["layers.0.activation"])
    if kind == "dropout2d":
        assert mask.shape == (len(came), 4, 1, 1) and set(np.unique(mask)) == {0.0, 2.0}
