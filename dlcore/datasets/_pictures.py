"""What sets of pictures share: how a sample looks on screen, another size, and keeping what was drawn."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

import numpy as np

from dlcore.limits import LIMITS


def convolutions(*channels: int) -> list[dict[str, Any]]:
    """The layers of a network to begin with: so many convolutions with ReLU, each with pooling, then flatten."""
    layers = []
    for count in channels:
        layers += [{"kind": "conv2d", "channels": count, "activation": "relu"}, {"kind": "max_pool2d"}]
    return [*layers, {"kind": "flatten"}]


def seed_of(rng: np.random.Generator) -> int:
    """The seed of all that a set draws by number: so that a row is the same, however many there are."""
    return int(rng.integers(2**32))


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


class Kept:
    """Rows that were made before, so that a change elsewhere in a spec does not make them again.

    At most `LIMITS.max_picture_bytes` in this process; what was not asked for the longest goes first. A set is known
    by its key, and a row of it by its number: more rows are made where fewer are known.
    """

    def __init__(self) -> None:
        self._found: OrderedDict[Hashable, np.ndarray] = OrderedDict()

    def rows(self, key: Hashable, count: int, make: Callable[[range], np.ndarray]) -> np.ndarray:
        """The first `count` rows of the set with that key, read-only; make(numbers) gives those that are missing."""
        found = self._found.pop(key, None)
        have = 0 if found is None else len(found)
        if have < count:
            new = make(range(have, count))
            found = new if found is None else np.concatenate([found, new])
            found.flags.writeable = False
        self._found[key] = found
        while len(self._found) > 1 and self.bytes > LIMITS.max_picture_bytes:
            self._found.popitem(last=False)
        return found[:count]

    def row(self, key: Hashable, index: int, make: Callable[[range], np.ndarray]) -> np.ndarray:
        """One row, made alone where it is not known."""
        found = self._found.get(key, ())
        return found[index] if index < len(found) else make(range(index, index + 1))[0]

    @property
    def bytes(self) -> int:
        """How many are kept."""
        return sum(rows.nbytes for rows in self._found.values())
