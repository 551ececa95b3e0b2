"""What holds for every clipping. Oracle: the gradient itself: small ones pass, large ones shrink, none turns round."""

from __future__ import annotations

import pytest
import torch

from dlcore.catalogue import catalogue
from dlcore.expressions import Leaf, Leaves, constants, length

CASES = [(entry, example) for entry in catalogue("clippings").values() for example in entry.examples if entry.clip]
each = pytest.mark.parametrize("entry, example", CASES, ids=[f"{e.id}-{i}" for i, (e, _) in enumerate(CASES)])


def gradient(scale):
    return torch.randn(3, 20, generator=torch.Generator().manual_seed(4), dtype=torch.float64) * scale


@each
def test_a_small_gradient_passes(entry, example):
    hyper = entry.default_values() | example
    small = gradient(hyper["limit"] * 1e-3)
    clipped = small.clone()
    entry.clip(clipped, hyper)
    assert torch.equal(clipped, small)


@each
def test_a_large_gradient_shrinks_and_keeps_its_signs(entry, example):
    hyper = entry.default_values() | example
    large = gradient(hyper["limit"] * 1e3)
    clipped = large.clone()
    entry.clip(clipped, hyper)
    assert (clipped.abs() < large.abs()).all() and (clipped * large >= 0).all()
    assert clipped.abs().max() <= hyper["limit"]


@each
def test_networks_side_by_side_are_clipped_each_by_itself(entry, example):
    hyper = entry.default_values() | example
    together = gradient(2.0) * torch.tensor([[1.0], [100.0], [0.001]])
    alone = together.clone()
    entry.clip(together, hyper)
    for row in alone:
        entry.clip(row, hyper)
    torch.testing.assert_close(together, alone)


@pytest.mark.parametrize("entry", catalogue("clippings").values(), ids=list(catalogue("clippings")))
@pytest.mark.parametrize("scale", [1e-5, 1.0, 1e4])
def test_expressions_equal_what_trains(entry, scale):
    """Oracle: the entry's own function in float32; without one, the gradient as it is."""
    hyper = entry.default_values()
    whole = gradient(scale).float()[0]
    clipped = whole.clone()
    if entry.clip:
        entry.clip(clipped, hyper)
    every = Leaves("gᵢ", whole, lambda i: Leaf(f"g{i}", whole[i]))
    for size in (length(every), Leaf("|g|", whole.norm(), "gradient_norm")):
        for i in range(len(whole)):
            found = entry.expression(every.at(i), size, constants(entry.params, hyper))
            assert abs(found.value - clipped[i].item()) <= 3e-6 * found.magnitude
