"""Each penalty against its closed form, and TensorFlow Playground's L1 against a plain loop of its rule."""

from __future__ import annotations

import random

import pytest
import torch

from dlcore.catalogue import catalogue

PENALTIES = catalogue("penalties")
WEIGHT = torch.tensor([[3.0, -4.0], [0.0, 1.0]], dtype=torch.float64)


@pytest.mark.parametrize(
    "name, value, gradient",
    [
        ("l1", 0.8, [[0.1, -0.1], [0.0, 0.1]]),
        ("l2", 1.3, [[0.3, -0.4], [0.0, 0.1]]),
    ],
)
def test_by_hand(name, value, gradient):
    """Oracle: paper, for the weights 3, −4, 0, 1 at rate 0.1: 0.1·8 and 0.1·½·26."""
    entry, hyper = PENALTIES[name], {"rate": 0.1}
    assert entry.value(WEIGHT, hyper).item() == pytest.approx(value)
    torch.testing.assert_close(entry.gradient(WEIGHT, hyper), torch.tensor(gradient, dtype=torch.float64))


def test_none_costs_nothing():
    """Oracle: the rule."""
    assert PENALTIES["none"].value(WEIGHT, {}).item() == 0
    assert PENALTIES["none"].gradient is None and PENALTIES["none"].params == ()


def test_playgrounds_l1_costs_what_l1_costs():
    """Oracle: the plain L1, whose value it shares."""
    assert PENALTIES["l1_tfp"].value(WEIGHT, {"rate": 0.1}).item() == pytest.approx(0.8)


def test_playgrounds_l1_by_hand():
    """Oracle: paper, η·λ = 0.2. Kept; killed by the penalty; over zero by the gradient; zero; dead."""
    before = torch.tensor([1.0, 0.5, 0.5, 0.0, 0.0], dtype=torch.float64)
    after = torch.tensor([0.9, 0.1, -0.3, 0.4, 0.7], dtype=torch.float64)
    slots = {"dead": torch.tensor([0.0, 0, 0, 0, 1], dtype=torch.float64)}
    weight, slots = PENALTIES["l1_tfp"].decoupled(before, after, slots, {"rate": 2.0}, 0.1)
    torch.testing.assert_close(weight, torch.tensor([0.7, 0.0, -0.5, 0.4, 0.0], dtype=torch.float64))
    assert slots["dead"].tolist() == [0, 1, 0, 0, 1]


def playground_l1(weight, gradients, rate, penalty_rate):
    """TensorFlow Playground's rule for one weight, written with plain numbers: (weight, dead)."""
    for gradient in gradients:
        sign = (weight > 0) - (weight < 0)
        moved = weight - rate * gradient
        shrunk = moved - rate * penalty_rate * sign
        if moved * shrunk < 0:
            return 0.0, True
        weight = shrunk
    return weight, False


def test_playgrounds_l1_over_many_steps():
    """Oracle: `playground_l1`, weight by weight; the stepper's part (zeroing the gradient) included."""
    rng = random.Random(6)
    start = [rng.uniform(-0.5, 0.5) for _ in range(200)]
    gradients = [[rng.gauss(0, 1) for _ in range(200)] for _ in range(100)]
    weight = torch.tensor(start, dtype=torch.float64)
    slots = {"dead": torch.zeros_like(weight)}
    for row in torch.tensor(gradients, dtype=torch.float64):
        after = weight - 0.03 * row * (1 - slots["dead"])
        weight, slots = PENALTIES["l1_tfp"].decoupled(weight, after, slots, {"rate": 0.1}, 0.03)
    expected = [playground_l1(w, [row[i] for row in gradients], 0.03, 0.1) for i, w in enumerate(start)]
    torch.testing.assert_close(weight, torch.tensor([w for w, _ in expected], dtype=torch.float64))
    assert slots["dead"].tolist() == [float(dead) for _, dead in expected]
    assert 10 < sum(dead for _, dead in expected) < 190, "the test is to meet both fates"


def test_dead_stays_dead_under_momentum():
    """Oracle: the rule. A velocity left over from before must not bring a weight back, nor must NaN."""
    slots = {"dead": torch.ones(2)}
    for after in (torch.tensor([5.0, -5.0]), torch.tensor([float("nan"), float("inf")])):
        weight, slots = PENALTIES["l1_tfp"].decoupled(torch.zeros(2), after, slots, {"rate": 0.1}, 0.03)
        assert weight.tolist() == [0, 0] and slots["dead"].tolist() == [1, 1]


def test_l2_with_plain_descent_is_playgrounds_l2():
    """Oracle: its order, the penalty's step after the gradient's, both measured at the weight before."""
    gradient, rate, hyper = torch.ones_like(WEIGHT) * 0.7, 0.03, {"rate": 0.1}
    coupled = WEIGHT - rate * (gradient + PENALTIES["l2"].gradient(WEIGHT, hyper))
    torch.testing.assert_close(coupled, (WEIGHT - rate * gradient) - rate * 0.1 * WEIGHT)
