"""What holds for every optimizer. Oracle: its own pure update, one network and one step at a time."""

from __future__ import annotations

import pytest
import torch

from dlcore.catalogue import catalogue
from dlcore.expressions import Leaf, Number, change, constants

CASES = [(entry, example) for entry in catalogue("optimizers").values() for example in entry.examples]
each = pytest.mark.parametrize(
    "entry, example", CASES, ids=[f"{entry.id}-{i}" for i, (entry, _) in enumerate(CASES)]
)


def start(entry, example, shape=(5, 3), dtype=torch.float64):
    generator = torch.Generator().manual_seed(2)
    value = torch.randn(shape, generator=generator, dtype=dtype)
    gradients = torch.randn((6, *shape), generator=generator, dtype=dtype)
    slots = {name: torch.zeros_like(value) for name in entry.slots}
    return value, gradients, slots, entry.default_values() | example


@each
def test_pure_without_out(entry, example):
    value, gradients, slots, hyper = start(entry, example)
    kept = value.clone(), gradients.clone()
    new, new_slots = entry.update(value, gradients[0], slots, hyper, 1)
    assert torch.equal(value, kept[0]) and torch.equal(gradients, kept[1])
    assert all(not slot.any() for slot in slots.values())
    assert set(new_slots) == set(entry.slots)
    assert new.data_ptr() != value.data_ptr() and new.shape == value.shape and new.dtype == value.dtype


@each
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_in_place_equals_pure(entry, example, dtype):
    """Six steps where value and slots are overwritten, as the dense stepper does it."""
    value, gradients, slots, hyper = start(entry, example, dtype=dtype)
    here, here_slots = value.clone(), {name: slot.clone() for name, slot in slots.items()}
    for t, gradient in enumerate(gradients, 1):
        kept = gradient.clone()
        value, slots = entry.update(value, gradient, slots, hyper, t)
        room = (here, here_slots, torch.full_like(here, 7))
        new, new_slots = entry.update(here, gradient, here_slots, hyper, t, out=room)
        assert new.data_ptr() == here.data_ptr()
        assert all(new_slots[name].data_ptr() == here_slots[name].data_ptr() for name in entry.slots)
        assert torch.equal(gradient, kept), "the gradient belongs to the caller"
    torch.testing.assert_close(here, value, rtol=0, atol=0)
    for name in entry.slots:
        torch.testing.assert_close(here_slots[name], slots[name], rtol=0, atol=0)


@each
def test_leading_axis_is_separate_networks(entry, example):
    value, gradients, slots, hyper = start(entry, example, shape=(4, 5, 3))
    alone = [(value[k], {name: slot[k] for name, slot in slots.items()}) for k in range(4)]
    for t, gradient in enumerate(gradients, 1):
        value, slots = entry.update(value, gradient, slots, hyper, t)
        alone = [entry.update(v, gradient[k], s, hyper, t) for k, (v, s) in enumerate(alone)]
    for k, (one, one_slots) in enumerate(alone):
        torch.testing.assert_close(value[k], one)
        for name in entry.slots:
            torch.testing.assert_close(slots[name][k], one_slots[name])


@each
def test_no_gradient_is_no_disaster(entry, example):
    value, _, slots, hyper = start(entry, example, dtype=torch.float32)
    new, _ = entry.update(value, torch.zeros_like(value), slots, hyper, 1)
    assert torch.isfinite(new).all()


@each
def test_no_learning_rate_no_change(entry, example):
    value, gradients, slots, hyper = start(entry, example)
    new, _ = entry.update(value, gradients[0], slots, hyper | {"learning_rate": 0.0}, 1)
    assert torch.equal(new, value)


@each
def test_goes_down_a_bowl(entry, example):
    """Loss ½·w², gradient w: a small learning rate must lower it."""
    value, _, slots, hyper = start(entry, example)
    first, hyper = value.square().sum(), hyper | {"learning_rate": 0.003}
    for t in range(1, 51):
        value, slots = entry.update(value, value, slots, hyper, t)
    assert value.square().sum() < first


