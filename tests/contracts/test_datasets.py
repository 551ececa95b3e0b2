"""What holds for every dataset: shapes, sense, and the same generator gives the same points.

Oracle: the contract in `dlcore.datasets`.
"""

from __future__ import annotations

import numpy as np
import pytest

from dlcore.catalogue import catalogue
from dlcore.params import SpecError

DATASETS = catalogue("datasets")
CASES = [(entry, example) for entry in DATASETS.values() for example in entry.examples if not entry.drawn]
each = pytest.mark.parametrize(
    "entry, params", CASES, ids=[f"{entry.id}-{i}" for i, (entry, _) in enumerate(CASES)]
)
on_the_plane = pytest.mark.parametrize(
    "entry, params",
    [case for case in CASES if not case[0].is_pictures],
    ids=lambda value: value.id if hasattr(value, "id") else "",
)
each_entry = pytest.mark.parametrize("entry", DATASETS.values(), ids=lambda entry: entry.id)


def make(entry, params, seed=0):
    return entry.generate(np.random.default_rng(seed), **(entry.default_values() | params))


@each
def test_shapes_and_types(entry, params):
    x, y = make(entry, params)
    assert x.shape == (len(y), *entry.shape) and y.shape == (len(x),)
    assert x.dtype == (np.float32 if entry.is_pictures else np.float64) and y.dtype == np.float64
    assert np.isfinite(x).all() and np.isfinite(y).all()
    assert len(x) == (entry.default_values() | params).get("samples", entry.count)


@each
def test_targets_fit_their_kind(entry, params):
    _, y = make(entry, params)
    entry = entry.at(params)
    if entry.target == "number":
        assert y.std() > 0
    else:
        assert entry.target == ("binary" if len(entry.classes) == 2 else "classes")
        assert len(set(entry.classes)) == len(entry.classes) and all(entry.classes)
        assert set(np.unique(y)) == set(range(len(entry.classes))), "every class is to be there"


@each_entry
def test_only_sets_to_draw_on_are_empty(entry):
    for example in entry.examples:
        x, y = make(entry, example)
        assert x.shape == (len(y), *entry.shape) and (len(y) == 0) == entry.drawn


@each_entry
def test_an_entry_says_of_itself_what_holds_of_its_defaults(entry):
    assert entry.at({}) == entry


@each
def test_same_generator_same_points(entry, params):
    for one, other in zip(make(entry, params), make(entry, params), strict=True):
        assert np.array_equal(one, other)


@each
def test_pictures_are_light_from_0_to_1_and_can_be_looked_at(entry, params):
    """Oracle: the picture that is shown of a sample has the values that the network gets, to half a step of a byte."""
    if not entry.is_pictures:
        return
    channels, rows, columns = entry.shape
    assert channels in (1, 3)
    x, _ = make(entry, params)
    assert x.min() >= 0 and x.max() <= 1 and x.std(axis=0).max() > 0.05
    for index in (0, len(x) - 1):
        pixels, words = entry.picture(np.random.default_rng(0), index, **(entry.default_values() | params))
        assert pixels.shape == (rows, columns, 3) and pixels.dtype == np.uint8
        assert np.abs(pixels.transpose(2, 0, 1) - 255.0 * x[index]).max() <= 0.5001
        assert words[0].isupper() and words.endswith(".")


@each
def test_records_have_a_value_for_every_sample_under_ids_of_their_own(entry, params):
    fields = entry.at(params).fields
    assert (entry.records is None) == (not fields)
    if entry.records is None:
        return
    known = entry.default_values() | params
    records = entry.records(np.random.default_rng(0), **known)
    assert list(records) == [field.id for field in fields] and len(records) == len(fields)
    assert all(field.id.isidentifier() and field.id not in catalogue("inputs") and field.name for field in fields)
    for field in fields:
        values = records[field.id]
        assert values.shape == (known.get("samples", entry.count),)
        assert values.dtype.kind == ("U" if field.words else "f")
        assert field.words or (field.spread > 0 and field.low <= values.min() <= values.max() <= field.high)


@on_the_plane
def test_points_lie_where_they_are_drawn(entry, params):
    x, _ = make(entry, params)
    extent = entry.at(params).extent
    assert np.abs(x).max() < 2 * extent
    assert (np.abs(x) <= extent).all(axis=1).mean() > 0.9


@each_entry
def test_defaults_suit_the_data(entry):
    suited = {"learning.loss": None, "learning.shuffle": True, "learning.remainder": "train"} | entry.defaults
    assert len(suited) == 3, "only the loss, the shuffle and the remainder can depend on the data"
    assert entry.tfp or suited["learning.loss"] != "half_squared", "only those sets start with a squared loss"
    if suited["learning.loss"] is not None:
        assert entry.target in catalogue("losses")[suited["learning.loss"]].codings
    assert isinstance(suited["learning.shuffle"], bool)
    assert suited["learning.remainder"] in ("carry", "train", "drop")


@each
def test_goal_is_one_sentence(entry, params):
    goal = entry.at(params).goal
    assert goal[0].isupper() and goal.endswith(".")
    assert len(goal) <= 96 and "\n" not in goal


@each
def test_columns_are_named_and_their_own_values_can_be_got_back(entry, params):
    columns = entry.at(params).columns
    assert len(columns) == 2 and all(column.name and column.spread > 0 for column in columns)


@each_entry
def test_a_set_without_a_test_part_has_nothing_to_choose(entry):
    if not entry.split:
        assert not entry.params or entry.drawn


@each_entry
def test_noise_and_samples_are_declared_alike(entry):
    noise, samples = entry.param("noise"), entry.param("samples")
    assert (noise is None) == (samples is None) and (samples is None) == (entry.count > 0 or entry.drawn)
    if noise is None:
        return
    assert (noise.minimum, noise.maximum, noise.step, noise.default) == (0, 50, 5, 0)
    assert samples.minimum == 10 and samples.default <= samples.maximum <= 5000
    assert noise.on_change == samples.on_change == "reset"
    with pytest.raises(SpecError, match=f"between 10 and {samples.maximum:,}"):
        samples.validate(9)
