"""Channel shuffle: red, green and blue change places.

    x′_k = x_π(k)   with an order π drawn for each picture that chance picks
"""

import numpy as np

from dlcore.augmentations import Augmentation, how_much
from dlcore.lazy import torch


def apply(x, chance, amount):
    """Those that chance picks with their channels in another order, which may be the old one."""
    drawn = chance.random((len(x), x.shape[1] + 1))
    order = np.where(drawn[:, :1] < amount / 100, drawn[:, 1:].argsort(1), np.arange(x.shape[1]))
    return x[torch.arange(len(x))[:, None], torch.from_numpy(order)]


ENTRY = Augmentation(
    id="channel_shuffle",
    label="Channel shuffle",
    sentence="Red, green and blue change places, in so many of the pictures: then colour tells nothing.",
    formula="x′ₖ = x_π(k)",
    source="As torchvision.transforms.v2.RandomChannelPermutation",
    params=how_much("Channel shuffle", "In how many pictures red, green and blue change places."),
    examples=({"amount": 20}, {"amount": 100}),
    order=60,
    usual=20,
    colours=True,
    apply=apply,
)
