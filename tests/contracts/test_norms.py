"""What holds for every norm. Oracle: `torch.autograd` on the entry's own forward pass."""

from __future__ import annotations

import pytest
import torch

from dlcore.catalogue import catalogue
from dlcore.expressions import Leaf, Leaves

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


def vector(symbol, values):
    return Leaves(symbol, values, lambda i: Leaf(f"{symbol}{i}", values[i]))


@each
@modes
@pytest.mark.parametrize("samples", [1, SAMPLES])
def test_expressions_equal_what_trains(entry, train, samples):
    """Forward, what is kept, and all gradients, number by number, against the entry's own functions in float32."""
    z = numbers(samples, UNITS).float() * 3 + 1
    learned, kept = ({name: tensor.float() for name, tensor in part.items()} for part in tensors(entry))
    upstream = numbers(samples, UNITS, seed=8).float()
    normalized, saved, moved = entry.forward(z, learned, kept, train)
    expected, expected_learned = entry.backward(upstream, saved, learned)
    own = bool(moved) or entry.across == "neurons"
    across = entry.across == "samples"
    for unit in range(UNITS):
        levels = []
        for sample in range(samples):
            compared = (z[:, unit], upstream[:, unit]) if across else (z[sample], upstream[sample])
            values, gradients = vector("zᵢ", compared[0]), vector("gᵢ", compared[1])
            mean = Leaf("μ", compared[0].mean())
            found = entry.statistics_expression(values, mean)
            middle, spread = found.get("mean", mean), found.get("variance", mean)
            if across and not own:
                middle, spread = Leaf("μ̄", kept["running_mean"][unit]), Leaf("σ̄²", kept["running_variance"][unit])
            levels.append((middle.value, spread.value))
            mine = {name: Leaf(name, tensor[unit]) for name, tensor in learned.items()}
            forward = entry.expression(Leaf("z", z[sample, unit]), mine, middle, spread)
            assert abs(forward.value - normalized[sample, unit].item()) <= 1e-5 * forward.magnitude
            if entry.across == "neurons":
                mine = {name: vector(f"{name}ᵢ", tensor) for name, tensor in learned.items()}
            slope = entry.slope_expression(sample if across else unit, gradients, values, mine, middle, spread, own)
            assert abs(slope.value - expected[sample, unit].item()) <= 1e-5 * slope.magnitude
            if moved:
                buffers = {name: Leaf(name, tensor[unit]) for name, tensor in kept.items()}
                after = entry.buffers_expression(buffers, middle, spread, samples)
                assert set(after) == set(moved)
                for name, tree in after.items():
                    assert abs(tree.value - moved[name][unit].item()) <= 1e-5 * tree.magnitude
        middles, spreads = zip(*levels, strict=True)
        middle, spread = vector("μₙ", middles), vector("σ²ₙ", spreads)
        if across:
            middle, spread = Leaf("μ", middles[0]), Leaf("σ²", spreads[0])
        slopes = entry.learned_slopes(vector("gₙ", upstream[:, unit]), vector("zₙ", z[:, unit]), middle, spread)
        assert set(slopes) == set(expected_learned)
        for name, tree in slopes.items():
            assert abs(tree.value - expected_learned[name][unit].item()) <= 1e-5 * tree.magnitude
