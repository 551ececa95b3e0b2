"""Starting points: whole networks that a person begins with, one file each; see `Start`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dlcore.params import Entry


@dataclass(frozen=True, kw_only=True)
class Start(Entry):
    """A network to begin with.

    layers(input_shape) → the hidden layers as the spec writes them; the output comes from the data.
    suits(input_shape, target) → whether it makes sense for such samples and such an answer ("number", "binary",
    """

    layers: Callable
    suits: Callable[..., bool]
