"""Brightness: each picture becomes lighter or darker as a whole.

    x′ = min(x · (1 + u), 1)   with u equally likely from −m to m, one for each picture
"""

from dlcore.augmentations import Augmentation, between, how_much
from dlcore.lazy import torch


def apply(x, chance, amount):
    """Every picture in more or less light."""
    factor = 1 + torch.from_numpy(between(chance, (len(x), 1, 1, 1), amount / 100))
    return (x * factor).clamp(0, 1)


ENTRY = Augmentation(
    id="brightness",
    label="Brightness",
    sentence="Every picture becomes lighter or darker by chance, at most by this share.",
    formula="x′ = min(x · (1 + u), 1)",
    source="Howard 2013, Some improvements on deep convolutional neural network based image classification",
    params=how_much("Brightness", "How much lighter or darker a picture becomes at most."),
    examples=({"amount": 30}, {"amount": 100}),
    order=50,
    usual=30,
    apply=apply,
)
