"""Moons: two half circles that reach into each other.

    upper, orange: 3·(cos t, sin t) − (1.5, 0.75),  t from 0 to π in equal steps
    lower, blue:   3·(1 − cos t, 0.5 − sin t) − (1.5, 0.75)
    each coordinate plus N(0, (3ν)²)

scikit-learn's make_moons, three times as large and around the middle. Only the noise is random;
without it the points are the same for every seed.

Source: scikit-learn, make_moons.
"""

from __future__ import annotations

import numpy as np

from dlcore.datasets import Dataset, sampled

RADIUS = 3.0
MIDDLE = np.array([0.5, 0.25])  # of both moons together, in radii


def generate(rng, noise=0, samples=500):
    """Points (samples, 2), the upper moon first, and the class 0 or 1 of each (samples,)."""
    upper = samples // 2
    t = np.concatenate([np.linspace(0, np.pi, upper), np.linspace(0, np.pi, samples - upper)])
    y = (np.arange(samples) >= upper).astype(np.float64)
    unit = np.stack([np.where(y == 1, 1 - np.cos(t), np.cos(t)), np.where(y == 1, 0.5 - np.sin(t), np.sin(t))], axis=1)
    return RADIUS * (unit - MIDDLE + noise / 100 * rng.standard_normal((samples, 2))), y


ENTRY = Dataset(
    id="moons",
    label="Moons",
    sentence="Two half circles, orange above and blue below, that reach into each other.",
    formula="orange: (cos t, sin t), blue: (1 − cos t, ½ − sin t), t = 0 … π",
    source="scikit-learn, make_moons",
    params=sampled(500),
    examples=({}, {"noise": 25}, {"samples": 11, "noise": 30}),
    order=41,
    generate=generate,
    target="binary",
    goal="Separate the orange moon from the blue one.",
)
