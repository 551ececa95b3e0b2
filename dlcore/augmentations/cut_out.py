"""Cut-out: a square somewhere in the picture is covered with the picture's own mean colour.

    x′(r, c) = mean(x) inside the square, x(r, c) outside   the square's middle is any pixel, equally likely
"""

import numpy as np

from dlcore.augmentations import Augmentation, how_much
from dlcore.lazy import torch


def apply(x, chance, amount):
    """Every picture with a square covered, which may reach over the border."""
    middle, inside = chance.random((len(x), 2)), []
    for axis, size in enumerate(x.shape[2:]):
        side = round(size * amount / 100)
        first = np.floor(middle[:, axis] * size).astype(np.int64) - side // 2
        away = np.arange(size) - first[:, None]
        inside.append(torch.from_numpy((away >= 0) & (away < side)))
    covered = inside[0][:, None, :, None] & inside[1][:, None, None]
    return torch.where(covered, x.mean((2, 3), keepdim=True), x)


ENTRY = Augmentation(
    id="cut_out",
    label="Cut-out",
    sentence="A square of every picture is covered, so that no single part of it is all there is to go by.",
    formula="x′ = mean(x) inside a square",
    source="DeVries and Taylor 2017, Improved regularization of convolutional neural networks with cutout",
    params=how_much("Cut-out", "The side of the square that is covered, in percent of the picture's side.", maximum=75),
    examples=({"amount": 30}, {"amount": 75}),
    order=90,
    usual=30,
    restored=True,
    apply=apply,
)
