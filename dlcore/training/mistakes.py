"""Deliberate mistakes with data, so that people can see what they do. Both are 0 unless asked for.

Shuffled labels: a share of the training samples swap their labels among themselves; a large network
learns them by heart (Zhang et al., Understanding deep learning requires rethinking generalization,
2017). Leaked test: a share of the test samples are copies of training samples, so that a network
that only remembers looks as if it understood (Kapoor & Narayanan, Leakage and the reproducibility
crisis, 2023). The training set stays the same: only the judgement of it is spoiled.
"""

from __future__ import annotations

import numpy as np

Points = tuple[np.ndarray, ...]  # x, y, and what else is known of each sample


def shuffle_labels(points: Points, share: float, rng: np.random.Generator) -> Points:
    """x (samples, …) and y (samples,), with `share` (0 … 1) of y dealt out anew.

    Each of the chosen samples gets the label of another one of them, so how often a label occurs stays.
    """
    x, y, *others = points
    chosen = rng.permutation(len(y))[: round(len(y) * share)]
    spoiled = y.copy()
    spoiled[chosen] = y[np.roll(chosen, 1)]
    return x, spoiled, *others


def leak(test: Points, train: Points, share: float, rng: np.random.Generator) -> Points:
    """The test points, with `share` (0 … 1) of them replaced by training points."""
    spoiled = tuple(part.copy() for part in test)
    places = rng.permutation(len(test[1]))[: round(len(test[1]) * share)]
    sources = np.resize(rng.permutation(len(train[1])), len(places))
    for part, source in zip(spoiled, train, strict=True):
        part[places] = source[sources]
    return spoiled
