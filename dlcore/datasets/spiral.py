"""Spiral: two arms wound around each other.

    i-th of n/2 points of an arm: r = 5·i / (n/2),  t = 1.75·2π·i / (n/2), plus π for the orange arm
    x₁ = r·sin t,  x₂ = r·cos t, each plus U(−1, 1)·ν

The hardest of the two-input sets: the border has to wind along between the arms. Only the noise
is random; without it the points are the same for every seed.

Source: TensorFlow Playground, dataset.ts, classifySpiralData (2016); the two spirals as a test
are due to Wieland, in Lang & Witbrock, Learning to tell two spirals apart (1988).
"""

from __future__ import annotations

import numpy as np

from dlcore.datasets import TFP_DEFAULTS, Dataset, sampled

TURNS = 1.75


def generate(rng, noise=0, samples=500):
    """Points (samples, 2), the blue arm first, and the class 0 or 1 of each (samples,)."""
    first = (samples + 1) // 2
    share = np.concatenate([np.arange(first), np.arange(samples - first)]) / (samples / 2)
    y = (np.arange(samples) < first).astype(np.float64)
    r = 5 * share
    t = TURNS * 2 * np.pi * share + np.where(y == 1, 0.0, np.pi)
    x = np.stack([r * np.sin(t), r * np.cos(t)], axis=1)  # (n, 2)
    return x + rng.uniform(-1, 1, (samples, 2)) * (noise / 100), y


ENTRY = Dataset(
    id="spiral",
    label="Spiral",
    sentence="A blue and an orange arm wind around each other almost twice.",
    formula="blue: (r·sin t, r·cos t), orange: (−r·sin t, −r·cos t), r = 5·s, t = 1.75·2π·s, s = 0 … 1",
    source="TensorFlow Playground (2016), dataset.ts; Lang & Witbrock (1988)",
    params=sampled(500),
    examples=({}, {"noise": 25}, {"samples": 11, "noise": 50}),
    order=40,
    generate=generate,
    target="binary",
    goal="Separate blue from orange.",
    hint="This needs more: add neurons with +, and inputs such as sin x₁ and sin x₂.",
    defaults=TFP_DEFAULTS,
    tfp="spiral",
)
