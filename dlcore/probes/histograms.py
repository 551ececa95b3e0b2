"""Histograms of every layer: its weights, biases, gradients of the coming step, and activations.

All layers share one range for each quantity, so that they compare at a glance; it is a round number,
so that it seldom changes. What is read of a large layer is capped: see `dlcore.training.distributions`.
The cost stays below that of the maps: about as long as four steps of training.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dlcore.probes import Named, Probe, ProbeContext

BINS = 30
ROUND = (1.0, 1.5, 2.0, 3.0, 5.0, 7.5, 10.0)
LEAST = 1e-12


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """counts I32 (4, layers, bins): weights, biases, gradients, activations; spans F32 (4, 2): the low end
    of the first bin and the high end of the last one; statistics F32 (4, layers, 8): count, mean, standard
    deviation, mean size, lowest, highest, share of zeros, share on a flat part. Bins are equally wide."""
    found = context.distributions
    sizes, values = found.sizes, found.values
    quantity = np.repeat(np.repeat(np.arange(len(sizes)), sizes.shape[1]), sizes.ravel())
    row = np.repeat(np.arange(sizes.size), sizes.ravel())
    finite = np.isfinite(values)
    quantity, row, values = quantity[finite], row[finite], values[finite]
    shared = np.where(quantity == 1, 0, quantity)  # weights and biases are drawn in one picture
    spans = np.array([span(values[shared == (0 if index == 1 else index)]) for index in range(len(sizes))])
    low, high = spans[quantity].T
    bins = np.clip((values - low) / (high - low) * BINS, 0, BINS - 1).astype(np.int64)
    counts = np.bincount(row * BINS + bins, minlength=sizes.size * BINS).reshape(*sizes.shape, BINS)
    return {
        "counts": Named(counts.astype(np.int32), ("quantity", "layer", "bin")),
        "spans": Named(spans.astype(np.float32), ("quantity", "end")),
        "statistics": Named(found.statistics(), ("quantity", "layer", "statistic")),
    }


def span(values: np.ndarray) -> tuple[float, float]:
    """Round ends that hold all values and zero: symmetrical, or from zero where none is negative."""
    if not len(values):
        return -1.0, 1.0
    bound = max(float(np.abs(values).max()), LEAST)
    power = 10.0 ** math.floor(math.log10(bound))
    high = next(factor * power for factor in ROUND if factor * power >= bound * (1 - 1e-9))
    return (0.0 if values.min() >= 0 else -high), high


ENTRY = Probe(
    id="histograms",
    label="Histograms",
    sentence="How weights, gradients and activations of every layer are spread now.",
    arrays=arrays,
    needs=("distributions",),
)
