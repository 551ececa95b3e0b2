"""Initializers: where the weights start. One file each; see `Initializer`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dlcore.params import Entry


@dataclass(frozen=True, kw_only=True)
class Initializer(Entry):
    """Where weights and biases start.

    weight(rng, shape, fan_in, fan_out, address, **params) → float64 array of `shape`; `rng` is a
    numpy Generator of its own for each parameter, `address` the parameter's name
    ("layers.0.weight"). bias(rng, shape, address, **params) likewise. Where there is a `check`,
    check(shapes, **params) raises a SpecError if the params do not suit the network whose
    parameters have these shapes, {address: shape}.
    """

    weight: Callable
    bias: Callable
    check: Callable | None = None
