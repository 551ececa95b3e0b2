"""Addresses: the names of numbers, such as `layers.1.weight[2,0]`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dlcore.params import SpecError

_ADDRESS = re.compile(r"^([a-z_]+(?:\.[a-z_0-9]+)*)(?:\[(\d+(?:,\d+)*)\])?$")


def parse(address: str) -> tuple[str, tuple[int, ...]]:
    """("layers.1.weight", (2, 0)) of "layers.1.weight[2,0]"; SpecError if it is none."""
    match = _ADDRESS.match(address.replace(" ", "")) if isinstance(address, str) else None
    if not match:
        raise SpecError("address", f"“{str(address)[:60]}” is not the name of a number.")
    name, indices = match.groups()
    return name, tuple(int(index) for index in indices.split(",")) if indices else ()


def parameter(layout: Mapping[str, tuple[int, ...]], address: str) -> tuple[str, tuple[int, ...]]:
    """(name, indices) of a parameter in a network's `layout`, or of one number in it; SpecError where there is none."""
    name, indices = parse(address)
    if name not in layout or len(indices) not in (0, len(layout[name])):
        raise SpecError("address", f"“{address[:60]}” is not a weight or bias of this network.")
    if any(index >= size for index, size in zip(indices, layout[name], strict=False)):
        raise SpecError("address", f"“{address[:60]}” lies outside this network.")
    return name, indices
