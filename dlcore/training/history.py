"""The history: metrics at positions that depend on the step alone, never on who looks.

Every step of the first 50, then the end of every epoch up to the 1,000th, of every second up to
the 2,000th, every fourth up to the 4,000th and so on: at most 500 more rows for each doubling.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

COMING = ("learning_rate", "gradient_norm")  # the last columns: those of the step that comes after the row
FIRST_STEPS = 50
FIRST_EPOCHS = 1_000


def is_recorded(step: int, epoch: int, ends_epoch: bool) -> bool:
    """Whether the position after `step` updates, in or at the end of `epoch`, is a row."""
    if step <= FIRST_STEPS:
        return True
    stride = 1 << max(0, ((epoch - 1) // FIRST_EPOCHS).bit_length())
    return ends_epoch and epoch % stride == 0


class History:
    """Rows of step, epoch (with its fraction) and metrics. Rows are only ever appended."""

    def __init__(self, metrics: list[str]):
        self.columns = ["step", "epoch", *metrics]
        self._rows: list[tuple[float, ...]] = []

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def last_step(self) -> int:
        """The step of the last row; −1 without rows."""
        return int(self._rows[-1][0]) if self._rows else -1

    def record(self, step: int, epoch: float, metrics: Mapping[str, float]) -> None:
        """Append a row, unless the step is there already (a replay)."""
        if step > self.last_step:
            values = (metrics.get(name, float("nan")) for name in self.columns[2:])
            self._rows.append((step, epoch, *values))

    def up_to(self, step: int) -> History:
        """A copy without the rows after `step`."""
        copy = History(self.columns[2:])
        copy._rows = [row for row in self._rows if row[0] <= step]
        return copy

    def rows(self, start: int = 0) -> np.ndarray:
        """Rows from index `start`: (rows, columns) float64."""
        return np.array(self._rows[start:], dtype=np.float64).reshape(-1, len(self.columns))

    @classmethod
    def from_rows(cls, columns: list[str], rows: np.ndarray) -> History:
        """What `columns` and `rows` gave."""
        history = cls(list(columns[2:]))
        history._rows = [tuple(float(value) for value in row) for row in rows]
        return history
