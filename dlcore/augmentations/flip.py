"""Flip: left and right change places, as in a mirror.

    x′(r, c) = x(r, C − 1 − c)   with the chosen chance

A cat stays a cat; a digit does not stay a digit.
"""

from dlcore.augmentations import Augmentation, how_much, some
from dlcore.lazy import torch


def apply(x, chance, amount):
    """Those that chance picks mirrored."""
    chosen = torch.from_numpy(some(chance, len(x), amount))
    return torch.where(chosen[:, None, None, None], x.flip(-1), x)


ENTRY = Augmentation(
    id="flip",
    label="Flip",
    sentence="Left and right change places, in so many of the pictures.",
    formula="x′(r, c) = x(r, C − 1 − c)",
    source="Krizhevsky, Sutskever and Hinton 2012, section 4.1",
    params=how_much("Flip", "In how many pictures left and right change places."),
    examples=({"amount": 50}, {"amount": 100}),
    order=10,
    usual=50,
    apply=apply,
)
