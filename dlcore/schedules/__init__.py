"""Schedules: how the learning rate changes while a network learns. One file each; see `Schedule`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dlcore.expressions import Expression, Named, Number, cos, minimum, named
from dlcore.params import KEEP, Entry, Param


@dataclass(frozen=True, kw_only=True)
class Schedule(Entry):
    """A schedule as a function of time alone, so that any step can be replayed by itself.

    factor(epoch, hyper) → what the learning rate is multiplied by: `epoch` is the time of the
    coming step in epochs, with its fraction (2.5: half of the third pass is done); `hyper` maps
    each parameter's id to its value.
    expression(epoch, hyper) is the same as a tree that receipts evaluate and tell (see
    `dlcore.expressions`), given expressions.
    """

    factor: Callable
    expression: Callable


def span(name: str, label: str, default: float, sentence: str, formula: str, key: str) -> Param:
    """A time in epochs, more than none."""
    return Param(
        id=name, label=label, kind="number", default=default, sentence=sentence, minimum=0.01, maximum=100_000,
        choices=(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000), unit="epochs", formula=formula, on_change=KEEP, key=key,
    )  # fmt: skip


def share(name: str, label: str, default: float, sentence: str, formula: str, key: str) -> Param:
    """A share of the learning rate, 0 to 1."""
    return Param(
        id=name, label=label, kind="number", default=default, sentence=sentence, minimum=0, maximum=1,
        choices=(0, 0.001, 0.01, 0.1, 0.2, 0.5, 0.9, 1), formula=formula, on_change=KEEP, key=key,
    )  # fmt: skip


def warmup(symbol: str = "E") -> tuple[Param, Param]:
    """How long a warm-up takes and where it starts."""
    return (
        span("warmup", "Warm-up", 10, "How long the learning rate rises until it is whole.", symbol, "warmup"),
        share("first", "First share", 0.1, "The share of the learning rate that the first step takes.", "s", "first"),
    )


def rising(epoch: float, hyper: dict[str, float]) -> float:
    """The factor of a warm-up, s + (1 − s)·min(t/E, 1): from the first share in a straight line to 1."""
    return hyper["first"] + (1 - hyper["first"]) * min(epoch / hyper["warmup"], 1.0)


def rising_expression(epoch: Expression, hyper: Mapping[str, Expression]) -> Expression:
    """The same factor as an expression."""
    share = hyper["first"] + (1 - hyper["first"]) * minimum(epoch / hyper["warmup"], 1)
    return share.told("Rise in a straight line from the first share to 1, which is reached when the warm-up is over.")


def half_wave(time: Expression, span: Expression) -> Named:
    """½·(1 + cos(π·u)) with u = min(time / span, 1), as an intermediate result."""
    part = named("u", minimum(time / span, 1).told("See how much of the wave's time is over; 1 is all of it."))
    wave = Number(0.5, "½") * (1 + cos(Number(math.pi, "π") * part))
    return named("h", wave.told("See how high the half wave is at ", part, ": 1 at its start, 0 at its end."))
