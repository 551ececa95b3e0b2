"""What holds for every dataset: shapes, sense, and the same generator gives the same points.

Oracle: the contract in `dlcore.datasets`.
"""

from __future__ import annotations

import numpy as np
import pytest

from dlcore.catalogue import catalogue
from dlcore.params import SpecError

DATASETS = catalogue("datasets")
CASES = [(entry, example) for entry in DATASETS.values() for example in entry.examples]
each = pytest.mark.parametrize(
    "entry, params", CASES, ids=[f"{entry.id}-{i}" for i, (entry, _) in enumerate(CASES)]
)
each_entry = pytest.mark.parametrize("entry", DATASETS.values(), ids=lambda entry: entry.id)


def make(entry, params, seed=0):
    return entry.generate(np.random.default_rng(seed), **(entry.default_values() | params))


@each
def test_shapes_and_types(entry, params):
    x, y = make(entry, params)
    assert x.ndim == 2 and x.shape[1] == 2 and y.shape == (len(x),)
    assert x.dtype == y.dtype == np.float64
    assert np.isfinite(x).all() and np.isfinite(y).all()
    wanted = (entry.default_values() | params).get("samples")
    assert wanted is None or len(x) == wanted


@each
def test_targets_fit_their_kind(entry, params):
    _, y = make(entry, params)
    assert entry.target in ("number", "binary", "classes")
    if entry.target == "number":
        assert y.std() > 0
    else:
        count = 2 if entry.target == "binary" else entry.classes
        assert set(np.unique(y)) == set(range(count)), "every class is to be there"


@each
def test_same_generator_same_points(entry, params):
    for one, other in zip(make(entry, params), make(entry, params), strict=True):
        assert np.array_equal(one, other)


@each
def test_points_lie_where_they_are_drawn(entry, params):
    x, _ = make(entry, params)
    assert np.abs(x).max() < 2 * entry.extent
    assert (np.abs(x) <= entry.extent).all(axis=1).mean() > 0.9


@each_entry
def test_defaults_suit_the_data(entry):
    suited = {"learning.loss": None, "learning.shuffle": True, "learning.remainder": "train"} | entry.defaults
    assert len(suited) == 3, "only the loss, the shuffle and the remainder can depend on the data"
    if suited["learning.loss"] is not None:
        assert entry.target in catalogue("losses")[suited["learning.loss"]].codings
    assert isinstance(suited["learning.shuffle"], bool)
    assert suited["learning.remainder"] in ("carry", "train", "drop")


@each_entry
def test_goal_is_one_line(entry):
    assert entry.goal[0].isupper() and entry.goal.endswith(".")
    assert len(entry.goal) <= 64 and "\n" not in entry.goal


@each_entry
def test_a_set_without_a_test_part_has_nothing_to_choose(entry):
    if not entry.split:
        assert not entry.params


@each_entry
def test_noise_and_samples_are_declared_alike(entry):
    if not entry.params:
        return
    noise, samples = entry.param("noise"), entry.param("samples")
    assert (noise.minimum, noise.maximum, noise.step, noise.default) == (0, 50, 5, 0)
    assert (samples.minimum, samples.maximum) == (10, 5000)
    assert noise.on_change == samples.on_change == "reset"
    with pytest.raises(SpecError, match="between 10 and 5,000"):
        samples.validate(9)
