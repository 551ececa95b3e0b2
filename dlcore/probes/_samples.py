"""What probes of one sample share: which one is meant, and how its numbers are named."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcore.params import SpecError

SPLITS = ("train", "test")
OF_VALUE = {1: ("unit",), 3: ("unit", "row", "column")}  # the axes of one sample's values, by how many they have


def which(options: dict[str, Any], context: Any) -> tuple[str, int | None]:
    """(split, index) of the sample that the options `split` and `sample` name, the last one where there are fewer;
    the index is None where the split is empty. SpecError for what names no sample."""
    sample, split = options.get("sample", 0), options.get("split", "train")
    if isinstance(sample, bool) or not isinstance(sample, int) or sample < 0:
        raise SpecError("probe.sample", "A sample is a whole number from 0 on.")
    if split not in SPLITS:
        raise SpecError("probe.split", "A sample is one of “train” or of “test”.")
    count = len(context.data(split))
    return split, min(sample, count - 1) if count else None


def symmetric(values: np.ndarray) -> tuple[float, float]:
    """A range with zero in its middle that holds all finite values."""
    size = np.abs(values[np.isfinite(values)])
    bound = float(size.max()) if size.size else 0.0
    return (-bound, bound) if bound > 0 else (-1.0, 1.0)
