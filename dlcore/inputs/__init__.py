"""Inputs: what the network is given of a point of the plane. One file each; see `Input`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dlcore.params import Entry


@dataclass(frozen=True, kw_only=True)
class Input(Entry):
    """One input feature of a point (x₁, x₂).

    compute(x) → (points,): `x` is a (points, 2) float64 array in the data's own units.
    expression(x1, x2) is the same for one point, as a tree that receipts evaluate and tell (see
    `dlcore.expressions`), given expressions.
    `tfp` is the name that TensorFlow Playground gives it in a link, where it has one.
    """

    compute: Callable
    expression: Callable
    tfp: str = ""
