"""Rows of numbers that are only ever appended. Copies share their memory as far as they are alike.

A run remembers a hundred moments to come back to, each with the curve up to then. Were they copies, an
hour of training would grow them all; so one buffer serves every moment on its way, and only a run that
went back and takes another way gets one of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

FEWEST = 64  # rows that a buffer has room for at first


class _Buffer:
    """Memory for rows, `used` of which are written."""

    def __init__(self, rows: np.ndarray, room: int):
        self.values = np.empty((room, rows.shape[1]))
        self.values[: len(rows)] = rows
        self.used = len(rows)


class Rows:
    """(rows, columns) float64; the number of columns is that of the first row."""

    def __init__(self, rows: np.ndarray | None = None):
        self._buffer = None if rows is None or not len(rows) else _Buffer(rows, max(FEWEST, len(rows)))
        self._length = 0 if self._buffer is None else len(rows)

    def __len__(self) -> int:
        return self._length

    def append(self, row: Sequence[float]) -> None:
        """One more row at the end."""
        if self._buffer is None:
            self._buffer = _Buffer(np.empty((0, len(row))), FEWEST)
        buffer, length = self._buffer, self._length
        if buffer.used != length:  # somebody else went on from here
            buffer = self._buffer = _Buffer(buffer.values[:length], max(FEWEST, 2 * length))
        elif length == len(buffer.values):
            buffer.values = _Buffer(buffer.values, 2 * length).values
        buffer.values[length] = row
        buffer.used = self._length = length + 1

    def array(self, start: int = 0) -> np.ndarray:
        """The rows from `start` on; not to be written to."""
        return np.empty((0, 0)) if self._buffer is None else self._buffer.values[: self._length][start:]

    def first(self, count: int) -> Rows:
        """The first `count` rows, which do not grow along."""
        found = Rows()
        found._buffer, found._length = self._buffer, min(count, self._length)
        return found
