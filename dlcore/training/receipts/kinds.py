"""Kinds of numbers: what a number's name says about where it comes from and where it goes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from dlcore.catalogue import catalogue
from dlcore.expressions import Expression
from dlcore.expressions import subscript as numbered
from dlcore.network.address import Sample

if TYPE_CHECKING:
    from dlcore.training.receipts.position import Asked, Position

SLOT = re.compile(r"^(?P<owner>optimizer|penalty)\.(?P<kind>\w+)\.(?P<slot>\w+)\.(?P<of>layers\..+?)(\.next)?$")
AUTOGRAD = "PyTorch, in float64"

Place = tuple[str, Sample]


@dataclass(frozen=True)
class Built:
    """A number's tree, and one sentence on where it comes from. Where PyTorch's own pass over the network has no
    such number, `check` is another float for it, made by `check_by`, which rounding takes as far as `noise()`."""

    tree: Expression
    sentence: str
    check: float | None = None
    check_by: str = ""
    noise: Callable[[], float] | None = None


@dataclass(frozen=True)
class Kind:
    """Numbers whose names (without "train.") match `pattern`.

    build(position, asked) makes the tree; leads(position, asked) names the numbers that are computed from it.
    """

    pattern: str
    build: Callable[[Position, Asked], Built]
    leads: Callable[[Position, Asked], list[Place]] = lambda position, asked: []

    @cached_property
    def names(self) -> re.Pattern[str]:
        """What the whole name must match."""
        return re.compile(self.pattern)


SYMBOLS = {
    "x": "x",
    "inputs": "x",
    "target": "t",
    "pre_activation": "z",
    "normalized": "y",
    "activation": "a",
    "output": "o",
    "mask": "m",
    "weight": "w",
    "bias": "b",
    "norm.gain": "γ",
    "norm.shift": "β",
    "norm.mean": "μ",
    "norm.variance": "σ²",
    "norm.running_mean": "μᵣ",
    "norm.running_variance": "σᵣ²",
    "sample_loss": "l",
    "sample_correct": "r",
    "sample_error": "e",
    "batch_loss": "L",
    "penalty": "R",
    "total_loss": "J",
    "learning_rate": "η",
    "gradient_norm": "|g|",
}
_ROLES = {
    ".penalty_grad": "∂R/∂{}",
    ".clipped_grad": "ĝ",
    ".total_grad": "g",
    ".free_grad": "g",
    ".grad": "∂L/∂{}",
    ".optimizer_update": "s",
    ".update": "Δ{}",
    ".decoupled": "d",
    ".next": "{}′",
}


def symbol_of(asked: Asked) -> str:
    """What a number is called in its own formula."""
    for end, form in _ROLES.items():
        if asked.part.endswith(end):
            return form.format(_symbol(asked.part.removesuffix(end)))
    return _symbol(asked.part)


def owner_of(asked: Asked) -> str:
    """The parameter that a gradient, update or slot belongs to: "layers.0.weight"."""
    slot = SLOT.match(asked.name)
    if slot:
        return slot["of"]
    return asked.name.rpartition(".")[0]


def _symbol(part: str) -> str:
    owner, *rest = part.split(".")
    if owner == "optimizer" and len(rest) > 2:
        entry = catalogue("optimizers")[rest[0]]
        return dict(zip(entry.slots, entry.symbols, strict=True)).get(rest[1], rest[1])
    return "d" if owner == "penalty" and rest else SYMBOLS.get(part, part)


def subscript(index: int, count: int = 0) -> str:
    """An index from 0 as people write it below a symbol, from 1: "₁" for 0; "" where there is only one (`count`)."""
    return "" if count == 1 else numbered(index + 1)
