"""The confusion matrix against sklearn.metrics.confusion_matrix."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from dlcore import Run, RunSpec

SPECS = {
    "two classes, written −1 and +1": {"data.noise": 20},
    "two classes, written 0 and 1": {"data.kind": "moons"},
    "two classes, an output each": {"data.kind": "moons", "learning.loss": "softmax_cross_entropy"},
    "five classes": {"data.kind": "rings", "data.classes": 5, "data.noise": 10},
    "three classes": {"data.kind": "iris"},
}


@pytest.mark.parametrize("changes", SPECS.values(), ids=SPECS)
def test_counts_are_scikit_learns(changes):
    """Oracle: sklearn.metrics.confusion_matrix of `Run.predict`; its diagonal is the accuracy."""
    run = Run(RunSpec.default().with_(**changes))
    run.advance(epochs=3)
    found = run.probe("confusion")
    for split in ("train", "test"):
        data, named = run.data(split), found[split]
        predicted = run.predict(data.x)
        answer = predicted.argmax(1) if predicted.ndim == 2 else predicted > sum(run.spec.resolved.range) / 2
        labels = range(len(run.spec.resolved.dataset.classes))
        assert named.axes == ("class", "answer") and named.values.dtype == np.int32
        np.testing.assert_array_equal(named.values, confusion_matrix(data.y, answer, labels=labels))
        assert named.values.trace() / len(data) == pytest.approx(run.metrics[f"{split}_accuracy"], abs=1e-6)


def test_an_empty_split_has_empty_counts_and_numbers_have_none():
    assert Run(RunSpec.default().with_(**{"data.kind": "logic_xor"})).probe("confusion")["test"].values.sum() == 0
    assert Run(RunSpec.default().with_(**{"data.kind": "plane"})).probe("confusion") == {}
