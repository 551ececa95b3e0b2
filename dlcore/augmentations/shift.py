"""Shift: each picture is moved by whole pixels, up to a share of its side; what comes in repeats the border.

    x′(r, c) = x(r − a, c − b)   with a and b equally likely from −m to m, each for every picture
"""

import numpy as np

from dlcore.augmentations import Augmentation, how_much
from dlcore.lazy import torch


def apply(x, chance, amount):
    """Every picture moved, up or down and left or right."""
    places, picked = [], np.arange(len(x))[:, None]
    steps = chance.random((len(x), 2))
    for axis, size in enumerate(x.shape[2:]):
        most = round(size * amount / 100)
        moved = np.floor(steps[:, axis] * (2 * most + 1)).astype(np.int64) - most
        places.append(torch.from_numpy(np.clip(np.arange(size) - moved[:, None], 0, size - 1)))
    rows, columns = places
    return x.permute(0, 2, 3, 1)[torch.from_numpy(picked)[..., None], rows[:, :, None], columns[:, None]].permute(
        0, 3, 1, 2
    )


ENTRY = Augmentation(
    id="shift",
    label="Shift",
    sentence="Every picture is moved by chance, at most by this share of its side; its border fills the gap.",
    formula="x′(r, c) = x(r − a, c − b)",
    source="Krizhevsky, Sutskever and Hinton 2012, section 4.1",
    params=how_much("Shift", "How far a picture is moved at most, in percent of its side.", maximum=50),
    examples=({"amount": 10}, {"amount": 50}),
    order=20,
    usual=10,
    apply=apply,
)
