"""What holds for every norm. Oracle: `torch.autograd` on the entry's own forward pass."""

from __future__ import annotations

import pytest
import torch

from dlcore.catalogue import catalogue

SAMPLES, UNITS = 7, 5
each = pytest.mark.parametrize("entry", catalogue("norms").values(), ids=list(catalogue("norms")))
modes = pytest.mark.parametrize("train", [True, False], ids=["train", "eval"])


def numbers(*shape, seed=3):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def tensors(entry, *lead):
    """Learned tensors and buffers away from their start, so that each leaves its mark."""
    learned = {name: numbers(*lead, *shape, seed=5) for name, (shape, _) in entry.parameters(UNITS).items()}
    kept = {name: numbers(*lead, *shape, seed=6).abs() + 0.5 for name, (shape, _) in entry.buffers(UNITS).items()}
    return learned, kept


@each
@modes
def test_gradients_equal_autograd(entry, train):
    z = numbers(SAMPLES, UNITS).requires_grad_()
    learned, kept = tensors(entry)
    leaves = [z, *(tensor.requires_grad_() for tensor in learned.values())]
    upstream = numbers(SAMPLES, UNITS, seed=8)
    normalized, saved, _ = entry.forward(z, learned, kept, train)
    expected = torch.autograd.grad((normalized * upstream).sum(), leaves)
    with torch.no_grad():
        gradient, of_learned = entry.backward(upstream, saved, learned)
    torch.testing.assert_close(gradient, expected[0])
    assert set(of_learned) == set(learned)
    for name, wanted in zip(learned, expected[1:], strict=True):
        torch.testing.assert_close(of_learned[name], wanted)


@each
@modes
def test_two_networks_at_once_are_each_as_alone(entry, train):
    z, (learned, kept) = numbers(2, SAMPLES, UNITS), tensors(entry, 2)
    both, saved, moved = entry.forward(z, learned, kept, train)
    gradient, _ = entry.backward(z, saved, learned)
    for k in range(2):
        mine = {name: tensor[k] for name, tensor in learned.items()}
        alone, own, alone_moved = entry.forward(z[k], mine, {name: tensor[k] for name, tensor in kept.items()}, train)
        torch.testing.assert_close(both[k], alone)
        torch.testing.assert_close(gradient[k], entry.backward(z[k], own, mine)[0])
        for name in moved:
            torch.testing.assert_close(moved[name][k], alone_moved[name])


@each
def test_eval_mode_judges_every_sample_by_itself_and_moves_nothing(entry):
    z, (learned, kept) = numbers(SAMPLES, UNITS), tensors(entry)
    before = {name: tensor.clone() for name, tensor in kept.items()}
    together, _, moved = entry.forward(z, learned, kept, False)
    assert moved == {}
    torch.testing.assert_close(together[2:3], entry.forward(z[2:3], learned, kept, False)[0])
    entry.forward(z, learned, kept, True)
    assert all(torch.equal(kept[name], before[name]) for name in kept)
    assert torch.equal(z, numbers(SAMPLES, UNITS))
