"""What holds for every schedule. Oracle: the declaration: a factor of time alone, never negative, 1 at most."""

from __future__ import annotations

import math

import pytest

from dlcore.catalogue import catalogue
from dlcore.expressions import Leaf, constants
from dlcore.spec import RunSpec
from dlcore.training.run import Run

CASES = [(entry, example) for entry in catalogue("schedules").values() for example in entry.examples]
each = pytest.mark.parametrize("entry, example", CASES, ids=[f"{e.id}-{i}" for i, (e, _) in enumerate(CASES)])


@each
def test_a_factor_is_a_share_at_any_time(entry, example):
    hyper = entry.default_values() | example
    factors = [entry.factor(epoch, hyper) for epoch in (0, 0.25, 1, 2.5, 10, 99.9, 1e6)]
    assert all(math.isfinite(factor) and 0 <= factor <= 1 for factor in factors)
    assert factors == [entry.factor(epoch, hyper) for epoch in (0, 0.25, 1, 2.5, 10, 99.9, 1e6)]


@each
def test_the_run_uses_it_and_records_it(entry, example):
    """Oracle: the weights' own change: with SGD an update is the learning rate times the gradient."""
    run = Run(RunSpec.default().with_(**{"learning.schedule": {"kind": entry.id, **example}}))
    run.advance(steps=40)
    hyper = entry.default_values() | example
    rate = 0.03 * entry.factor(1.6, hyper)  # 25 steps are an epoch
    assert run.learning_rate == pytest.approx(rate)
    assert run.history["learning_rate"].iloc[-1] == pytest.approx(rate)
    trace = run.trace()
    assert -trace["layers.0.weight.update"] == pytest.approx(rate * trace["layers.0.weight.grad"], abs=1e-7)


@each
def test_the_expression_equals_the_factor(entry, example):
    hyper = entry.default_values() | example
    for epoch in (0, 0.25, 1, 1.999, 2, 2.5, 4.1, 10, 49.99, 99.9, 1e6):
        found = entry.expression(Leaf("t", epoch, "epoch"), constants(entry.params, hyper))
        assert found.value == pytest.approx(entry.factor(epoch, hyper), rel=1e-12, abs=1e-15)
