"""What holds for every penalty. Oracle: `torch.autograd` on the entry's own value."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlcore.catalogue import catalogue
from dlcore.expressions import Leaf, Leaves, constants

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


@each
def test_expressions_equal_what_trains(entry, example):
    """Oracle: the entry's own functions in float32, on weights large, small, zero, and dead ones."""
    hyper = entry.default_values() | example
    numbers = constants(entry.params, hyper)
    weight = torch.cat([weights().flatten().float(), torch.tensor([0.0, 1e-7, -1e4])])
    every = Leaves("wᵢ", weight, lambda i: Leaf(f"w{i}", weight[i], f"w[{i}]"))
    price = entry.expression(every, numbers)
    assert abs(price.value - entry.value(weight, hyper).item()) <= 3e-6 * price.magnitude
    assert bool(entry.gradient) == bool(entry.slope_expression)
    assert bool(entry.decoupled) == bool(entry.decoupled_expression)
    if entry.gradient:
        slope = entry.slope_expression(every, numbers)
        np.testing.assert_allclose(slope.value, entry.gradient(weight, hyper), rtol=3e-6)
    if entry.decoupled:
        after = weight + 0.3 * torch.randn(len(weight), generator=torch.Generator().manual_seed(9))
        slots = {name: (torch.arange(len(weight)) % 5 == 0).float() for name in entry.slots}
        expected, expected_slots = entry.decoupled(weight, after, slots, hyper, 0.5)
        for i in range(len(weight)):
            kept = {name: Leaf(name, slot[i], f"penalty.{entry.id}.{name}.w[{i}]") for name, slot in slots.items()}
            given = every.at(i), Leaf("w′", after[i]), kept, numbers, Leaf("η", 0.5, "learning_rate")
            found = entry.decoupled_expression(*given)
            assert set(found) == {"value", *entry.slots}
            assert abs(found["value"].value - expected[i].item()) <= 3e-6 * found["value"].magnitude
            for name in entry.slots:
                assert found[name].value == expected_slots[name][i]
                assert found[name].address == f"penalty.{entry.id}.{name}.w.next[{i}]"
