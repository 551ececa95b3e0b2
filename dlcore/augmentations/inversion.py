"""Inversion: light becomes dark, as in a negative.

    x′ = 1 − x   with the chosen chance
"""

from dlcore.augmentations import Augmentation, how_much, some
from dlcore.lazy import torch


def apply(x, chance, amount):
    """Those that chance picks as negatives."""
    chosen = torch.from_numpy(some(chance, len(x), amount))
    return torch.where(chosen[:, None, None, None], 1 - x, x)


ENTRY = Augmentation(
    id="inversion",
    label="Inversion",
    sentence="Light becomes dark, as in a negative, in so many of the pictures.",
    formula="x′ = 1 − x",
    source="Cubuk and others 2019, AutoAugment, table 6 (Invert)",
    params=how_much("Inversion", "In how many pictures light becomes dark."),
    examples=({"amount": 20}, {"amount": 100}),
    order=70,
    usual=20,
    apply=apply,
)
