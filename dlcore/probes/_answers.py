"""What several probes read of the network's answers."""

from __future__ import annotations

import numpy as np


def shares(prediction: np.ndarray, span: tuple[float, float]) -> np.ndarray:
    """(samples, classes) between 0 and 1, of outputs (samples, classes), or (samples,) where one output tells two
    classes apart: how far it is from the low end of its range `span` to the high one, which is the second class.

    Trained by cross-entropy these are the classes' probabilities; by a squared error an output comes to the mean
    target, which is the same on the scale from −1 to 1. Beyond the range, which some losses allow, it is clipped.
    """
    low, high = span
    share = np.clip((prediction - low) / (high - low), 0, 1)
    return (share if share.ndim == 2 else np.stack([1 - share, share], axis=1)).astype(np.float32)


def answers(prediction: np.ndarray, span: tuple[float, float]) -> np.ndarray:
    """(samples,) int64: the class with the largest output, or the side of the middle that the only output is on."""
    if prediction.ndim == 2:
        return prediction.argmax(axis=1)
    return (prediction > sum(span) / 2).astype(np.int64)
