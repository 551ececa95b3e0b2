"""The space of a layer against sklearn.decomposition.PCA."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA

from dlcore import Run, RunSpec, SpecError
from dlcore.fitting import fit
from dlcore.probes.hidden_space import principal


@pytest.mark.parametrize("layer", range(6))
def test_the_plane_of_every_layer_is_scikit_learns(layer):
    """Oracle: PCA(2, svd_solver="full") of the values that `Network.forward` records, signs included; layers of more
    values than samples and of fewer."""
    run = Run(fit(RunSpec.default(), {"data.kind": "digits"})[0])
    run.advance(steps=20)
    found, record = run.probe("hidden_space", layer=layer), {}
    samples = found["samples"].values
    run.network.forward(run.data("train").inputs[samples], run.state, record)
    values = record[f"layers.{layer}.activation"].flatten(1).numpy().astype(np.float64)
    pca = PCA(2, svd_solver="full")
    np.testing.assert_allclose(found["scores"].values, pca.fit_transform(values), atol=1e-4)
    np.testing.assert_allclose(found["shares"].values, pca.explained_variance_ratio_, atol=1e-5)
    assert found["values"].values[0] == values.shape[1] and found["layer"].values[0] == layer
    np.testing.assert_array_equal(found["target"].values, run.data("train").y[samples])


def test_values_without_a_second_direction_lie_on_a_line_or_in_a_point():
    scores, share = principal(np.arange(5.0)[:, None])
    np.testing.assert_allclose(scores, [[x, 0] for x in (-2, -1, 0, 1, 2)])
    assert share.tolist() == [1, 0]
    scores, share = principal(np.ones((4, 9)))
    assert not scores.any() and not share.any()


def test_while_a_run_moves_it_is_computed_only_now_and_then_and_at_rest_always():
    run = Run(RunSpec.default())
    first = run.probe("hidden_space")["scores"].values
    run.moving = True
    run.advance(steps=3)
    np.testing.assert_array_equal(run.probe("hidden_space")["scores"].values, first)
    run.moving = False
    assert not np.array_equal(run.probe("hidden_space")["scores"].values, first)


def test_a_layer_that_is_not_there_is_refused():
    with pytest.raises(SpecError, match="0 to 2"):
        Run(RunSpec.default()).probe("hidden_space", layer=3)
