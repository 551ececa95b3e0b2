"""Each dataset against its rule, in two ways.

Without noise, every label is checked point by point. With noise, a plain loop over Python's `random`
draws from TensorFlow Playground's rules as PARITY states them, and the two samples are compared.
"""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
import scipy.stats

from dlcore.catalogue import catalogue

DATASETS = catalogue("datasets")
CENTRES = [(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)]


def make(name, seed=0, **params):
    return DATASETS[name].generate(np.random.default_rng(seed), **params)


def hill(a, b):
    """The multi-gaussian's number at a place: of the largest magnitude among the six cones."""
    return max((sign * max(0, 1 - math.dist((a, b), (u, v)) / 2) for u, v, sign in CENTRES), key=abs)


LABELS = {
    "circle": lambda a, b: math.hypot(a, b) < 2.5,
    "xor": lambda a, b: a * b >= 0,
    "plane": lambda a, b: (a + b) / 10,
    "multi_gaussian": hill,
}


@pytest.mark.parametrize("name", LABELS)
def test_labels_without_noise(name):
    """Oracle: the rule, point by point."""
    x, y = make(name)
    np.testing.assert_allclose(y, [LABELS[name](a, b) for a, b in x], atol=1e-12)


def emulate(name, count, noise, rng):
    """TensorFlow Playground's rules as plain loops: rows (x₁, x₂, label), label ±1 or a number."""
    rows, half = [], count / 2

    def jitter(span):
        return rng.uniform(-span, span) * noise

    for i in range(count):
        first, k = i < half, i if i < half else i - math.ceil(half)
        if name == "circle":
            r, angle = rng.uniform(0, 2.5) if first else rng.uniform(3.5, 5), rng.uniform(0, 2 * math.pi)
            a, b = r * math.sin(angle), r * math.cos(angle)
            label = 1 if math.hypot(a + jitter(5), b + jitter(5)) < 2.5 else -1
        elif name == "xor":
            a, b = rng.uniform(-5, 5), rng.uniform(-5, 5)
            a, b = a + (0.3 if a > 0 else -0.3), b + (0.3 if b > 0 else -0.3)
            label = 1 if (a + jitter(5)) * (b + jitter(5)) >= 0 else -1
        elif name == "gaussian":
            spread = math.sqrt(0.5 + (4 - 0.5) * noise / 0.5)
            label = 1 if first else -1
            a, b = rng.gauss(2 * label, spread), rng.gauss(2 * label, spread)
        elif name == "spiral":
            label = 1 if first else -1
            r, t = 5 * k / half, 1.75 * k / half * 2 * math.pi + (0 if first else math.pi)
            a, b = r * math.sin(t) + jitter(1), r * math.cos(t) + jitter(1)
        else:
            a, b = rng.uniform(-6, 6), rng.uniform(-6, 6)
            label = LABELS[name](a + jitter(6), b + jitter(6))
        rows.append((a, b, label))
    return np.array(rows)


@pytest.mark.parametrize("noise", [0, 20, 50])
@pytest.mark.parametrize("name", ["circle", "xor", "gaussian", "spiral", "plane", "multi_gaussian"])
def test_same_distribution_as_the_rule(name, noise):
    """Oracle: `emulate`; Kolmogorov-Smirnov on place, label, and how they hang together."""
    count = 4000
    expected = emulate(name, count, noise / 100, random.Random(8))
    x, y = make(name, seed=9, noise=noise, samples=count)
    if DATASETS[name].target == "binary":
        y = 2 * y - 1
        share, other = (y > 0).mean(), (expected[:, 2] > 0).mean()
        assert share == pytest.approx(other, abs=0.035), "as many blue points"
    a, b, label = expected.T
    for ours, theirs in [
        (x[:, 0], a),
        (x[:, 1], b),
        (np.hypot(*x.T), np.hypot(a, b)),
        (y, label),
        (y * np.hypot(*x.T), label * np.hypot(a, b)),
        (y * x[:, 0] * x[:, 1], label * a * b),
        (y * x[:, 0], label * a),
    ]:
        assert scipy.stats.ks_2samp(ours, theirs, method="asymp").pvalue > 0.001


def test_reach_of_the_spirals_noise():
    """Oracle: the rule: each coordinate moves by at most ν, and over many points by nearly that."""
    moved = np.abs(make("spiral", noise=20, samples=5000)[0] - make("spiral", noise=0, samples=5000)[0])
    assert 0.199 < moved[:, 0].max() <= 0.2 and 0.199 < moved[:, 1].max() <= 0.2


