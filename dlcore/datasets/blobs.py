"""Blobs: two to five round clouds, their centres evenly spaced on a circle.

    centre k of K: 3.5·(sin φ, cos φ),  φ = 2π·(k − ½)/K
    each coordinate normal around it with standard deviation 0.6 + 2·ν

Straight lines separate the clouds as far as they can be separated; from ν = 0.2 on they overlap,
and no network can be right about every point.

Source: scikit-learn, make_blobs, with the centres in fixed places.
"""

from __future__ import annotations

import numpy as np

from dlcore.datasets import Dataset, class_count, sampled, several

RADIUS = 3.5


def generate(rng, classes=3, noise=0, samples=500):
    """Points (samples, 2), the blobs in turn, and each one's blob, 0 … classes − 1 (samples,)."""
    y = np.arange(samples) % classes
    angle = 2 * np.pi * (y + 0.5) / classes
    centres = RADIUS * np.stack([np.sin(angle), np.cos(angle)], axis=1)  # (n, 2)
    return centres + (0.6 + 2 * noise / 100) * rng.standard_normal((samples, 2)), y.astype(np.float64)


ENTRY = Dataset(
    id="blobs",
    label="Blobs",
    sentence="Two to five round clouds of points, each a class of its own.",
    formula="blob k of K ~ N(3.5·(sin φ, cos φ), σ²), φ = 2π·(k − ½)/K, σ = 0.6 + 2·ν",
    source="scikit-learn, make_blobs, with the centres in fixed places",
    params=(class_count(), *sampled(500)),
    examples=({}, {"classes": 2}, {"classes": 5, "noise": 25}, {"classes": 4, "samples": 11, "noise": 25}),
    order=43,
    generate=generate,
    group="several classes",
    follow=lambda classes, **_: several(classes, "blob"),
    **several(3, "blob"),
)
