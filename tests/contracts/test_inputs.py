"""What holds for every input: one finite number for each point, from that point alone.

Oracle: the contract in `dlcore.inputs`.
"""

from __future__ import annotations

import numpy as np
import pytest

from dlcore.catalogue import catalogue
from dlcore.expressions import Leaves

INPUTS = catalogue("inputs")
each = pytest.mark.parametrize("entry", INPUTS.values(), ids=lambda entry: entry.id)


def plane():
    axis = np.linspace(-6, 6, 25)  # with the middle itself, and both axes
    return np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)


@each
def test_one_finite_number_for_each_point(entry):
    x = plane()
    values = entry.compute(x)
    assert values.shape == (len(x),) and values.dtype == np.float64
    assert np.isfinite(values).all() and values.std() > 0


@each
def test_points_do_not_mix(entry):
    x = plane()
    order = np.random.default_rng(0).permutation(len(x))
    assert np.array_equal(entry.compute(x)[order], entry.compute(x[order]))


@each
def test_points_are_left_alone(entry):
    x = plane()
    values = entry.compute(x)
    values[:] = 99
    assert np.array_equal(x, plane())


def test_link_names_and_labels_are_unique():
    names = [entry.tfp for entry in INPUTS.values() if entry.tfp]
    assert len(set(names)) == len(names)
    assert len({entry.label for entry in INPUTS.values()}) == len(INPUTS)


def test_no_two_inputs_are_the_same():
    columns = np.stack([entry.compute(plane()) for entry in INPUTS.values()])
    assert len(np.unique(columns.round(9), axis=0)) == len(INPUTS)


@each
def test_the_expression_equals_what_the_network_gets(entry):
    x = plane()
    given = [Leaves(symbol, x[:, column], None) for column, symbol in enumerate(("x₁", "x₂"))]
    np.testing.assert_allclose(entry.expression(*given).value, entry.compute(x), rtol=1e-14)
