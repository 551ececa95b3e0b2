"""The records of the animals as a table: their numbers, standardized where a network is given them, and their words."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from dlcore.datasets import Column
from dlcore.datasets._animals import Animal
from dlcore.datasets._measured import Measured, Table

TABLE = Table(
    file="",  # the animals are made, not read
    goal="Tell dogs from cats",
    unit="cm",
    columns=(  # mean and deviation of ten thousand animals
        Measured("size", 20, 76, 36.75, 13.01),
        Measured("tail length", 4, 38.5, 24.92, 5.89),
        Measured("snout length", 1, 16.5, 5.97, 3.76),
        Measured("barks", 0, 27, 7.53, 8.16, unit="a day"),
        Measured("whisker length", 0.5, 9.5, 4.25, 2.37),
        Measured("ear length", 3.5, 16.5, 8.01, 2.11),
    ),
)
NUMBERS = ("size", "tail", "snout", "barks", "whiskers", "ears")  # in the order of the table's columns
WORDS = ("name", "species", "ear_shape", "pose", "pattern", "fur", "background")
FIELDS = (*TABLE.fields, *(Column(word.replace("_", " "), id=word, words=True) for word in WORDS))


def records(animals: Iterable[Animal]) -> dict[str, np.ndarray]:
    """All that is known of these animals, by the ids of `FIELDS`."""
    rows = [[getattr(who, name) for name in (*NUMBERS, *WORDS)] for who in animals]
    columns = list(zip(*rows, strict=True)) or [()] * len(FIELDS)
    return {
        field.id: np.array(values, dtype=str if field.words else np.float64)
        for field, values in zip(FIELDS, columns, strict=True)
    }
