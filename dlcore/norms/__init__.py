"""Norms: what brings the sums of a layer to one scale before the activation. One file each; see `Norm`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dlcore.params import Entry


@dataclass(frozen=True, kw_only=True)
class Norm(Entry):
    """A norm as pure functions. z is the layer's pre-activation (…, samples, units).

    parameters(units) → {name: (shape, start)} of its learned tensors, and buffers(units) likewise
    of what it only keeps from batch to batch: (units,) each, every number at `start`.
    forward(z, weights, buffers, train) → (normalized, saved, moved): `saved` is what `backward`
    needs, `moved` maps each buffer that this pass changes to its new value ({} in eval mode).
    backward(gradient, saved, weights) → (d loss / d z, {name: d loss / d parameter}).
    statistics(z, buffers, train) → (mean, variance) that `forward` takes, in a shape that broadcasts with z;
    None where it takes none.
    `across` says what is compared with one another: "samples" of a batch, "neurons" of a layer,
    or nothing; of that there must be at least two.
    """

    parameters: Callable
    buffers: Callable
    forward: Callable
    backward: Callable
    statistics: Callable | None = None
    across: str = ""


def gain_and_shift(units: int) -> dict[str, tuple[tuple[int, ...], float]]:
    """The learned γ, which starts at 1, and β, which starts at 0: one of each for every neuron."""
    return {"gain": ((units,), 1.0), "shift": ((units,), 0.0)}


def no_buffers(units: int) -> dict[str, Any]:
    """Nothing is kept from batch to batch."""
    return {}


# In the formulas σ² + ε: keeps the division from being by zero. Both papers' code and PyTorch use it.
EPSILON = 1e-5
