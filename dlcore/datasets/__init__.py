"""Datasets: points or pictures, and what to learn from them. One file each; see `Dataset`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from dlcore.params import RESET, Entry, Param


@dataclass(frozen=True)
class Column:
    """One of the two columns of x, or of the samples' records: what it is called, its unit, and how its own values
    are got back.

    own value = middle + spread · x: a column that is measured in the world is standardized for the
    network, and the picture's axes still tell what was measured. Others are 0 and 1.
    In a record it has an `id`, and either words as values or numbers, from `low` to `high`.
    """

    name: str
    unit: str = ""
    middle: float = 0.0
    spread: float = 1.0
    id: str = ""
    low: float = 0.0
    high: float = 0.0
    words: bool = False


@dataclass(frozen=True, kw_only=True)
class Dataset(Entry):
    """A rule that makes points or pictures, or a table of measured ones.

    generate(rng, **params) → (x, y): x (samples, *shape) as the network is given it; y (samples,) float64: a number for
    target "number"; for "binary" the class 0 or 1 (1 is drawn blue); for "classes" 0 … K−1. Samples come in the rule's
    own order; the shuffle before the split is the caller's.
    `shape` is that of one sample: (2,) is a point of the plane, float64; (channels, rows, columns) is a picture,
    float32 from 0 to 1 with one channel (grey) or three (red, green, blue). Columns, extent and points drawn by
    hand are of the plane.
    `classes` names them in the order of their numbers (nobody reads them where the target is a number). `extent` is
    the half-width of the plane that is drawn, [−extent, extent]². `goal` is the one line on screen that says what the
    network is for. `hint` says what to try where the network that the page opens with is too small. `split` is False
    where every point is for training. `drawn`: the rule makes no points, all are drawn by hand.
    `start` are the settings to begin with where the data before had another kind of sample: {path: value}; what is not
    named there goes back to its default.
    `count` says how many points there are where no parameter `samples` does. `group` is the neighbourhood in the data
    picker. `defaults` are other paths' values that suit this data (read where those stand at "auto"): learning.loss,
    learning.shuffle, learning.remainder.
    picture(rng, index, **params) → (uint8 (rows, columns, 3), words): how the row `index` of what `generate` makes of
    the same generator looks, and the same in one sentence.
    records(rng, **params) → {column's id: (samples,) its own values}: what is known of each row of what `generate`
    makes of the same generator, numbers as float64 and words as str; `fields` are its columns, in that order.
    `editions`: other ways to make such samples, by name, each with what it changes of the parameters.
    `idle`: parameters that make no difference as the others stand; nobody offers them.
    follow(**params) → fields of this entry that depend on the parameters: `at` puts them in.
    """

    generate: Callable
    target: str
    shape: tuple[int, ...] = (2,)
    goal: str
    group: str = "two classes"
    classes: tuple[str, ...] = ("orange", "blue")
    start: Mapping[str, Any] = field(default_factory=dict)
    extent: float = 6.0
    split: bool = True
    drawn: bool = False
    count: int = 0
    columns: tuple[Column, Column] = (Column("x₁"), Column("x₂"))
    hint: str = ""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    tfp: str = ""
    picture: Callable[..., tuple[np.ndarray, str]] | None = None
    records: Callable[..., Mapping[str, np.ndarray]] | None = None
    fields: tuple[Column, ...] = ()
    editions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    idle: tuple[str, ...] = ()
    follow: Callable[..., Mapping[str, Any]] | None = None

    @property
    def is_pictures(self) -> bool:
        """Whether a sample is a picture: (channels, rows, columns)."""
        return len(self.shape) == 3

    @property
    def extras(self) -> tuple[Column, ...]:
        """The numbers of the records that are not on the plane: each can be an input of its own."""
        plane = {column.id for column in self.columns}
        return () if self.is_pictures else tuple(one for one in self.fields if not one.words and one.id not in plane)

    def at(self, values: Mapping[str, Any]) -> Dataset:
        """This entry as it is with these values of its parameters; missing ones stand at their default."""
        if self.follow is None:
            return self
        known = {name: values.get(name, default) for name, default in self.default_values().items()}
        return replace(self, **self.follow(**known))


# TensorFlow Playground's engine: its loss, one fixed order, and left-over gradients that carry over.
TFP_DEFAULTS = {"learning.loss": "half_squared", "learning.shuffle": False, "learning.remainder": "carry"}

COUNTING = ("two", "three", "four", "five")  # classes, in words


def several(count: int, name: str) -> dict[str, Any]:
    """The fields of a set of `count` classes that are numbered: "ring 1", "ring 2" … Two are a binary set."""
    return {
        "target": "binary" if count == 2 else "classes",
        "classes": tuple(f"{name} {number}" for number in range(1, count + 1)),
        "goal": f"Separate the {COUNTING[count - 2]} {name}s.",
    }


def class_count() -> Param:
    """The parameter of the sets that are made of any number of classes."""
    return Param(
        id="classes",
        label="Classes",
        kind="integer",
        default=3,
        sentence="How many classes there are; with more than two, the network has an output for each.",
        minimum=2,
        maximum=5,
        choices=(2, 3, 4, 5),
        formula="K",
        on_change=RESET,
    )


POINTS = "Points", "How much chance is mixed into the points; at 0 they follow the rule exactly."
PICTURES = "Pictures", "How much chance is mixed into every pixel; at 0 the pictures are clear."


def sampled(samples: int, told: tuple[str, str] = POINTS, most: int = 5000) -> tuple[Param, Param]:
    """The two parameters of every set that is drawn at random: `noise` and `samples`.

    `samples` is the default number of points: 500 for classes and 1200 for numbers are those of
    TensorFlow Playground. `told`: what they are called, and what noise is of them; `most`: how many there can be.
    """
    name, noise = told
    return (
        Param(
            id="noise",
            label="Noise",
            kind="number",
            default=0,
            sentence=noise,
            minimum=0,
            maximum=50,
            step=5,
            unit="%",
            formula="ν",
            on_change=RESET,
        ),
        Param(
            id="samples",
            label=name,
            kind="integer",
            default=samples,
            sentence=f"How many {name.lower()} there are, for training and test together.",
            minimum=10,
            maximum=most,
            step=10,
            formula="n",
            on_change=RESET,
            advanced=True,
        ),
    )
