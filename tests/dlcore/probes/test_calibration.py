"""Calibration against sklearn.calibration.calibration_curve."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from dlcore import Run, RunSpec
from dlcore.fitting import fit

SPECS = {
    "one output, −1 to +1": {"data.noise": 30},
    "one output, 0 to 1": {"data.kind": "moons", "data.noise": 30},
    "ten classes": {"data.kind": "digits"},
}


@pytest.mark.parametrize("changes", SPECS.values(), ids=SPECS)
def test_the_curve_is_scikit_learns(changes):
    """Oracle: calibration_curve of being right against the confidence; the error is then their weighted distance."""
    run = Run(fit(RunSpec.default(), changes)[0])
    run.advance(epochs=20 if run.spec.resolved.columns == 1 else 2)
    found = run.probe("calibration")
    for split in ("train", "test"):
        data, (low, high) = run.data(split), run.spec.resolved.range
        output = run.predict(data.x)
        if output.ndim == 1:
            share = np.clip((output - low) / (high - low), 0, 1)
            output = np.stack([1 - share, share], 1)
        right, confidence = output.argmax(1) == data.y, output.max(1).astype(np.float32)
        accuracy, sure = calibration_curve(right, confidence, n_bins=10)
        counts, *mine = (found[f"{split}.{name}"].values for name in ("counts", "accuracy", "confidence"))
        some = counts > 0
        assert counts.sum() == len(data) and some.sum() > 2
        np.testing.assert_allclose(mine[0][some], accuracy, atol=1e-6)
        np.testing.assert_allclose(mine[1][some], sure, atol=1e-6)
        assert np.isnan(mine[0][~some]).all()
        error = (counts[some] / counts.sum() * np.abs(accuracy - sure)).sum()
        assert found[f"{split}.error"].values[0] == pytest.approx(error, abs=1e-6)


def test_numbers_have_no_confidence_and_an_empty_split_no_error():
    assert Run(RunSpec.default().with_(**{"data.kind": "plane"})).probe("calibration") == {}
    empty = Run(RunSpec.default().with_(**{"data.kind": "logic_xor"})).probe("calibration")
    assert empty["test.counts"].values.sum() == 0 and empty["test.error"].values[0] == 0
