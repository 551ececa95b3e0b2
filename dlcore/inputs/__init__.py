"""Inputs: what the network is given of a point of the plane. One file each; see `Input`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dlcore.params import Entry


@dataclass(frozen=True, kw_only=True)
class Input(Entry):
    """One input feature of a point (x₁, x₂).

    compute(x) → (points,): `x` is a (points, 2) float64 array in the data's own units.
    expression(x1, x2) is the same for one point, as a tree that receipts evaluate and tell (see
    `dlcore.expressions`), given expressions.
    `tfp` is the name that TensorFlow Playground gives it in a link, where it has one.
    `column`: the column of the data's records that it is, standardized, where it is no function of the point.
    """

    compute: Callable
    expression: Callable
    tfp: str = ""
    column: Any = None


def of_column(column: Any) -> Input:
    """The input that a column of the data's records is: compute and expression are given its standardized value."""
    unit = f" ({column.unit})" if column.unit else ""
    return Input(
        id=column.id,
        label=column.name,
        sentence=f"The {column.name}{unit} of the sample, standardized: 0 is the average.",
        formula=f"({column.name} − mean) / standard deviation",
        compute=lambda value: value,
        expression=lambda value: value.told("Take ", value, " as it is."),
        column=column,
    )
