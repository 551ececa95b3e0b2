"""Moons, rings and blobs against scikit-learn's makers of such sets, and against their rules."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from sklearn.datasets import make_blobs, make_moons

from dlcore import Run, RunSpec, SpecError
from dlcore.catalogue import catalogue

DATASETS = catalogue("datasets")


def make(name, seed=0, **params):
    return DATASETS[name].generate(np.random.default_rng(seed), **params)


@pytest.mark.parametrize("samples", [500, 11])
def test_moons_are_make_moons(samples):
    """Oracle: sklearn.datasets.make_moons, three times as large and moved to the middle."""
    x, y = make("moons", samples=samples)
    theirs, labels = make_moons(samples, shuffle=False)
    np.testing.assert_allclose(x, 3 * (theirs - [0.5, 0.25]), atol=1e-12)
    np.testing.assert_array_equal(y, labels)


def test_noise_of_moons_is_make_moons_noise():
    """Oracle: make_moons with the same noise; Kolmogorov-Smirnov on how far points are from their place."""
    theirs = 3 * (make_moons(4000, shuffle=False, noise=0.2, random_state=1)[0] - make_moons(4000, shuffle=False)[0])
    ours = make("moons", samples=4000, noise=20)[0] - make("moons", samples=4000)[0]
    assert scipy.stats.ks_2samp(ours.ravel(), theirs.ravel()).pvalue > 0.001


@pytest.mark.parametrize("classes", [2, 3, 5])
@pytest.mark.parametrize("noise", [0, 25])
def test_blobs_are_make_blobs(classes, noise):
    """Oracle: sklearn.datasets.make_blobs around centres on a circle of radius 3.5, σ = 0.6 + 2·ν."""
    angle = 2 * np.pi * (np.arange(classes) + 0.5) / classes
    centres = 3.5 * np.c_[np.sin(angle), np.cos(angle)]
    theirs, labels = make_blobs(4000, centers=centres, cluster_std=0.6 + 2 * noise / 100, random_state=3)
    x, y = make("blobs", seed=4, classes=classes, noise=noise, samples=4000)
    for label in range(classes):
        assert abs((y == label).sum() - 4000 / classes) < 1
        for column in (0, 1):
            one, other = x[y == label, column], theirs[labels == label, column]
            assert scipy.stats.ks_2samp(one, other).pvalue > 0.001


@pytest.mark.parametrize("classes", [2, 3, 4, 5])
def test_rings_lie_one_in_another(classes):
    """Oracle: the rule: ring k reaches from (k − 0.7)·5/K to k·5/K, as many points in each, evenly around."""
    x, y = make("rings", classes=classes, samples=3000)
    r, angle = np.hypot(*x.T), np.arctan2(x[:, 1], x[:, 0])
    for k in range(classes):
        inside = r[y == k] * classes / 5
        assert len(inside) == 3000 // classes
        assert k + 0.3 <= inside.min() < k + 0.31 and k + 0.99 < inside.max() <= k + 1
        assert scipy.stats.kstest(angle[y == k], "uniform", (-np.pi, 2 * np.pi)).pvalue > 0.001


def test_noise_of_rings_goes_with_their_width():
    """Oracle: the rule: the same generator without noise, then N(0, (ν·5/K)²) on each coordinate."""
    moved = make("rings", classes=4, noise=40, samples=5000)[0] - make("rings", classes=4, samples=5000)[0]
    assert scipy.stats.kstest(moved.ravel(), "norm", (0, 0.4 * 5 / 4)).pvalue > 0.001


@pytest.mark.parametrize("kind", ["rings", "blobs"])
def test_the_network_follows_the_number_of_classes(kind):
    """Oracle: DESIGN: two classes are a binary set with one output, more have an output each and a softmax."""
    spec = RunSpec.default().with_(**{"data.kind": kind, "data.classes": 2})
    resolved = spec.resolved
    assert (resolved.target, resolved.columns, resolved.loss.id) == ("binary", 1, "binary_cross_entropy")
    for classes in (3, 4, 5):
        resolved = spec.with_(**{"data.classes": classes}).resolved
        assert (resolved.target, resolved.columns) == ("classes", classes)
        assert (resolved.loss.id, resolved.output_activation) == ("softmax_cross_entropy", "softmax")
    with pytest.raises(SpecError, match="between 2 and 5"):
        spec.with_(**{"data.classes": 6})
    with pytest.raises(SpecError, match="does not fit"):
        spec.with_(**{"data.classes": 3, "learning.loss": "mean_squared"})


def test_what_is_evaluated_must_have_the_same_classes():
    run = Run(RunSpec.default().with_(**{"data.kind": "rings"}))
    assert set(run.evaluate("blobs")) == {"loss", "accuracy"}
    with pytest.raises(SpecError, match="another kind of answer"):
        run.evaluate("circle")
    with pytest.raises(SpecError, match="whole numbers from 0 to 2"):
        run.evaluate(([[0, 0]], [3]))
