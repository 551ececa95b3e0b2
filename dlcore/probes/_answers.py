"""What several probes read of the network's answers, and of their options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcore.params import SpecError

SPLITS = ("train", "test")


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


def split_of(options: Mapping[str, Any], without: str = "train") -> str:
    """The option "split"; SpecError where it names none."""
    split = options.get("split", without)
    if split not in SPLITS:
        raise SpecError("probe.split", "Samples are those of “train” or of “test”.")
    return split


def whole(options: Mapping[str, Any], name: str, without: int | None, below: int) -> int | None:
    """An option that is a whole number from 0 on, and less than `below`; SpecError where it is not."""
    value = options.get(name, without)
    if value is None and without is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < below:
        raise SpecError(f"probe.{name}", f"“{name}” must be a whole number from 0 to {below - 1}.")
    return value
