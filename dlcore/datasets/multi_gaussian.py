"""Multi-gaussian: hills and hollows, a number for every point.

    x₁, x₂ ~ U(−6, 6)
    six centres at x₁ = −4, 0, 4 and x₂ = ±2.5, signs + − + above and − + − below
    y = sign·max(0, 1 − d / 2) of the centre where that is largest, d its distance to the
    point plus jitter,  jitter ~ U(−6, 6)·ν in each coordinate

In spite of the name the hills are cones: straight slopes of radius 2, and 0 between them.

Source: TensorFlow Playground, dataset.ts, regressGaussian (2016).
"""

from __future__ import annotations

import numpy as np

from dlcore.datasets import TFP_DEFAULTS, Dataset, sampled

RADIUS = 6.0
CENTRES = np.array([[-4, 2.5], [0, 2.5], [4, 2.5], [-4, -2.5], [0, -2.5], [4, -2.5]])
SIGNS = np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])


def generate(rng, noise=0, samples=1200):
    """Points (samples, 2) and the number of each (samples,), from −1 to 1."""
    x = rng.uniform(-RADIUS, RADIUS, (samples, 2))
    # Drawn at noise 0 too, so that moving the noise keeps the points where they are.
    jittered = x + rng.uniform(-RADIUS, RADIUS, (samples, 2)) * (noise / 100)
    distance = np.linalg.norm(jittered[:, None] - CENTRES, axis=2)  # (n, centre)
    height = np.maximum(0.0, 1 - distance / 2)
    nearest = height.argmax(axis=1)
    return x, SIGNS[nearest] * height[np.arange(samples), nearest]


ENTRY = Dataset(
    id="multi_gaussian",
    label="Multi gaussian",
    sentence="A number for every point: three hills and three hollows, with flat ground between them.",
    formula="y = ±max(0, 1 − d / 2), d = distance to the nearest of six centres",
    source="TensorFlow Playground (2016), dataset.ts",
    params=sampled(1200),
    examples=({}, {"noise": 25}, {"samples": 11, "noise": 50}),
    order=60,
    generate=generate,
    target="number",
    group="numbers",
    goal="Match the colour at every point: three hills, three hollows.",
    defaults=TFP_DEFAULTS,
    tfp="reg-gauss",
)
