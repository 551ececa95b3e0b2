"""Augmentation carried out: a whole epoch's training pictures at once, each changed by a chance of its own.

The chance of an augmentation comes from (seed, its name, the epoch) and, within it, from the sample's place in train.
So nothing is carried, and a replayed epoch has the same pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dlcore.catalogue import catalogue
from dlcore.lazy import torch
from dlcore.spec import RunSpec
from dlcore.training.rng import generator

Pair = tuple["torch.Tensor", "torch.Tensor"]


def augmented(spec: RunSpec, data: Mapping[str, Any]) -> Callable[[int], Pair] | None:
    """epoch → (inputs, target) of train as they are in that epoch; None where the spec asks for no augmentation."""
    if not spec.tree["data"]["augment"] or not len(data["train"]):
        return None
    train = data["train"]

    def in_epoch(epoch: int) -> Pair:
        picture, given = changed(spec, torch.from_numpy(train.x), epoch)
        return given.flatten(1), picture.flatten(1) if spec.resolved.picture else train.target

    return in_epoch


def changed(spec: RunSpec, x: torch.Tensor, epoch: int) -> Pair:
    """Training pictures (samples, channels, rows, columns) as they are in an epoch: what is to be given back where
    the answer is the picture, and what the network gets, from which more may have been taken."""
    picture = x
    with torch.no_grad():
        for restored in (False, True):
            given = picture
            for name, amount in spec.tree["data"]["augment"].items():
                entry = catalogue("augmentations")[name]
                if entry.restored == restored:
                    given = entry.apply(given, generator(spec.tree["seed"], f"augment.{name}", epoch), amount)
            picture = picture if restored else given
    return picture, given
