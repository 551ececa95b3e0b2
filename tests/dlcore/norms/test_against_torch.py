"""Batch and layer norm. Oracle: `torch.nn.BatchNorm1d` and `torch.nn.LayerNorm`, in train and in eval mode."""

from __future__ import annotations

import pytest
import torch

from dlcore.catalogue import catalogue

UNITS = 5
BATCH, LAYER = catalogue("norms")["batch"], catalogue("norms")["layer"]


def batches(count, samples=8):
    generator = torch.Generator().manual_seed(1)
    return [3 * torch.randn(samples, UNITS, generator=generator) + 2 for _ in range(count)]


def test_batch_norm_and_its_running_means_follow_torch():
    oracle = torch.nn.BatchNorm1d(UNITS)
    learned = {"gain": torch.linspace(0.5, 2, UNITS), "shift": torch.linspace(-1, 1, UNITS)}
    oracle.weight.data.copy_(learned["gain"])
    oracle.bias.data.copy_(learned["shift"])
    kept = {name: torch.full(shape, start) for name, (shape, start) in BATCH.buffers(UNITS).items()}
    for z in batches(6):
        normalized, _, kept = BATCH.forward(z, learned, kept, True)
        torch.testing.assert_close(normalized, oracle(z).detach())
        torch.testing.assert_close(kept["running_mean"], oracle.running_mean)
        torch.testing.assert_close(kept["running_variance"], oracle.running_var)
    oracle.eval()
    z = batches(1)[0]
    torch.testing.assert_close(BATCH.forward(z, learned, kept, False)[0], oracle(z).detach())


@pytest.mark.parametrize("train", [True, False])
def test_layer_norm_follows_torch(train):
    oracle = torch.nn.LayerNorm(UNITS)
    learned = {"gain": torch.linspace(0.5, 2, UNITS), "shift": torch.linspace(-1, 1, UNITS)}
    oracle.weight.data.copy_(learned["gain"])
    oracle.bias.data.copy_(learned["shift"])
    z = batches(1)[0]
    torch.testing.assert_close(LAYER.forward(z, learned, {}, train)[0], oracle(z).detach())


def test_a_batch_of_one_sample_is_judged_by_the_running_means():
    """Oracle: eval mode; `torch.nn.BatchNorm1d` refuses such a batch."""
    kept = {"running_mean": torch.full((UNITS,), 0.5), "running_variance": torch.full((UNITS,), 2.0)}
    learned = {"gain": torch.ones(UNITS), "shift": torch.zeros(UNITS)}
    z = batches(1, samples=1)[0]
    normalized, _, moved = BATCH.forward(z, learned, kept, True)
    assert moved == {}
    assert torch.equal(normalized, BATCH.forward(z, learned, kept, False)[0])
