"""The measured rate against a clock that the test turns; budget and fairness against their shares."""

from __future__ import annotations

import pytest

from dlcore.live.pace import Budget, Fairness, Rate


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


def look_when_allowed(gap):
    """The share of looking in 5,000 slices of 4 ms that come `gap` seconds apart; each frame takes 5 ms."""
    budget, training, looking = Budget(), 0.0, 0.0
    for turn in range(5000):
        budget.train(0.004)
        training += 0.004
        if budget.allows(turn * gap):
            budget.spend(0.005, turn * gap)
            looking += 0.005
    return looking / (training + looking)


def test_looking_takes_a_fifth_of_the_time():
    assert look_when_allowed(0.004) == pytest.approx(0.2, abs=0.01)


def test_where_turns_are_rare_looking_takes_up_to_half():
    assert look_when_allowed(0.06) == pytest.approx(0.5, abs=0.01)


def test_a_run_that_took_too_much_waits_until_it_is_earned():
    """Oracle: 40 ms taken at a share of 4 ms a round are paid after ten rounds."""
    fairness = Fairness()
    assert fairness.turn(0.004) == 0.004
    fairness.take(0.040)
    waited = next(turns for turns in range(1, 99) if fairness.turn(0.004))
    assert waited == 10


def test_a_debt_has_a_limit_and_nothing_is_saved_up():
    fairness = Fairness()
    fairness.take(1000.0)
    assert sum(not fairness.turn(0.05) for _ in range(20)) == pytest.approx(Fairness.MOST / 0.05, abs=1)
    assert [fairness.turn(0.05) for _ in range(20)][-1] == 0.05
