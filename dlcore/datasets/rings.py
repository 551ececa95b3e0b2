"""Rings: one class in each of two to five rings around the same middle.

    ring k of K: r ~ U((k − 0.7)·5/K, k·5/K),  angle ~ U(0, 2π)
    each coordinate plus N(0, (ν·5/K)²)

Between two rings lies a gap as wide as three tenths of a ring and its gap. No straight line
separates any two of them. At ν = 0.5 half a ring's width of chance is mixed in.

Source: after TensorFlow Playground's circle (2016) and scikit-learn's make_circles.
"""

from __future__ import annotations

import numpy as np

from dlcore.datasets import Dataset, class_count, sampled, several

RADIUS = 5.0


def generate(rng, classes=3, noise=0, samples=500):
    """Points (samples, 2), the rings in turn, and each one's ring from the inside, 0 … classes − 1 (samples,)."""
    y = np.arange(samples) % classes
    wide = RADIUS / classes
    r = wide * rng.uniform(y + 0.3, y + 1)
    angle = rng.uniform(0, 2 * np.pi, samples)
    x = np.stack([r * np.cos(angle), r * np.sin(angle)], axis=1)  # (n, 2)
    return x + wide * noise / 100 * rng.standard_normal((samples, 2)), y.astype(np.float64)


ENTRY = Dataset(
    id="rings",
    label="Rings",
    sentence="Two to five rings around the same middle, each a class of its own; ring 1 is the innermost.",
    formula="ring k of K: r = (k − 0.7)·5/K … k·5/K",
    source="After TensorFlow Playground's circle (2016) and scikit-learn's make_circles",
    params=(class_count(), *sampled(500)),
    examples=({}, {"classes": 2}, {"classes": 5, "noise": 25}, {"classes": 4, "samples": 11, "noise": 50}),
    order=42,
    generate=generate,
    group="several classes",
    follow=lambda classes, **_: several(classes, "ring"),
    **several(3, "ring"),
)
