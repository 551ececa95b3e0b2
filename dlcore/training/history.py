"""The history: metrics at positions that depend on the step alone, never on who looks.

Every step of the first 50, then the end of every epoch up to the 1,000th, of every second up to
the 2,000th, every fourth up to the 4,000th and so on: at most 500 more rows for each doubling.
Where measuring takes long, as of a thousand pictures, only the ends of so many epochs that it takes about a fifth of
the time: see `measured_every`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from dlcore.spec import RunSpec
from dlcore.structure import multiply_adds
from dlcore.training.rows import Rows

COMING = ("learning_rate", "gradient_norm")  # the last columns: those of the step that comes after the row
FIRST_STEPS = 50
FIRST_EPOCHS = 1_000
MOST_LAYER_ROWS = 32
LITTLE = 5_000_000  # multiply–adds that take about a millisecond
SHARE = 0.25  # of the training's time


def is_recorded(step: int, epoch: int, ends_epoch: bool, every: int = 0) -> bool:
    """Whether the position after `step` updates, in or at the end of `epoch`, is a row; `every` is `measured_every`."""
    if step <= (0 if every else FIRST_STEPS):
        return True
    stride = max(every, 1) << max(0, ((epoch - 1) // FIRST_EPOCHS).bit_length())
    return ends_epoch and (epoch % stride == 0 or (epoch == 1 and every > 0))


def measured_every(spec: RunSpec, samples: int, train: int) -> int:
    """After how many epochs the metrics of so many samples are measured; 0 where it costs so little that it is done
    at every step at first. A function of the spec alone: a training step of a sample makes three times as many
    multiply–adds as measuring it."""
    work = samples * sum(multiply_adds(block) for block in spec.blocks if block.fits)
    return 0 if work <= LITTLE else math.ceil(samples / (SHARE * 3 * max(train, 1)))


class LayerHistory:
    """Statistics of every layer at multiples of a stride; when they grow too many, every second row goes.

    So their cost per step falls as a run grows longer, and there are always 16 to 32 of them, evenly
    spaced. Which they are depends on the steps that were trained, never on who looks.
    """

    def __init__(self) -> None:
        self._rows: list[tuple[int, float, np.ndarray]] = []
        self._stride = 16

    @property
    def last_step(self) -> int:
        """The step of the last row; −1 without rows."""
        return self._rows[-1][0] if self._rows else -1

    def is_due(self, step: int) -> bool:
        """Whether the position after `step` updates is to be recorded, and is not yet."""
        return step % self._stride == 0 and step > self.last_step

    def offer(self, step: int, epoch: float, measure: Callable[[], np.ndarray]) -> None:
        """Append what `measure` gives (`Distributions.statistics`) where it is due; thin the rows that are too many."""
        if not self.is_due(step):
            return
        self._rows.append((step, epoch, measure()))
        while len(self._rows) > MOST_LAYER_ROWS:
            self._stride *= 2
            self._rows = [row for row in self._rows if row[0] % self._stride == 0]

    def up_to(self, step: int) -> LayerHistory:
        """A copy without the rows after `step`."""
        copy = LayerHistory()
        copy._stride = self._stride
        copy._rows = [row for row in self._rows if row[0] <= step]
        return copy

    def positions(self) -> np.ndarray:
        """(rows, 2) float64: step and epoch (with its fraction) of every row."""
        return np.array([row[:2] for row in self._rows], dtype=np.float64).reshape(-1, 2)

    def statistics(self) -> np.ndarray:
        """(rows, quantities, layers, statistics) float32, as `dlcore.training.distributions` names them."""
        return np.stack([row[2] for row in self._rows]) if self._rows else np.empty((0, 0, 0, 0), np.float32)

    @classmethod
    def from_rows(cls, positions: np.ndarray, statistics: np.ndarray) -> LayerHistory:
        """What `positions` and `statistics` gave."""
        history = cls()
        for (step, epoch), values in zip(positions.tolist(), statistics, strict=True):
            history._rows.append((int(step), epoch, values))
        steps = [row[0] for row in history._rows[:2]]
        history._stride = max(history._stride, steps[-1] - steps[0] if steps else 0)
        return history


class History:
    """Rows of step, epoch (with its fraction) and metrics, only ever appended; and the layers' statistics.

    A row has the metrics of every member of the run, the first member's first; one history shows
    one member's, `member(k)` another's. `layers` are the first member's only.
    """

    def __init__(self, metrics: list[str]):
        self.columns = ["step", "epoch", *metrics]
        self._rows = Rows()
        self.layers = LayerHistory()
        self._member = 0
        self._best: dict[str, tuple[int, tuple[int, float, float] | None]] = {}  # by column: rows looked at, and best

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def last_step(self) -> int:
        """The step of the last row; −1 without rows."""
        return int(self._rows.array()[-1, 0]) if len(self._rows) else -1

    def record(
        self,
        step: int,
        epoch: float,
        metrics: Sequence[Mapping[str, float]],
        others: Mapping[str, Sequence[float]],
    ) -> None:
        """Append a row, unless the step is there already (a replay): each member's metrics by id, and other
        columns that have one number for each member."""
        if step > self.last_step:
            numbers = [
                each | {name: values[member] for name, values in others.items()} for member, each in enumerate(metrics)
            ]
            values = (each.get(name, float("nan")) for each in numbers for name in self.columns[2:])
            self._rows.append((step, epoch, *values))

    def member(self, index: int) -> History:
        """The same rows, showing that member; it grows along."""
        other = History(self.columns[2:])
        other._rows, other._member = self._rows, index
        if index == 0:
            other.layers = self.layers
        return other

    def up_to(self, step: int) -> History:
        """A copy without the rows after `step`."""
        return self._copied(int(np.searchsorted(self._steps(), step, side="right")), step)

    def copy(self) -> History:
        """A copy, which does not grow along."""
        return self._copied(len(self._rows), max(self.last_step, self.layers.last_step))

    def with_metrics(self, metrics: list[str]) -> History:
        """A copy with these metrics instead; where one was not measured, there is no number."""
        old, new = self.columns[2:], [*metrics, *COMING]
        rows = self._rows.array()
        width, copy = len(old), History(new)
        copy.layers, copy._member = self.layers, self._member
        if len(rows):
            members = rows[:, 2:].reshape(len(rows), -1, width)
            wide = np.full((*members.shape[:2], len(new)), np.nan)
            both = [name for name in old if name in new]
            wide[..., [new.index(name) for name in both]] = members[..., [old.index(name) for name in both]]
            copy._rows = Rows(np.concatenate([rows[:, :2], wide.reshape(len(rows), -1)], axis=1))
        return copy

    def _copied(self, rows: int, step: int) -> History:
        copy = History(self.columns[2:])
        copy._rows, copy._member = self._rows.first(rows), self._member
        copy.layers = self.layers.up_to(step)
        return copy

    def _steps(self) -> np.ndarray:
        return self._rows.array()[:, 0] if len(self._rows) else np.empty(0)

    def epoch_at(self, step: int) -> float:
        """The epoch, with its fraction, of a step: that of its row, or on the line between its neighbours."""
        rows = self._rows.array()
        return float(np.interp(step, rows[:, 0], rows[:, 1])) if len(rows) else 0.0

    def best(self, column: str) -> tuple[int, float, float] | None:
        """Step, epoch and value of the first row at which a column was lowest; None without a finite one."""
        if column not in self.columns:
            return None
        at = self.columns.index(column) + self._member * (len(self.columns) - 2)
        checked, best = self._best.get(column, (0, None))
        if checked > len(self._rows):
            checked, best = 0, None
        for step, epoch, value in self._rows.array(checked)[:, [0, 1, at]].tolist() if len(self._rows) else ():
            if math.isfinite(value) and (best is None or value < best[2]):
                best = int(step), epoch, value
        self._best[column] = len(self._rows), best
        return best

    def rows(self, start: int = 0) -> np.ndarray:
        """Rows from index `start`: (rows, columns) float64."""
        width = len(self.columns) - 2
        first = 2 + self._member * width
        found = self._rows.array(start)
        if not len(found):
            return np.empty((0, len(self.columns)))
        return np.concatenate([found[:, :2], found[:, first : first + width]], axis=1)

    def all_rows(self) -> np.ndarray:
        """Rows with the metrics of all members side by side, as `from_rows` takes them."""
        return self._rows.array().copy()

    @classmethod
    def from_rows(cls, columns: list[str], rows: np.ndarray) -> History:
        """What `columns` and `all_rows` gave."""
        history = cls(list(columns[2:]))
        history._rows = Rows(np.asarray(rows, dtype=np.float64))
        return history
