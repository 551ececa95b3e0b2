"""What the sets of pictures share: how a sample looks on screen, and pictures of another size."""

from __future__ import annotations

import numpy as np


def shown(x: np.ndarray) -> np.ndarray:
    """One sample (channels, rows, columns) from 0 to 1 as it is seen: uint8 (rows, columns, 3), grey where there is
    one channel."""
    pixels = (np.clip(x, 0, 1) * 255 + 0.5).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(pixels.transpose(1, 2, 0), (*x.shape[1:], 3)))


def resampled(x: np.ndarray, side: int) -> np.ndarray:
    """Pictures (samples, channels, rows, columns) with `side` rows and columns, bilinear between the middles of the
    pixels and constant beyond the outermost: float32 (samples, channels, side, side)."""
    rows, columns = (_weights(old, side) for old in x.shape[2:])
    return (rows @ x @ columns.T).astype(np.float32)


def _weights(old: int, new: int) -> np.ndarray:
    """(new, old): how much of each old pixel goes into each new one, along one axis."""
    places = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
    return np.maximum(0, 1 - np.abs(places[:, None] - np.arange(old)))
