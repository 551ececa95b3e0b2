"""What is kept is bounded, and what is asked for again stays. Oracle: the rule, counted by hand."""

from __future__ import annotations

from dlcore import Run, RunSpec
from dlcore.training.frame import MOST_KEPT
from dlcore.training.keeping import newest


def test_of_too_many_the_one_asked_for_longest_ago_goes():
    kept, made = {}, []
    for key in "abacab":
        assert newest(kept, key, lambda key=key: made.append(key) or key.upper(), 2) == key.upper()
    assert made == ["a", "b", "c", "b"] and list(kept) == ["a", "b"]


def test_a_resting_run_that_is_asked_for_all_its_samples_keeps_few_of_them():
    run = Run(RunSpec.default())
    for sample in range(3 * MOST_KEPT):
        run.probe("sample_values", sample=sample)
    assert len(run._frames._kept) == MOST_KEPT
