"""Rotate: each picture is turned about its middle; what comes in repeats the border.

    x′(p) = x(R(−φ) p)   with φ equally likely from −m to m; between pixels, the mean of four by their distance
"""

import numpy as np

from dlcore.augmentations import Augmentation, between, how_much
from dlcore.lazy import torch


def apply(x, chance, amount):
    """Every picture turned by an angle of its own."""
    angle = torch.from_numpy(np.radians(between(chance, (len(x),), amount)))
    cosine, sine, zero = angle.cos(), angle.sin(), torch.zeros_like(angle)
    tall = x.shape[2] / x.shape[3]  # places are told from −1 to 1 on both axes
    turn = torch.stack([torch.stack([cosine, -sine * tall, zero], 1), torch.stack([sine / tall, cosine, zero], 1)], 1)
    places = torch.nn.functional.affine_grid(turn, list(x.shape), align_corners=False)
    return torch.nn.functional.grid_sample(x, places, padding_mode="border", align_corners=False)


ENTRY = Augmentation(
    id="rotate",
    label="Rotate",
    sentence="Every picture is turned by chance, at most by this angle to either side.",
    formula="x′(p) = x(R(−φ) p)",
    source="Simard, Steinkraus and Platt 2003, section 2",
    params=how_much("Rotate", "How far a picture is turned at most.", maximum=180, unit="°"),
    examples=({"amount": 15}, {"amount": 180}),
    order=30,
    usual=15,
    apply=apply,
)
