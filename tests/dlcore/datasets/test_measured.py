"""The sets of real data against scikit-learn's own tables."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sklearn.datasets

from dlcore import Run, RunSpec
from dlcore.catalogue import catalogue
from dlcore.links import write_link

SETS = {"iris": "load_iris", "wine": "load_wine", "breast_cancer": "load_breast_cancer"}
COLUMNS = [(name, at) for name in SETS for at, _ in enumerate(catalogue("datasets")[name].params[0].choices)]


@pytest.mark.parametrize(("name", "at"), COLUMNS)
def test_a_column_is_the_tables_own(name, at):
    """Oracle: load_iris and so on: the values in own units, their names and order, mean 0 and deviation 1."""
    entry, theirs = catalogue("datasets")[name], getattr(sklearn.datasets, SETS[name])()
    chosen = entry.params[0].choices[at]
    x, y = entry.generate(None, horizontal=chosen, vertical=entry.params[1].choices[-1 - at])
    across, up = entry.at({"horizontal": chosen, "vertical": entry.params[1].choices[-1 - at]}).columns
    last = len(entry.params[0].choices) - 1
    np.testing.assert_allclose(across.middle + across.spread * x[:, 0], theirs.data[:, at], atol=1e-9)
    np.testing.assert_allclose(up.middle + up.spread * x[:, 1], theirs.data[:, last - at], atol=1e-9)
    np.testing.assert_array_equal(y, theirs.target)
    assert across.name.lower()[:11] == theirs.feature_names[at].replace("_", " ")[:11]
    assert abs(x[:, 0].mean()) < 1e-5 and abs(x[:, 0].std() - 1) < 1e-5


@pytest.mark.parametrize("name", SETS)
def test_every_point_is_on_the_picture_and_counted(name):
    entry = catalogue("datasets")[name]
    for across in entry.params[0].choices:
        for up in entry.params[1].choices:
            x, y = entry.generate(None, horizontal=across, vertical=up)
            assert np.abs(x).max() < entry.at({"horizontal": across, "vertical": up}).extent
            assert len(y) == entry.count


def test_the_names_of_the_classes_are_the_tables():
    """Oracle: scikit-learn's target_names; wine's are only numbered."""
    for name in ("iris", "breast_cancer"):
        names = tuple(getattr(sklearn.datasets, SETS[name])().target_names)
        assert catalogue("datasets")[name].classes == names
    assert catalogue("datasets")["iris"].columns[0].unit == "cm"


def test_the_goal_names_the_columns():
    spec = RunSpec.default().with_(**{"data.kind": "iris"})
    assert spec.resolved.dataset.goal == "Separate the three kinds of iris by petal length and petal width."
    spec = spec.with_(**{"data.vertical": "petal_length"})
    assert spec.resolved.dataset.goal == "Separate the three kinds of iris by petal length."


def test_columns_survive_a_link():
    columns = {"data.horizontal": "od280_od315", "data.vertical": "alcohol"}
    spec = RunSpec.default().with_(**{"data.kind": "wine", **columns})
    assert RunSpec.read_link(write_link(spec))[0] == spec


def test_a_run_on_real_data_imports_no_scikit_learn():
    """It takes two seconds to import, in which a worker's other runs would stand still."""
    code = """
import sys
from dlcore import Run, RunSpec
run = Run(RunSpec.default().with_(**{"data.kind": "iris"}))
run.advance(epochs=1)
print("sklearn" in sys.modules)
"""
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_iris_is_learned():
    """Oracle: two measurements of the petals tell more than nine flowers in ten apart (Fisher 1936)."""
    run = Run(RunSpec.default().with_(**{"data.kind": "iris", "learning.optimizer": "adam"}))
    run.advance(epochs=100)
    assert run.metrics["test_accuracy"] > 0.9
