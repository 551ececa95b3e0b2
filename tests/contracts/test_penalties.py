"""What holds for every penalty. Oracle: `torch.autograd` on the entry's own value."""

from __future__ import annotations

import pytest
import torch

from dlcore.catalogue import catalogue

CASES = [(entry, example) for entry in catalogue("penalties").values() for example in entry.examples]
each = pytest.mark.parametrize(
    "entry, example", CASES, ids=[f"{entry.id}-{i}" for i, (entry, _) in enumerate(CASES)]
)


def weights():
    return torch.randn(6, 4, generator=torch.Generator().manual_seed(3), dtype=torch.float64)


@each
def test_value_is_one_number_and_never_negative(entry, example):
    value = entry.value(weights(), entry.default_values() | example)
    assert value.shape == () and value >= 0


@each
def test_value_grows_with_the_rate(entry, example):
    if entry.param("rate") is None:
        return
    hyper = entry.default_values() | example
    doubled = hyper | {"rate": 2 * hyper["rate"]}
    torch.testing.assert_close(entry.value(weights(), doubled), 2 * entry.value(weights(), hyper))
    assert entry.value(weights(), hyper | {"rate": 0.0}) == 0


@each
def test_derivative_equals_autograd(entry, example):
    """Coupled: the gradient. Decoupled: a small step, as long as no weight comes near zero."""
    hyper = entry.default_values() | example
    weight = weights().requires_grad_()
    value = entry.value(weight, hyper)
    expected = torch.autograd.grad(value, weight)[0] if value.requires_grad else torch.zeros_like(weight)
    weight = weight.detach()
    if entry.gradient:
        torch.testing.assert_close(entry.gradient(weight, hyper), expected)
    if entry.decoupled:
        slots = {name: torch.zeros_like(weight) for name in entry.slots}
        after, _ = entry.decoupled(weight, weight, slots, hyper, 1e-4)
        torch.testing.assert_close((weight - after) / 1e-4, expected, rtol=1e-6, atol=1e-9)
    if not entry.gradient and not entry.decoupled:
        assert not expected.any()


@each
def test_inputs_are_left_alone(entry, example):
    hyper, weight = entry.default_values() | example, weights()
    slots = {name: torch.zeros_like(weight) for name in entry.slots}
    entry.value(weight, hyper)
    if entry.gradient:
        entry.gradient(weight, hyper)
    if entry.decoupled:
        _, new_slots = entry.decoupled(weight, weight, slots, hyper, 10.0)
        assert set(new_slots) == set(entry.slots)
    assert torch.equal(weight, weights())
    assert all(not slot.any() for slot in slots.values())


@each
def test_coupled_or_decoupled_never_both(entry, example):
    assert not (entry.gradient and entry.decoupled)
    assert not entry.slots or entry.decoupled
