"""Datasets: points and what to learn from them. One file each; see `Dataset`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dlcore.params import RESET, Entry, Param


@dataclass(frozen=True, kw_only=True)
class Dataset(Entry):
    """A rule that makes points.

    generate(rng, **params) → (x, y): x (samples, 2) float64 in own units; y (samples,) float64:
    a number for target "number"; for "binary" the class 0 or 1 (1 is drawn blue); for "classes"
    0 … classes−1. Samples come in the rule's own order; the shuffle before the split is the
    caller's.
    `extent` is the half-width of the plane that is drawn, [−extent, extent]². `goal` is the one
    line on screen that says what the network is for. `hint` says what to
    try where the network that the page opens with is too small. `split` is False where every point is for
    training. `defaults` are other paths' values that suit this data (read where those stand at
    "auto"): learning.loss, learning.shuffle, learning.remainder.
    """

    generate: Callable
    target: str
    goal: str
    classes: int = 2
    extent: float = 6.0
    split: bool = True
    columns: tuple[str, str] = ("x₁", "x₂")
    hint: str = ""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    tfp: str = ""


# TensorFlow Playground's engine: its loss, one fixed order, and left-over gradients that carry over.
TFP_DEFAULTS = {"learning.loss": "half_squared", "learning.shuffle": False, "learning.remainder": "carry"}

# Four points make one batch: whole passes, in one fixed order.
LOGIC_DEFAULTS = {
    "learning.loss": "binary_cross_entropy",
    "learning.shuffle": False,
    "learning.remainder": "train",
}


def sampled(samples: int) -> tuple[Param, Param]:
    """The two parameters of every set that is drawn at random: `noise` and `samples`.

    `samples` is the default number of points: 500 for classes and 1200 for numbers are those of
    TensorFlow Playground.
    """
    return (
        Param(
            id="noise",
            label="Noise",
            kind="number",
            default=0,
            sentence="How much chance is mixed into the points; at 0 they follow the rule exactly.",
            minimum=0,
            maximum=50,
            step=5,
            unit="%",
            formula="ν",
            on_change=RESET,
        ),
        Param(
            id="samples",
            label="Points",
            kind="integer",
            default=samples,
            sentence="How many points there are, for training and test together.",
            minimum=10,
            maximum=5000,
            step=10,
            formula="n",
            on_change=RESET,
            advanced=True,
        ),
    )


def truth_table(outputs: tuple[int, int, int, int]):
    """The four points of a logic function of two inputs, as (x, y) of a dataset.

    `outputs` are the results, 0 or 1, for (false, false), (false, true), (true, false),
    (true, true). False lies at −1 and true at +1: around the middle, as all other sets. Measured
    with the default network and cross-entropy over 100 starts, exclusive or at ±1 is learned in
    2,860 updates by 93 %; at 0 and 1 in 4,810 by 73 %.
    """
    x = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
    return x, np.array(outputs, dtype=np.float64)
