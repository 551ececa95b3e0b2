"""Augmentations: what becomes of a training picture before the network gets it, anew in every epoch. One file each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlcore.params import KEEP, Entry, Param

if TYPE_CHECKING:
    from dlcore.lazy import torch


@dataclass(frozen=True, kw_only=True)
class Augmentation(Entry):
    """A way to change pictures that leaves their answer as it is.

    apply(x, chance, amount) → pictures like x, a tensor (samples, channels, rows, columns) float32 from 0 to 1, which
    is not changed. `chance` is a generator of this augmentation's own for each epoch; of what is drawn from it the
    first axis is the sample, so that the first samples of more are what they would be alone. Its one parameter is
    `amount`, in percent or what its unit says; 0 leaves it out. `usual` is an amount to begin with. `colours` says
    that it means nothing for grey pictures. `restored`: where the answer is the picture itself, the network is to
    give back what this took away; of all others it is to give back the picture as they have made it.
    """

    apply: Callable[[torch.Tensor, np.random.Generator, float], torch.Tensor]
    usual: float
    colours: bool = False
    restored: bool = False

    def suits(self, shape: tuple[int, ...]) -> bool:
        """Whether samples of that shape can be changed so."""
        return len(shape) == 3 and (shape[0] > 1 or not self.colours)

    @property
    def amount(self) -> Param:
        """How much or how often."""
        return self.params[0]

    def describe(self) -> dict[str, Any]:
        """With what the screen needs to offer it."""
        return super().describe() | {"usual": self.usual, "colours": self.colours}


def how_much(label: str, sentence: str, maximum: float = 100, step: float = 5, unit: str = "%") -> tuple[Param]:
    """The one parameter of an augmentation; 0 leaves it out."""
    return (
        Param(
            id="amount", label=label, kind="number", default=0, minimum=0, maximum=maximum, step=step, unit=unit,
            sentence=sentence, on_change=KEEP,
        ),
    )  # fmt: skip


def some(chance: np.random.Generator, count: int, percent: float) -> np.ndarray:
    """(count,) True for each sample that chance picks, in so many percent of all cases."""
    return chance.random(count) < percent / 100


def between(chance: np.random.Generator, shape: tuple[int, ...], bound: float) -> np.ndarray:
    """`shape` float32, each equally likely anywhere between −bound and bound."""
    return (2 * chance.random(shape, np.float32) - 1) * np.float32(bound)
