"""Three columns of somebody's table as data: which ones, what kind of problem they are, and how they are scaled."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcore.datasets import Column
from dlcore.limits import LIMITS
from dlcore.params import SpecError
from dlcore.tables import MOST_CLASSES, Table, TableColumn, find

FARTHEST = 20.0  # half-width of the plane at most: one outlier must not make all others a dot
LEAST_ROWS = 4


@dataclass(frozen=True)
class Chosen:
    """x (rows, 2) standardized, y (rows,), the fields of the entry, and whole sentences on what was done."""

    x: np.ndarray
    y: np.ndarray
    fields: dict[str, Any]
    notes: tuple[str, ...]


def choose(file: str, horizontal: str = "", vertical: str = "", label: str = "") -> Chosen:
    """`choose_from` the table with that key; SpecError where it is not here."""
    return choose_from(find(file), horizontal, vertical, label)


def choose_from(table: Table, horizontal: str = "", vertical: str = "", label: str = "") -> Chosen:
    """Three columns of a table as data; "" takes what suits. SpecError where they can't be learned from."""
    key = (horizontal, vertical, label)
    if key not in table.chosen:
        table.chosen[key] = _chosen(table, *suited(table, *key))
    return table.chosen[key]


def suited(table: Table, horizontal: str = "", vertical: str = "", label: str = "") -> tuple[str, str, str]:
    """The three columns; for "" the last one of words that can be learned, and the first two other ones of numbers."""
    if not table.labels:
        raise SpecError("data.label", "No column can be learned: each has one value only, or too many words.")
    free = [name for name in reversed(table.labels) if name not in (horizontal, vertical)]
    words = [name for name in free if table.columns[name].numbers is None]
    label = label or next(iter([*words, *free]), "")
    free = [name for name in table.numeric if name not in (horizontal, vertical, label)]
    horizontal = horizontal or (free.pop(0) if free else "")
    vertical = vertical or (free.pop(0) if free else "")
    if not (horizontal and vertical and label):
        raise SpecError("data.file", "A table needs two columns of numbers, and a third one that is to be learned.")
    for path, name, offered in (
        ("data.horizontal", horizontal, table.numeric),
        ("data.vertical", vertical, table.numeric),
        ("data.label", label, table.columns),
    ):
        if name not in offered:
            raise SpecError(path, f"This table has no column “{name[:40]}” of that kind. Choose another column.")
    if len({horizontal, vertical, label}) < 3:
        raise SpecError("data.label", "One column is chosen twice. Choose three different ones.")
    return horizontal, vertical, label


def _chosen(table: Table, horizontal: str, vertical: str, label: str) -> Chosen:
    inputs, wanted = [table.columns[name] for name in (horizontal, vertical)], table.columns[label]
    there = ~np.isnan(np.stack([column.numbers for column in inputs])).any(axis=0)
    y, fields = _target(wanted, there)
    there &= np.isfinite(y)
    x, y = np.stack([column.numbers[there] for column in inputs], axis=1), y[there]
    if len(x) < LEAST_ROWS:
        raise SpecError("data.file", f"Only {len(x)} rows have all three values; at least {LEAST_ROWS} are needed.")
    mean, deviation = x.mean(axis=0), x.std(axis=0)
    for path, column, spread in zip(("data.horizontal", "data.vertical"), inputs, deviation, strict=True):
        if not spread > 0:
            raise SpecError(path, f"“{column.name}” is the same in every row. Choose another column.")
    x = (x - mean) / deviation
    used, rows = min(len(x), LIMITS.max_table_points), len(there)
    notes = ["Both columns are standardized: 0 is the average, 1 one standard deviation above it."]
    if len(x) < rows:
        notes.append(f"{rows - len(x):,} of {rows:,} rows are left out: a value is missing or is no number there.")
    if used < len(x):
        notes.append(f"Of the {len(x):,} rows {used:,} are used, chosen by chance.")
    short = [name if len(name) <= 20 else f"{name[:19]}…" for name in (horizontal, vertical, label)]
    goal = "Predict “{2}” from “{0}” and “{1}”." if fields["target"] == "number" else "Tell “{2}” by “{0}” and “{1}”."
    fields |= {
        "columns": tuple(
            Column(column.name, "", float(middle), float(spread))
            for column, middle, spread in zip(inputs, mean, deviation, strict=True)
        ),
        "count": used,
        "extent": min(math.ceil(10 * float(np.abs(x).max()) + 1) / 10, FARTHEST),
        "goal": goal.format(*short),
        "sentence": f"Own data: {used:,} rows, {fields.pop('kind')}. Both columns are standardized: 0 is the average.",
    }
    return Chosen(x, y, fields, tuple(notes))


def _target(column: TableColumn, there: np.ndarray) -> tuple[np.ndarray, dict[str, Any]]:
    """y (rows,), NaN where it is missing, and what kind of target it is, over the rows that are `there`."""
    numbers = column.numbers
    if column.codes is not None:
        present = np.unique(column.codes[there & (column.codes >= 0)])
        if len(present) < 2:
            raise SpecError("data.label", f"“{column.name}” has a single value, so there is nothing to tell apart.")
        often = numbers is None or len(present) == 2 or 3 * len(present) <= there.sum()
        if often:
            y = np.full(len(there), np.nan)
            for code, old in enumerate(present):
                y[column.codes == old] = code
            words = tuple(column.words[code] for code in present)
            kind = {"kind": f"{len(words)} classes", "classes": words}
            return y, kind | {"target": "binary" if len(words) == 2 else "classes"}
    if numbers is None:
        raise SpecError(
            "data.label",
            f"“{column.name}” has {column.distinct:,} different words; "
            f"at most {MOST_CLASSES} classes are possible. Choose another column.",
        )
    low, high = np.nanmin(numbers[there]), np.nanmax(numbers[there])
    if not high > low:
        raise SpecError("data.label", f"“{column.name}” is the same in every row, so there is nothing to learn.")
    kind = f"−1 is {column.name[:20]} {low:.4g} and +1 is {high:.4g}"
    return 2 * (numbers - low) / (high - low) - 1, {"target": "number", "kind": kind}
