"""Pictures of cats and dogs, 32 × 32 pixels in colour: the animals of the table of cats and dogs, as they look.

What tells the species is the form of the head: ears, snout, nose, whiskers, eyes. Fur, pattern, pose, side and place
are chance and the same for both, so no pixel alone tells anything. Four editions: in "easy" the animals are large and
in the light; in "hard" they are smaller, farther from the middle, in any light, grainy, behind things, and more of
them have the ears of the others. In "biased" cats are indoors and dogs outdoors, in the chosen share of the pictures,
so a network can be right about the room and know nothing of animals; "swapped" has it the other way round.

Source: own (see `_animals.py`, which has the records, and `_portraits.py`, which draws them).
"""

from __future__ import annotations

import numpy as np

from dlcore.datasets import PICTURES, Dataset, sampled
from dlcore.datasets._animals import EDITIONS, SPECIES, animal, is_dog
from dlcore.datasets._canvas import SIDE
from dlcore.datasets._pictures import Kept, convolutions, seed_of, shown
from dlcore.datasets._portraits import pictures
from dlcore.datasets._records import FIELDS, records
from dlcore.params import RESET, Param

GOALS = {
    "easy": "Tell dogs from cats by their pictures.",
    "hard": "Tell dogs from cats, small and in any light.",
    "biased": "Tell dogs from cats, where cats are indoors and dogs outdoors.",
    "swapped": "Tell dogs from cats, where dogs are indoors and cats outdoors.",
}
_kept = Kept()


def generate(rng, edition="easy", share=100, noise=0, samples=1000):
    """(samples, 3, 32, 32) float32 red, green and blue from 0 to 1, and (samples,) the species: 0 a cat, 1 a dog.

    Every second one is a dog. Noise is normal, with a deviation of that share of full light.
    """
    known = seed_of(rng), edition, _share(edition, share)
    x = _light(_kept.rows(known, samples, lambda numbers: pictures(known[0], numbers, *known[1:])))
    if noise:
        for index, one in enumerate(x):
            _disturb(one, known[0], index, noise)
    return x, np.array([float(is_dog(index)) for index in range(samples)])


def picture(rng, index, edition="easy", share=100, noise=0, **_others):
    """That animal as the network gets it, uint8 (32, 32, 3), and its record in words."""
    known = seed_of(rng), edition, _share(edition, share)
    x = _light(_kept.row(known, index, lambda numbers: pictures(known[0], numbers, *known[1:]))[None])[0]
    _disturb(x, known[0], index, noise)
    return shown(x), animal(known[0], index, *known[1:]).told()


def all_records(rng, edition="easy", share=100, samples=1000, **_others):
    """What is known of each of them."""
    seed = seed_of(rng)
    return records(animal(seed, index, edition, _share(edition, share)) for index in range(samples))


MORE = "More channels help, and more pictures; compare with a hidden layer of neurons that each look at all pixels."
JUDGE = "What has it learned? Score it on other editions too, under More about the data."


def follow(edition="easy", **_others):
    """The fields that depend on the edition: the goal, the hint, and whether a share of the backgrounds is to be
    chosen."""
    given_away = edition in ("biased", "swapped")
    return {"goal": GOALS[edition], "hint": JUDGE if given_away else MORE, "idle": () if given_away else ("share",)}


def _share(edition: str, share: float) -> float:
    return share / 100 if edition in ("biased", "swapped") else 1.0


def _light(pixels: np.ndarray) -> np.ndarray:
    return np.divide(pixels.transpose(0, 3, 1, 2), np.float32(255), order="C")


def _disturb(x: np.ndarray, seed: int, index: int, noise: float) -> None:
    if noise:
        chance = np.random.default_rng([seed, index, 3]).standard_normal(x.shape, np.float32)
        np.clip(x + np.float32(noise / 100) * chance, 0, 1, out=x)


ENTRY = Dataset(
    id="cat_dog_pictures",
    label="Pictures of cats and dogs",
    sentence="Invented cats and dogs, drawn by rules in 32 × 32 pixels of colour. Fur, pose, place and background are "
    "chance; what tells them apart is ears, snout, whiskers and eyes.",
    params=(
        Param(
            id="edition",
            label="Edition",
            kind="choice",
            default="easy",
            choices=EDITIONS,
            sentence="How hard it is to tell them, and whether the background gives the species away.",
            on_change=RESET,
        ),
        Param(
            id="share",
            label="Given away",
            kind="number",
            default=100,
            minimum=0,
            maximum=100,
            step=5,
            unit="%",
            sentence="In how many pictures the background goes by the species; in the others it is chance.",
            on_change=RESET,
        ),
        *sampled(1000, PICTURES, most=3000),  # each takes about two milliseconds, in which a worker stands still
    ),
    examples=({"samples": 40}, {"edition": "hard", "noise": 10, "samples": 20}, {"edition": "biased", "samples": 20},
              {"edition": "swapped", "share": 80, "samples": 20}),
    order=70,
    generate=generate,
    picture=picture,
    records=all_records,
    editions={name: {"edition": name} for name in EDITIONS},
    fields=FIELDS,
    group="pictures",
    shape=(3, SIDE, SIDE),
    start={"network.layers": convolutions(12, 16, 24), "learning.batch_size": 10},
    target="binary",
    classes=SPECIES,
    follow=follow,
    **follow(),
)  # fmt: skip
