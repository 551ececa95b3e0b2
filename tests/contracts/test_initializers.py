"""What holds for every initializer: right shape, plain numbers, and the same generator gives the same start.

Oracle: the contract in `dlcore.initializers`.
"""

from __future__ import annotations

import numpy as np
import pytest

from dlcore.catalogue import catalogue
from dlcore.params import SpecError

SHAPE, FAN_IN, FAN_OUT = (3, 2), 2, 3  # a first layer of three neurons on two inputs
CASES = [(entry, example) for entry in catalogue("initializers").values() for example in entry.examples]
each = pytest.mark.parametrize(
    "entry, params", CASES, ids=[f"{entry.id}-{i}" for i, (entry, _) in enumerate(CASES)]
)


def make(entry, params, seed=0):
    settings = entry.default_values() | params
    rng = np.random.default_rng(seed)
    weight = entry.weight(rng, SHAPE, FAN_IN, FAN_OUT, "layers.0.weight", **settings)
    return weight, entry.bias(rng, (3,), "layers.0.bias", **settings)


@each
def test_shape_type_and_finite(entry, params):
    weight, bias = make(entry, params)
    assert weight.shape == SHAPE and bias.shape == (3,)
    assert weight.dtype == bias.dtype == np.float64
    assert np.isfinite(weight).all() and np.isfinite(bias).all()


@each
def test_same_generator_same_start(entry, params):
    for one, other in zip(make(entry, params), make(entry, params), strict=True):
        assert np.array_equal(one, other)


@each
def test_each_call_makes_an_array_of_its_own(entry, params):
    first, _ = make(entry, params)
    first[:] = 99
    assert not (make(entry, params)[0] == 99).any()


@pytest.mark.parametrize("entry", catalogue("initializers").values(), ids=lambda entry: entry.id)
def test_defaults_work_or_say_what_is_missing(entry):
    try:
        make(entry, {})
    except SpecError as error:
        assert "layers.0.weight" in error.message and error.message.endswith(".")
