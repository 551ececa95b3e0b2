"""Circle: a disc inside a ring.

    half of the points: r ~ U(0, 2.5), the others: r ~ U(3.5, 5); angle ~ U(0, 2π)
    blue where |(x₁, x₂) + jitter| < 2.5,  jitter ~ U(−5, 5)·ν in each coordinate

The noise ν moves the label and not the point, so the picture shows points of the wrong colour.
No straight line separates the two classes.

Source: TensorFlow Playground, dataset.ts, classifyCircleData (2016).
"""

from __future__ import annotations

import numpy as np

from dlcore.datasets import TFP_DEFAULTS, Dataset, sampled

RADIUS = 5.0


def generate(rng, noise=0, samples=500):
    """Points (samples, 2), the disc first, and the class 0 or 1 of each (samples,)."""
    inner = (samples + 1) // 2
    low = np.where(np.arange(samples) < inner, 0.0, 0.7 * RADIUS)
    high = np.where(np.arange(samples) < inner, 0.5 * RADIUS, RADIUS)
    r = rng.uniform(low, high)
    angle = rng.uniform(0, 2 * np.pi, samples)
    x = np.stack([r * np.sin(angle), r * np.cos(angle)], axis=1)  # (n, 2)
    # Drawn at noise 0 too, so that moving the noise keeps the points where they are.
    jitter = rng.uniform(-RADIUS, RADIUS, (samples, 2)) * (noise / 100)
    distance = np.hypot(*(x + jitter).T)
    return x, (distance < 0.5 * RADIUS).astype(np.float64)


ENTRY = Dataset(
    id="circle",
    label="Circle",
    sentence="A blue disc inside an orange ring.",
    formula="blue where x₁² + x₂² < 2.5²",
    source="TensorFlow Playground (2016), dataset.ts",
    params=sampled(500),
    examples=({}, {"noise": 25}, {"samples": 11, "noise": 50}),
    order=10,
    generate=generate,
    target="binary",
    goal="Separate the blue disc from the orange ring.",
    defaults=TFP_DEFAULTS,
    tfp="circle",
)
