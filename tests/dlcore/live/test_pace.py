"""The measured rate against a clock that the test turns; the budget against its share."""

from __future__ import annotations

import pytest

from dlcore.live.pace import Budget, Rate


def test_a_steady_rate_is_read_as_it_is():
    rate = Rate()
    rate.start(0.0)
    for slice_number in range(1, 1000):
        rate.add(slice_number * 0.004, 10)
    assert rate.per_second(999 * 0.004) == pytest.approx(2500, rel=1e-3)


def test_only_the_last_second_counts():
    rate = Rate()
    rate.start(0.0)
    for number in range(1, 301):
        rate.add(number * 0.01, 1 if number <= 150 else 5)
    assert rate.per_second(3.0) == pytest.approx(500, rel=0.02)


def test_slow_runs_are_measured_over_their_last_steps():
    rate = Rate()
    rate.start(0.0)
    for number in range(1, 6):
        rate.add(number * 2.0, 1)
    assert rate.per_second(10.0) == pytest.approx(0.5)
    assert rate.per_second(11.9) == pytest.approx(0.5)


def test_a_run_that_stands_still_slows_down_to_nothing():
    rate = Rate()
    assert rate.per_second(1.0) == 0.0
    rate.start(0.0)
    rate.add(0.1, 100)
    assert rate.per_second(1000.0) < 0.2
    rate.stop()
    assert rate.per_second(1000.0) == 0.0


def test_looking_takes_a_fifth_of_the_time():
    budget, training, looking = Budget(), 0.0, 0.0
    for _ in range(5000):
        budget.train(0.004)
        training += 0.004
        if budget.allows:
            budget.spend(0.01)
            looking += 0.01
    assert looking / (training + looking) == pytest.approx(0.2, abs=0.01)