def test_spread_of_the_planes_noise():
    """Oracle: closed form. The sum of two U(−6ν, 6ν) has the variance 2·(6ν)²/3."""
    x, y = make("plane", noise=20, samples=100_000)
    assert (10 * y - x.sum(axis=1)).var() == pytest.approx(2 * 1.2**2 / 3, rel=0.02)


def test_share_of_colours_that_exclusive_ors_noise_flips():
    """Oracle: closed form. U(−5ν, 5ν) carries a across zero with probability (5ν − |a|) / (10ν)."""
    x, y = make("xor", noise=20, samples=100_000)
    crosses = np.maximum(0, (1 - np.abs(x)) / 2)
    flips = crosses[:, 0] * (1 - crosses[:, 1]) + crosses[:, 1] * (1 - crosses[:, 0])
    assert (y != (x[:, 0] * x[:, 1] >= 0)).mean() == pytest.approx(flips.mean(), rel=0.04)


def test_reach_of_the_multi_gaussians_noise():
    """Oracle: the rule: a cone of radius 2 at height 2.5, read up to 6ν away, is met up to 4.5 + 6ν."""
    x, y = make("multi_gaussian", noise=10, samples=200_000)
    assert 5.05 < np.abs(x[y != 0, 1]).max() <= 5.1


def test_spiral_without_noise_is_the_curve():
    """Oracle: `emulate`, to the last digit, for even and odd numbers of points."""
    for count in (500, 11):
        x, y = make("spiral", samples=count)
        np.testing.assert_allclose(
            np.c_[x, 2 * y - 1], emulate("spiral", count, 0, random.Random(0)), atol=1e-12
        )


def test_circle_is_half_disc_half_ring_with_a_gap():
    """Oracle: the rule: radii 0 to 2.5 and 3.5 to 5."""
    x, y = make("circle", samples=2000)
    r = np.hypot(*x.T)
    assert (r < 2.5).sum() == (y == 1).sum() == 1000
    assert not ((r > 2.5) & (r < 3.5)).any() and r.max() <= 5 and r[y == 0].min() >= 3.5


def test_exclusive_or_leaves_a_cross_free():
    """Oracle: the rule: no coordinate nearer than 0.3 to zero, none beyond 5.3."""
    x, _ = make("xor", samples=2000)
    assert np.abs(x).min() >= 0.3 and np.abs(x).max() <= 5.3


@pytest.mark.parametrize("noise, variance", [(0, 0.5), (25, 2.25), (50, 4.0)])
def test_gaussian_variance_is_linear_in_the_noise(noise, variance):
    """Oracle: the rule, within four standard errors of mean and variance."""
    x, y = make("gaussian", samples=5000, noise=noise)
    for label, centre in ((1, 2), (0, -2)):
        cloud = x[y == label].ravel()
        assert len(cloud) == 5000
        assert cloud.mean() == pytest.approx(centre, abs=4 * math.sqrt(variance / 5000))
        assert cloud.var() == pytest.approx(variance, rel=4 * math.sqrt(2 / 5000))


@pytest.mark.parametrize("name", ["circle", "xor", "plane", "multi_gaussian"])
def test_noise_moves_labels_not_points(name):
    """Oracle: PARITY: the jitter moves the label. So the slider leaves the points where they are."""
    calm, noisy = make(name, noise=0), make(name, noise=50)
    assert np.array_equal(calm[0], noisy[0]) and not np.array_equal(calm[1], noisy[1])


def test_defaults_are_playgrounds():
    """Oracle: PARITY: 500 points for classes, 1,200 for numbers, its engine's settings, its link names."""
    names = {
        "circle": "circle",
        "xor": "xor",
        "gaussian": "gauss",
        "spiral": "spiral",
        "plane": "reg-plane",
        "multi_gaussian": "reg-gauss",
    }
    for name, link in names.items():
        entry = DATASETS[name]
        assert entry.tfp == link and entry.extent == 6 and entry.split
        assert entry.param("samples").default == (1200 if link.startswith("reg") else 500)
        assert len(make(name)[0]) == entry.param("samples").default
        assert entry.defaults == {
            "learning.loss": "half_squared",
            "learning.shuffle": False,
            "learning.remainder": "carry",
        }


@pytest.mark.parametrize(
    "name, rule",
    [
        ("logic_and", lambda a, b: a and b),
        ("logic_or", lambda a, b: a or b),
        ("logic_xor", lambda a, b: a != b),
    ],
)
def test_truth_tables(name, rule):
    """Oracle: Python's own logic, false at −1 and true at +1."""
    x, y = make(name)
    assert sorted(map(tuple, x)) == [(-1, -1), (-1, 1), (1, -1), (1, 1)]
    assert y.tolist() == [float(rule(a > 0, b > 0)) for a, b in x]
    assert not DATASETS[name].split and "−1" in DATASETS[name].sentence
