"""Optimizers: how a gradient becomes a change of the weights. One file each; see `Optimizer`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dlcore.expressions import Expression, Leaf, Named, named, next_address
from dlcore.lazy import torch
from dlcore.params import KEEP, Entry, Param


@dataclass(frozen=True, kw_only=True)
class Optimizer(Entry):
    """An optimizer as a pure function of one parameter tensor of any shape.

    update(value, gradient, slots, hyper, t, out=None) → (value, slots). `slots` maps each name
    of `slots` to a tensor like `value` (zeros at first); `hyper` maps each parameter's id to a
    number, or to a float64 tensor (networks, 1) that holds one for each network; `t` is the number
    of this update, from 1. Pure without `out`; with `out` = (value, slots, spare) it writes into
    the first two in place, may use `spare`, a tensor like `value`, for what it likes, and
    allocates none of that size. Elementwise, so it broadcasts over leading axes.
    expression(value, gradient, slots, hyper, t) → {"value": …, slot: …}: the same for one number, as
    trees of what comes after the step (see `dlcore.expressions`), where all that is given are
    expressions; `symbols` are what `slots` are called in formulas.
    pytorch(hyper) → how the same is written with `torch.optim`, an expression in `parameters`; ""
    where these settings have no such equal. An exported script then holds the formula itself.
    """

    update: Callable
    expression: Callable
    slots: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    pytorch: Callable | None = None


def add_scaled(value, factor, tensor, out=None):
    """value + factor · tensor; the factor is a number, or a tensor (networks, 1)."""
    if isinstance(factor, torch.Tensor):
        return torch.addcmul(value, factor.to(value.dtype), tensor, out=out)
    return torch.add(value, tensor, alpha=factor, out=out)


def add_ratio(value, factor, top, bottom, out=None):
    """value + factor · top / bottom; the factor is a number, or a tensor (networks, 1)."""
    if isinstance(factor, torch.Tensor):
        return torch.addcdiv(value, top * factor.to(value.dtype), bottom, out=out)
    return torch.addcdiv(value, top, bottom, value=factor, out=out)


def toward(value, share, goal, out=None):
    """value + share · (goal − value), a running mean; the share is a number, or a tensor (networks, 1)."""
    return torch.lerp(value, goal, share.to(value.dtype) if isinstance(share, torch.Tensor) else share, out=out)


def unbiased(keep, t):
    """1 − βᵗ: how much of a running mean that started at 0 has come in after t updates.

    β = 1 never lets go of the zero it starts from; 1 then leaves the mean as it is.
    """
    share = 1 - keep**t
    return torch.where(share == 0, 1.0, share) if isinstance(share, torch.Tensor) else share or 1.0


def moved(slot: Leaf, part: Expression) -> Named:
    """What a slot becomes in the coming step, as an intermediate result: m′ of m."""
    return named(f"{slot.symbol}′", part, next_address(slot.address), slot.sample)


def adaptive_means(gradient: Expression, slots: Mapping[str, Leaf], hyper: Mapping[str, Expression]) -> list[Named]:
    """Adam's running means of the gradient and of its square after the step."""
    keep, keep_squares = hyper["beta1"], hyper["beta2"]
    mean = keep * slots["mean"] + (1 - keep) * gradient
    square = keep_squares * slots["squares"] + (1 - keep_squares) * gradient**2
    return [
        moved(slots["mean"], mean.told("Move the mean a little towards ", gradient, ".")),
        moved(slots["squares"], square.told("Move the mean square a little towards that of ", gradient, ".")),
    ]


def corrected(symbol: str, mean: Expression, keep: Expression, t: Expression) -> Named:
    """A running mean that started at 0, divided by `unbiased`."""
    share = 1 - keep**t
    part = mean / share if share.value else mean
    return named(symbol, part.told("The mean ", mean, " started at 0 and is too small at first; this corrects it."))


def learning_rate(default: float) -> Param:
    """The learning rate η, which every optimizer has; only its default differs.

    The choices are TensorFlow Playground's menu. 0 is allowed: it shows that nothing moves.
    """
    return Param(
        id="learning_rate",
        label="Learning rate",
        kind="number",
        default=default,
        sentence="How large a step the weights take at each update.",
        minimum=0,
        maximum=100,
        choices=(0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10),
        formula="η",
        on_change=KEEP,
    )


def fraction(name: str, label: str, default: float, sentence: str, formula: str) -> Param:
    """A share from 0 to 1 of what is remembered from one update to the next."""
    return Param(
        id=name,
        label=label,
        kind="number",
        default=default,
        sentence=sentence,
        minimum=0,
        maximum=1,
        choices=(0, 0.5, 0.9, 0.95, 0.99, 0.999),
        formula=formula,
        on_change=KEEP,
        advanced=True,
    )


def epsilon(default: float) -> Param:
    """The small number ε that keeps a division by a root of squares from blowing up."""
    return Param(
        id="epsilon",
        label="Epsilon",
        kind="number",
        default=default,
        sentence="A tiny number that keeps the division from being by zero.",
        minimum=1e-12,  # with 0 a weight whose gradient is 0 would become 0 / 0
        maximum=1,
        choices=(1e-10, 1e-8, 1e-6, 1e-4, 0.01),
        formula="ε",
        on_change=KEEP,
        advanced=True,
    )
