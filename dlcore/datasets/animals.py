"""Cats and dogs: invented animals, by two columns of their records, each with a picture.

A cat is small and has a long tail, a dog is larger and its tail shorter for its size; a few dogs are as small and
long-tailed as cats. So a line between size and tail is mostly right, and none is right about all; how often an
animal barks tells the two apart without a mistake: that is a new input, and training can't add it.

Source: own (see `_animals.py`, which has the rules, and `_portraits.py`, which draws).
"""

from __future__ import annotations

import numpy as np

from dlcore.datasets import Dataset, sampled
from dlcore.datasets._animals import SPECIES, Animal, animal, is_dog, measures
from dlcore.datasets._pictures import seed_of
from dlcore.datasets._portraits import draw
from dlcore.datasets._records import FIELDS, TABLE, records
from dlcore.params import RESET, Param


def generate(rng, horizontal="size", vertical="tail_length", odd=8, noise=0, samples=500):
    """(samples, 2) the two columns, standardized, and (samples,) the species: 0 a cat, 1 a dog.

    Every second one is a dog. Noise is a careless ruler: up to that share of the plane's half-width, either way.
    """
    seed = seed_of(rng)
    at = [[column.id for column in TABLE.columns].index(name) for name in (horizontal, vertical)]
    rows = np.array([measures(seed, index, odd / 100) for index in range(samples)])[:, at]
    middles, spreads = np.array([(TABLE.columns[i].mean, TABLE.columns[i].deviation) for i in at]).T
    reach = TABLE.follow(horizontal, vertical)["extent"]
    error = rng.uniform(-reach, reach, rows.shape) * noise / 100
    return (rows - middles) / spreads + error, np.array([float(is_dog(index)) for index in range(samples)])


def known(rng, index: int, odd: float = 8) -> Animal:
    """The record of row `index` of what `generate` makes of the same generator."""
    return animal(seed_of(rng), index, odd=odd / 100)


def all_records(rng, odd=8, samples=500, **_others):
    """What is known of each of them: the measures as they are, without a ruler's noise."""
    seed = seed_of(rng)
    return records(animal(seed, index, odd=odd / 100) for index in range(samples))


def picture(rng, index: int, odd: float = 8, **_others) -> tuple[np.ndarray, str]:
    """That animal's picture, uint8 (32, 32, 3), and its record in words."""
    who = known(rng, index, odd)
    return draw(who), who.told()


def follow(horizontal="size", vertical="tail_length", **_others):
    """The fields that depend on the columns: their names and units, the plane's size, and the goal."""
    return TABLE.follow(horizontal, vertical)


ENTRY = Dataset(
    id="animals",
    label="Cats and dogs",
    sentence="Invented cats and dogs, each with a picture: cats are small with a long tail, dogs larger with a shorter "
    "one, and some dogs break that rule. The axes have the animals’ own units.",
    params=(
        *TABLE.choice("size", "tail_length"),
        Param(
            id="odd",
            label="Odd dogs",
            kind="number",
            default=8,
            sentence="How many of the dogs are as small and long-tailed as cats.",
            minimum=0,
            maximum=50,
            step=2,
            unit="%",
            on_change=RESET,
        ),
        *sampled(500),
    ),
    examples=(
        {}, {"vertical": "barks"}, {"odd": 30, "samples": 60}, {"horizontal": "snout_length", "vertical": "ear_length"},
    ),
    order=44,
    generate=generate,
    picture=picture,
    records=all_records,
    fields=FIELDS,
    group="real data",
    target="binary",
    classes=SPECIES,
    follow=follow,
    **follow(),
)
