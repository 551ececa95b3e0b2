"""Blocks: several layers that are added as one, one file each; see `LayerBlock`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dlcore.params import Entry


@dataclass(frozen=True, kw_only=True)
class LayerBlock(Entry):
    """Layers that belong together.

    layers(input_shape) → them as the spec writes them, where "from" counts from the first of them as 0, and −1 is what
    comes in; they must fit anything of that shape, or of one like it.
    """

    layers: Callable
