"""Starting points: whole networks that a person begins with, one file each; see `Start`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dlcore.params import Entry

LABELS = {"data.target": "label"}  # what a network that decides is to answer


@dataclass(frozen=True, kw_only=True)
class Start(Entry):
    """A network to begin with.

    `sets` are other settings that come with it, by path, such as the data that it is named after.
    layers(input_shape) → the hidden layers as the spec writes them; the output comes from the data.
    suits(input_shape, target) → whether it makes sense for such samples and such an answer ("number", "binary",
    "classes"), both as they are once `sets` are set.
    """

    layers: Callable
    suits: Callable[..., bool]
    sets: Mapping[str, Any] = field(default_factory=dict)


def flat(input_shape):
    """The layers that make a vector of a sample: none where it is one."""
    return [{"kind": "flatten"}] if len(input_shape) == 3 else []
