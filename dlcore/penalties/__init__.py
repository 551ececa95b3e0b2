"""Penalties: a price on large weights, added to the loss. One file each; see `Penalty`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dlcore.params import KEEP, Entry, Param


@dataclass(frozen=True, kw_only=True)
class Penalty(Entry):
    """A penalty on weights (never on biases).

    value(weight, hyper) → scalar tensor, the rate times the sum over the weights.
    `hyper` maps each parameter's id to a number, or to a tensor that broadcasts with the weights:
    a rate of 0 leaves a weight alone. A coupled penalty has gradient(weight, hyper, out=None) →
    d value / d weight, added to the gradient before the optimizer's moments. A decoupled one has
    `decoupled`(before, after, slots, hyper, learning_rate) → (weight, slots): `before` is
    the weight before the update, `after` the one the optimizer made, slots are tensors like the
    weight (zeros at first), named by `slots`.
    The same as trees that receipts evaluate and tell (see `dlcore.expressions`): expression(weights,
    hyper), where `weights` stands for all of them; slope_expression(weight, hyper) for one weight, and
    decoupled_expression(before, after, slots, hyper, learning_rate) → {"value": …, slot: …}, each
    where there is the function it tells.
    A slot called "dead" marks weights (1.0) that no longer take part in learning: the stepper
    zeroes their gradients.
    """

    value: Callable
    expression: Callable
    gradient: Callable | None = None
    slope_expression: Callable | None = None
    decoupled: Callable | None = None
    decoupled_expression: Callable | None = None
    slots: tuple[str, ...] = ()


def rate() -> Param:
    """The penalty's rate λ, with TensorFlow Playground's menu.

    The default is the menu's smallest step above 0: who picks a penalty should get one, and a
    gentle one, since 0.1 and more flatten most networks.
    """
    return Param(
        id="rate",
        label="Penalty rate",
        kind="number",
        default=0.001,
        sentence="How much large weights cost compared with the loss.",
        minimum=0,
        maximum=10,
        choices=(0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10),
        formula="λ",
        on_change=KEEP,
    )
