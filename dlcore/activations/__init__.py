"""Activations: what a neuron makes of its weighted sum. One file each; see `Activation`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dlcore.params import Entry


@dataclass(frozen=True, kw_only=True)
class Activation(Entry):
    """An elementwise activation a = f(z) with its derivative.

    forward(z, out=None, **params) → f(z), same shape; differentiable by autograd without `out`.
    derivative(z, a, out=None, **params) → f′(z), given also a = f(z).
    expression(z, **params) and slope_expression(z, a, **params) are the same two for one number, as
    trees that receipts evaluate and tell (see `dlcore.expressions`).
    `range` is the (lowest, highest) value, None where unbounded. `has_gradient` is False where
    f′ is zero everywhere, so that nothing before it can learn by gradients. `module` is it as PyTorch code, "" where
    it changes nothing, None where PyTorch has none and a script makes one of `forward`.
    """

    forward: Callable
    derivative: Callable
    expression: Callable
    slope_expression: Callable
    range: tuple[float | None, float | None] = (None, None)
    has_gradient: bool = True
    module: str | None = None
