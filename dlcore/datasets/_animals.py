"""Cats and dogs that nobody ever met: each with its record, the same for ever from (seed, index).

An animal is measured first (a table), and drawn from what was measured (`_portraits.py`). Cats are small with a
long tail; dogs are larger, and for their size their tail is shorter. A few dogs are as small and long-tailed as
cats: no line between size and tail is right about them. Every dog barks, and no cat does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SPECIES = ("cat", "dog")
EDITIONS = ("easy", "hard", "biased", "swapped")
INDOORS = ("in a living room", "in a kitchen", "on a carpet", "on a sofa")
OUTDOORS = ("on a meadow", "by a wood", "on a beach", "in the snow")
BACKGROUNDS = INDOORS + OUTDOORS
POSES = ("sitting", "standing", "lying")
PATTERNS = ("plain", "striped", "spotted", "patched")
FURS = {  # red, green, blue
    "white": (0.95, 0.93, 0.89), "grey": (0.62, 0.63, 0.66), "black": (0.22, 0.22, 0.25), "ginger": (0.90, 0.56, 0.24),
    "brown": (0.52, 0.34, 0.21), "sandy": (0.85, 0.71, 0.50), "chocolate": (0.36, 0.23, 0.17),
    "blue-grey": (0.42, 0.47, 0.56),
}  # fmt: skip
NAMES = (
    "Ada Alma Anka Balu Bela Bella Bibi Bobo Bruno Caspar Chico Cleo Coco Dina Dodo Ella Elmo Emil Enzo Fanny "
    "Felix Fips Flora Frida Gino Greta Hugo Ida Iggy Jola Juno Kiki Kira Lady Leo Lila Lotte Lulu Luna Mads Maja "
    "Mia Milo Mimi Minka Mogli Momo Nala Nemo Nico Nino Nora Olga Oskar Otto Paco Pepe Pippa Pola Polly Quinn Rika "
    "Rio Rocky Romy Rosa Rufus Sally Sam Simba Socke Sunny Susi Tara Tilda Tito Toni Uma Vito Wanda Willi Yuki Zora"
).split()


@dataclass(frozen=True)
class Animal:
    """One animal's record. `size` is its height at the shoulder; lengths in cm; `barks` is how often a day."""

    seed: int
    index: int
    name: str
    species: str
    size: float
    tail: float
    ears: float
    ear_shape: str
    whiskers: float
    snout: float
    barks: int
    build: float
    pose: str
    pattern: str
    fur: str
    marking: str
    background: str

    def told(self) -> str:
        """The record in one sentence."""
        coat = f"{self.fur} fur" + {
            "plain": "", "striped": " with stripes", "spotted": f" with {self.marking} spots",
            "patched": f" with {self.marking} patches",
        }[self.pattern]  # fmt: skip
        barks = f"barks {self.barks} times a day" if self.barks else "never barks"
        return (
            f"{self.name}, a {self.species}, {self.pose} {self.background}: {self.size:.0f} cm high, "
            f"tail {self.tail:.0f} cm, {self.ear_shape} ears of {self.ears:.0f} cm, whiskers {self.whiskers:.0f} cm, "
            f"snout {self.snout:.0f} cm, {coat}; {barks}."
        )


def animal(seed: int, index: int, edition: str = "easy", share: float = 1.0, odd: float = 0.08) -> Animal:
    """The animal with that number.

    Every second one is a dog. `edition` says how hard it is to tell from its picture; `share` (0 … 1) is how many
    backgrounds of the editions "biased" (cats indoors, dogs outdoors) and "swapped" go by the species, the others
    are chance. `odd` (0 … 1) is the share of the dogs that have a cat's size and tail. The measures are the same in
    all editions, and what one number decides never shifts another.
    """
    size, tail, snout, barks, whiskers, ears = measures(seed, index, odd)
    dog = is_dog(index)
    looks = np.random.default_rng([seed, index, 1])
    chance = looks.random(8)
    kind = int(looks.integers(len(NAMES))), int(looks.integers(len(POSES))), int(looks.integers(len(PATTERNS)))
    fur, other = looks.choice(len(FURS), 2, replace=False)
    place = int(looks.integers(len(BACKGROUNDS)))
    if edition in ("biased", "swapped") and chance[0] < share:
        place = place % len(INDOORS) + (len(INDOORS) if dog == (edition == "biased") else 0)
    rare = chance[1] < ((0.35 if dog else 0.2) if edition == "hard" else (0.08 if dog else 0.0))
    colours = tuple(FURS)
    return Animal(
        seed, index, NAMES[kind[0]], SPECIES[dog], size, tail, ears,
        ("upright" if rare else "hanging") if dog else ("folded" if rare else "pointed"),
        whiskers, snout, int(barks), 0.85 + 0.3 * chance[2], POSES[kind[1]], PATTERNS[kind[2]],
        colours[fur], colours[other], BACKGROUNDS[place],
    )  # fmt: skip


def is_dog(index: int) -> bool:
    """Every second animal is a dog."""
    return index % 2 == 1


COLUMNS = ("size", "tail", "snout", "barks", "whiskers", "ears")


def measures(seed: int, index: int, odd: float = 0.08) -> tuple[float, ...]:
    """The numbers of one record, in the order of `COLUMNS`, to a tenth of a centimetre."""
    rng = np.random.default_rng([seed, index])
    chance, bends = rng.random(), np.clip(rng.standard_normal(6), -2.5, 2.5)
    if not is_dog(index):
        found = 27 + 2.4 * bends[0], 29 + 2.8 * bends[1], 2.5 + 0.4 * bends[2], 0, 6.5 + bends[4], 6.5 + 0.8 * bends[5]
    else:
        size = 48 + 11 * bends[0]
        tail = 0.42 * size + 2.6 * bends[1]
        if chance < odd:
            size, tail = 27 + 2 * bends[0], 28 + 2.4 * bends[1]
        snout = 0.16 * size + 2 + 0.6 * bends[2]
        barks = 15 + round(4.5 * bends[3])
        found = size, tail, snout, barks, 2 + 0.4 * bends[4], 0.14 * size + 3 + bends[5]
    return tuple(round(float(value), 1) for value in found)
