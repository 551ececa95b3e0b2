"""What probes of samples share: which are meant, how their numbers are named, and pictures as bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcore.params import SpecError
from dlcore.probes import Named, quantize

SPLITS = ("train", "test")
FURTHEST = 10**9  # a sample’s number; where there are fewer the last one is meant
MOST_PRODUCTS = 2**28  # that a picture’s passes of many samples may take together
OF_VALUE = {1: ("unit",), 3: ("unit", "row", "column")}  # the axes of one sample's values, by how many they have


def split_of(options: Mapping[str, Any]) -> str:
    """The option "split"; SpecError where it names none."""
    split = options.get("split", "train")
    if split not in SPLITS:
        raise SpecError("probe.split", "A sample is one of “train” or of “test”.")
    return split


def whole(options: Mapping[str, Any], name: str, without: int | None, below: int) -> int | None:
    """An option that is a whole number from 0 on, and less than `below`; SpecError where it is not."""
    value = options.get(name, without)
    if value is None and without is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < below:
        raise SpecError(f"probe.{name}", f"“{name}” must be a whole number from 0 to {below - 1}.")
    return value


def which(options: Mapping[str, Any], context: Any) -> tuple[str, int | None]:
    """(split, index) of the sample that the options `split` and `sample` name, the last one where there are fewer;
    the index is None where the split is empty. SpecError for what names no sample."""
    sample, split = whole(options, "sample", 0, FURTHEST), split_of(options)
    count = len(context.data(split))
    return split, min(sample, count - 1) if count else None


def made_up(options: dict[str, Any], context: Any) -> np.ndarray | None:
    """The network's inputs of a picture that somebody drew, float32 (inputs,), where the options have `pixels`: a list
    of bytes, 0 dark and 255 light, by row, column and channel. SpecError where these are no picture of the data's."""
    pixels, shape = options.get("pixels"), context.spec.resolved.input_shape
    if pixels is None:
        return None
    fits = isinstance(pixels, list) and len(shape) == 3 and len(pixels) == shape[0] * shape[1] * shape[2]
    if not fits or not all(type(value) is int and 0 <= value <= 255 for value in pixels):
        raise SpecError("probe.pixels", "A drawn picture has the size of the data's, in whole numbers from 0 to 255.")
    x = np.array(pixels, np.float32).reshape(*shape[1:], shape[0]).transpose(2, 0, 1) / np.float32(255)
    return np.ascontiguousarray(x).ravel()


def symmetric(values: np.ndarray) -> tuple[float, float]:
    """A range with zero in its middle that holds all finite values."""
    size = np.abs(values[np.isfinite(values)])
    bound = float(size.max()) if size.size else 0.0
    return (-bound, bound) if bound > 0 else (-1.0, 1.0)


def pictures(values: np.ndarray) -> Named:
    """Pictures (samples, channels, rows, columns) from 0 to 1 as bytes; what lies beyond is black or white."""
    pixels = np.ascontiguousarray(quantize(values, (0, 1)).transpose(0, 2, 3, 1))
    return Named(pixels, ("sample", "row", "column", "channel"), (0.0, 1.0))
