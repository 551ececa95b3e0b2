"""Tint: red, green and blue are each made stronger or weaker, as light of another colour does.

    x′_k = min(x_k · (1 + u_k), 1)   with u_k equally likely from −m to m, one for each channel of each picture
"""

from dlcore.augmentations import Augmentation, between, how_much
from dlcore.lazy import torch


def apply(x, chance, amount):
    """Every picture in light of a colour of its own."""
    factor = 1 + torch.from_numpy(between(chance, tuple(x.shape[:2]), amount / 100))
    return (x * factor[..., None, None]).clamp(0, 1)


ENTRY = Augmentation(
    id="tint",
    label="Tint",
    sentence="Every picture is seen in light of another colour, at most so strong.",
    formula="x′ₖ = min(xₖ · (1 + uₖ), 1)",
    source="Howard 2013, Some improvements on deep convolutional neural network based image classification",
    params=how_much("Tint", "How much stronger or weaker a colour becomes at most."),
    examples=({"amount": 20}, {"amount": 100}),
    order=40,
    usual=20,
    colours=True,
    apply=apply,
)
