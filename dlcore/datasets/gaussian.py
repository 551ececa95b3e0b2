"""Gaussian: two clouds.

    blue around (2, 2), orange around (−2, −2), each coordinate normal with variance 0.5 + 7·ν

The noise ν widens both clouds: from variance 0.5 at ν = 0 to 4 at ν = 0.5, where they overlap and
no network can be right about every point. At any noise the best border is a straight line.

Source: TensorFlow Playground, dataset.ts, classifyTwoGaussData (2016).
"""

from __future__ import annotations

import numpy as np

from dlcore.datasets import TFP_DEFAULTS, Dataset, sampled


def generate(rng, noise=0, samples=500):
    """Points (samples, 2), the blue cloud first, and the class 0 or 1 of each (samples,)."""
    y = (np.arange(samples) < (samples + 1) // 2).astype(np.float64)
    centres = np.where(y == 1, 2.0, -2.0)[:, None]  # (n, 1): both coordinates alike
    variance = 0.5 + 7 * noise / 100
    return centres + np.sqrt(variance) * rng.standard_normal((samples, 2)), y


ENTRY = Dataset(
    id="gaussian",
    label="Gaussian",
    sentence="Two round clouds of points, blue at the top right and orange at the bottom left.",
    formula="blue ~ N((2, 2), σ²), orange ~ N((−2, −2), σ²), σ² = 0.5 + 7·ν",
    source="TensorFlow Playground (2016), dataset.ts",
    params=sampled(500),
    examples=({}, {"noise": 25}, {"samples": 11, "noise": 50}),
    order=30,
    generate=generate,
    target="binary",
    goal="Separate the blue cloud from the orange one.",
    defaults=TFP_DEFAULTS,
    tfp="gauss",
)
