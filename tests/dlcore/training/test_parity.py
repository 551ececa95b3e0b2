"""Learning parity with TensorFlow Playground over 20 seeds. Oracle: PARITY's medians, with the 40 % that is wider than
20 seeds of a faithful engine stray (30 %); `benchmarks/parity.py` has the whole table over 200."""

from statistics import median

import pytest

from benchmarks.parity import epochs_needed


@pytest.mark.parametrize(
    ("changes", "reference"),
    [({}, 53), ({"data": "gaussian"}, 4), ({"data": "xor"}, 63)],
    ids=["circle", "gaussian", "exclusive or"],
)
def test_the_median_over_twenty_seeds_is_near_its_reference(changes, reference):
    found = [epochs_needed(changes, seed, 4 * reference, (0.05,))[0] for seed in range(1, 21)]
    slack = max(3, 0.4 * reference)
    assert reference - slack <= median(found) <= reference + slack
