"""Exclusive or: opposite corners belong together.

    x₁, x₂ ~ U(−5, 5), each then pushed 0.3 away from zero
    blue where (x₁ + jitter)·(x₂ + jitter) ≥ 0,  jitter ~ U(−5, 5)·ν

The push leaves a clear cross between the four squares. No straight line separates the classes:
two lines are needed, which is two hidden neurons.

Source: TensorFlow Playground, dataset.ts, classifyXORData (2016).
"""

from __future__ import annotations

import numpy as np

from dlcore.datasets import TFP_DEFAULTS, Dataset, sampled

PADDING = 0.3


def generate(rng, noise=0, samples=500):
    """Points (samples, 2) and the class 0 or 1 of each (samples,)."""
    x = rng.uniform(-5, 5, (samples, 2))
    x += np.where(x > 0, PADDING, -PADDING)
    # Drawn at noise 0 too, so that moving the noise keeps the points where they are.
    jittered = x + rng.uniform(-5, 5, (samples, 2)) * (noise / 100)
    return x, (jittered[:, 0] * jittered[:, 1] >= 0).astype(np.float64)


ENTRY = Dataset(
    id="xor",
    label="Exclusive or",
    sentence="Four squares; those in opposite corners have the same colour.",
    formula="blue where x₁·x₂ ≥ 0",
    source="TensorFlow Playground (2016), dataset.ts",
    params=sampled(500),
    examples=({}, {"noise": 25}, {"samples": 11, "noise": 50}),
    order=20,
    generate=generate,
    target="binary",
    goal="Separate the blue corners from the orange ones.",
    defaults=TFP_DEFAULTS,
    tfp="xor",
)