@each
def test_learning_rate_is_declared_alike(entry, example):
    """TensorFlow Playground's menu, and a change keeps the run (PARITY, Controls)."""
    rate = entry.param("learning_rate")
    assert rate.choices == (0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)
    assert rate.default in rate.choices and not rate.advanced
    assert all(param.on_change == "keep" for param in entry.params)
    assert all(param.advanced for param in entry.params if param is not rate)


@each
@pytest.mark.parametrize("in_place", [False, True])
def test_numbers_that_differ_from_network_to_network(entry, example, in_place):
    """Every parameter a tensor (networks, 1): each network moves as with its own plain numbers."""
    value, gradients, slots, hyper = start(entry, example, shape=(3, 8), dtype=torch.float32)
    own = [{name: number * share for name, number in hyper.items()} for share in (1, 0.9, 0.5)]
    alone = [(value[k].clone(), {name: slot[k].clone() for name, slot in slots.items()}) for k in range(3)]
    together = {name: torch.tensor([[each[name]] for each in own], dtype=torch.float64) for name in hyper}
    for t, gradient in enumerate(gradients, 1):
        room = (value, slots, torch.full_like(value, 7)) if in_place else None
        value, slots = entry.update(value, gradient, slots, together, t, out=room)
        alone = [entry.update(v, gradient[k], s, own[k], t) for k, (v, s) in enumerate(alone)]
    for k, (one, one_slots) in enumerate(alone):
        torch.testing.assert_close(value[k], one)
        for name in entry.slots:
            torch.testing.assert_close(slots[name][k], one_slots[name])


@each
@pytest.mark.parametrize("size", [1.0, 1e-12, 1e8])
def test_expressions_equal_what_trains(entry, example, size):
    """Six updates in float32; after each the trees of a few weights say what comes next, slots included."""
    value, gradients, slots, hyper = start(entry, example, dtype=torch.float32)
    numbers = constants(entry.params, hyper)
    assert len(entry.symbols) == len(entry.slots)
    for t, gradient in enumerate(gradients * size, 1):
        new, new_slots = entry.update(value, gradient, slots, hyper, t)
        for place in ((0, 0), (3, 1)):
            address = f"layers.0.weight[{place[0]},{place[1]}]"
            leaves = {
                name: Leaf(symbol, slots[name][place], f"optimizer.{entry.id}.{name}.{address}")
                for name, symbol in zip(entry.slots, entry.symbols, strict=True)
            }
            before = Leaf("w", value[place], address)
            given = before, Leaf("g", gradient[place], f"{address}.total_grad"), leaves, numbers, Number(t, "t")
            found = entry.expression(*given)
            assert set(found) == {"value", *entry.slots}
            expected = {name: slot[place] for name, slot in new_slots.items()} | {"value": new[place]}
            for name, tree in found.items():
                close = 3e-6 * tree.magnitude + 1e-37
                assert abs(tree.value - expected[name].item()) <= close, (t, name, tree.value, expected[name])
            step = change(found["value"], before)
            assert step.value == pytest.approx(found["value"].value - before.value, abs=1e-14 * before.magnitude)
            for name in entry.slots:
                assert found[name].address == f"optimizer.{entry.id}.{name}.layers.0.weight.next[{place[0]},{place[1]}]"
        value, slots = new, new_slots


def test_a_memory_of_one_keeps_its_zero():
    """β = 1: the running mean never leaves 0, and the weight stays where it is."""
    entry = catalogue("optimizers")["adam"]
    numbers = constants(entry.params, entry.default_values() | {"beta1": 1.0, "beta2": 1.0})
    slots = {"mean": Leaf("m", 0), "squares": Leaf("v", 0)}
    found = entry.expression(Leaf("w", 0.5), Leaf("g", 2.0), slots, numbers, Number(1, "t"))
    assert found["value"].value == 0.5 and found["mean"].value == 0
