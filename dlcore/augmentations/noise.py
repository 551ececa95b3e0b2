"""Noise: every number of every pixel is a little off, by chance.

    x′ = x + σ · z, kept between 0 and 1   with z normal, one for each number
"""

import numpy as np

from dlcore.augmentations import Augmentation, how_much
from dlcore.lazy import torch


def apply(x, chance, amount):
    """Every picture grainy."""
    z = torch.from_numpy(chance.standard_normal(tuple(x.shape), np.float32))
    return z.mul_(amount / 100).add_(x).clamp_(0, 1)


ENTRY = Augmentation(
    id="noise",
    label="Noise",
    sentence="Every pixel is a little off by chance, with this deviation in percent of full light.",
    formula="x′ = x + σ · z",
    source="Sietsma and Dow 1991, Creating artificial neural networks that generalize",
    params=how_much("Noise", "How far off a pixel is, as a standard deviation in percent of full light.", maximum=50),
    examples=({"amount": 5}, {"amount": 50}),
    order=80,
    usual=5,
    restored=True,
    apply=apply,
)
