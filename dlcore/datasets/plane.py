"""Plane: a slope from one corner to the other, a number for every point.

    x₁, x₂ ~ U(−6, 6)
    y = (x₁ + x₂ + jitter) / 10,  jitter ~ U(−6, 6)·ν in each coordinate

A single linear neuron can learn it: both weights 0.1, bias 0. The noise moves the place where the
number is read and not the point. At the corners the number reaches ±1.2.

Source: TensorFlow Playground, dataset.ts, regressPlane (2016).
"""

from __future__ import annotations

from dlcore.datasets import TFP_DEFAULTS, Dataset, sampled

RADIUS = 6.0


def generate(rng, noise=0, samples=1200):
    """Points (samples, 2) and the number of each (samples,)."""
    x = rng.uniform(-RADIUS, RADIUS, (samples, 2))
    # Drawn at noise 0 too, so that moving the noise keeps the points where they are.
    jitter = rng.uniform(-RADIUS, RADIUS, (samples, 2)) * (noise / 100)
    return x, (x + jitter).sum(axis=1) / 10


ENTRY = Dataset(
    id="plane",
    label="Plane",
    sentence="A number for every point, rising steadily from the bottom left to the top right.",
    formula="y = (x₁ + x₂) / 10",
    source="TensorFlow Playground (2016), dataset.ts",
    params=sampled(1200),
    examples=({}, {"noise": 25}, {"samples": 11, "noise": 50}),
    order=50,
    generate=generate,
    target="number",
    group="numbers",
    goal="Match the colour at every point: an even slope.",
    defaults=TFP_DEFAULTS,
    tfp="reg-plane",
)
