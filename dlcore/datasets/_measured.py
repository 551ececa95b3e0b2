"""What the sets of real data share: two columns of a table that comes with scikit-learn, standardized.

    x = (own value − mean) / standard deviation, over all rows

so that 0 is the average, and both columns weigh alike in the network.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from dlcore.datasets import Column
from dlcore.params import RESET, Param


@dataclass(frozen=True)
class Measured:
    """A column as it was measured: lowest and highest value, mean, and standard deviation (of all rows)."""

    name: str
    low: float
    high: float
    mean: float
    deviation: float
    unit: str = ""  # where it is not the table's

    @property
    def id(self) -> str:
        """Its name in specs and links: "petal_length"."""
        return self.name.replace(" ", "_").replace("/", "_").lower()

    def field(self, unit: str) -> Column:
        """The column as the picture's axes and the records have it; `unit` is the table's."""
        return Column(self.name, self.unit or unit, self.mean, self.deviation, self.id, self.low, self.high)

    @property
    def reach(self) -> float:
        """How many standard deviations the farthest value is from the mean."""
        return max(self.high - self.mean, self.mean - self.low) / self.deviation


@dataclass(frozen=True)
class Table:
    """A table of measurements: its file, its columns from the first on, and what its rows are of.

    `goal` is what to do, without a point: "Separate the three kinds of iris". `unit` is that of
    every column, "" where the source tells none. The last column of the file is the class.
    """

    file: str
    columns: tuple[Measured, ...]
    goal: str
    unit: str = ""

    def choice(self, horizontal: str, vertical: str) -> tuple[Param, Param]:
        """The parameters that choose the two columns, with their defaults."""
        return tuple(
            Param(
                id=name,
                label=f"{name.capitalize()} column",
                kind="choice",
                default=default,
                sentence=f"Which measurement runs {way} and is input {sign}, standardized: 0 is the average.",
                choices=tuple(column.id for column in self.columns),
                labels=tuple(column.name for column in self.columns),
                on_change=RESET,
            )
            for name, default, way, sign in (
                ("horizontal", horizontal, "from left to right", "x₁"),
                ("vertical", vertical, "from bottom to top", "x₂"),
            )
        )

    def generate(self, rng: Any, horizontal: str, vertical: str) -> tuple[np.ndarray, np.ndarray]:
        """Every row: the two columns standardized (rows, 2), and its class (rows,). Nothing is random."""
        rows = rows_of(self.file)
        ids = [column.id for column in self.columns]
        at = [ids.index(horizontal), ids.index(vertical)]
        means, deviations = np.array([(self.columns[i].mean, self.columns[i].deviation) for i in at]).T
        return (rows[:, at] - means) / deviations, rows[:, -1].copy()

    def records(self, rng: Any, **_columns: str) -> dict[str, np.ndarray]:
        """Every row's measurements, as they were measured."""
        return {column.id: rows_of(self.file)[:, at] for at, column in enumerate(self.columns)}

    @property
    def fields(self) -> tuple[Column, ...]:
        """All columns, as a record has them."""
        return tuple(column.field(self.unit) for column in self.columns)

    def follow(self, horizontal: str, vertical: str) -> Mapping[str, Any]:
        """The fields of the entry that depend on the columns: their names, the plane's size, and the goal."""
        chosen = [next(column for column in self.columns if column.id == name) for name in (horizontal, vertical)]
        names = list(dict.fromkeys(column.name for column in chosen))
        return {
            "columns": tuple(column.field(self.unit) for column in chosen),
            "extent": math.ceil(10 * max(column.reach for column in chosen) + 1) / 10,
            "goal": f"{self.goal} by {' and '.join(names)}.",
        }


@cache
def rows_of(file: str, header: int = 1) -> np.ndarray:
    """The numbers of a file in scikit-learn's folder of data, behind so many lines of a header; read-only. Read from
    there without importing scikit-learn: that takes two seconds, in which a worker's other runs would stand still."""
    package = Path(importlib.util.find_spec("sklearn").origin).parent
    rows = np.loadtxt(package / "datasets" / "data" / file, delimiter=",", skiprows=header)
    rows.flags.writeable = False
    return rows
