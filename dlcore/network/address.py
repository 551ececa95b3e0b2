"""Addresses: the names of numbers, such as `layers.1.weight[2,0]`.

A number of a sample has its sample beside its address: a training sample's index, ("test", index),
("validation", index), ("batch", place in the coming batch), or ("point", x₁, x₂) for a place of the plane; None
is the whole coming batch. An address may end in "@step", the position after so many updates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from numbers import Integral
from typing import Any

from dlcore.limits import is_number
from dlcore.params import SpecError

_ADDRESS = re.compile(r"^([a-z_]+(?:\.[a-z_0-9]+)*)(?:\[(\d+(?:,\d+)*)\])?$")
_OF_SAMPLE = re.compile(
    r"^(train\.)?(layers\.\d+\.(pre_activation|normalized|activation|output|mask)(\.grad)?"
    r"|inputs|x|target|sample_\w+(\.grad)?)$"
)
_AT = re.compile(r"^(.*?)(?:@(\d{1,12}))?$", re.DOTALL)
INDEXED = ("train", "validation", "test", "batch")

Sample = int | tuple[Any, ...] | None


def parse(address: str) -> tuple[str, tuple[int, ...]]:
    """("layers.1.weight", (2, 0)) of "layers.1.weight[2,0]"; SpecError if it is none."""
    match = _ADDRESS.match(address.replace(" ", "")) if isinstance(address, str) else None
    if not match:
        raise SpecError("address", f"“{str(address)[:60]}” is not the name of a number.")
    name, indices = match.groups()
    return name, tuple(int(index) for index in indices.split(",")) if indices else ()


def parse_at(address: str) -> tuple[str, int | None]:
    """("layers.1.weight[2,0]", 41) of "layers.1.weight[2,0]@41"; None where no step is named."""
    if not isinstance(address, str):
        raise SpecError("address", f"“{str(address)[:60]}” is not the name of a number.")
    plain, step = _AT.match(address).groups()
    return plain, None if step is None else int(step)


def written(name: str, indices: tuple[int, ...] = (), step: int | None = None) -> str:
    """What `parse` and `parse_at` read."""
    place = f"[{','.join(map(str, indices))}]" if indices else ""
    return f"{name}{place}" if step is None else f"{name}{place}@{step}"


def read_sample(value: Any) -> Sample:
    """A sample as JSON or NumPy may give it, in its normal form; SpecError where it is none."""
    if value is None:
        return None
    if _is_index(value):
        return int(value)
    if isinstance(value, list | tuple) and value and isinstance(value[0], str):
        kind, *rest = value
        if kind in INDEXED and len(rest) == 1 and _is_index(rest[0]):
            return int(rest[0]) if kind == "train" else (kind, int(rest[0]))
        if kind == "point" and len(rest) == 2 and all(map(is_number, rest)):
            return ("point", float(rest[0]), float(rest[1]))
    raise SpecError(
        "sample",
        f"“{str(value)[:60]}” is not a sample. Give the index of a training sample, [“test”, index] or "
        "[“point”, x₁, x₂]; nothing at all means the coming batch.",
    )


def _is_index(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool) and 0 <= value < 10**9


def of_sample(name: str) -> bool:
    """Whether a number of that name belongs to a sample: its arrays are (samples, …)."""
    return bool(_OF_SAMPLE.match(name))


def parameter(layout: Mapping[str, tuple[int, ...]], address: str) -> tuple[str, tuple[int, ...]]:
    """(name, indices) of a parameter in a network's `layout`, or of one number in it; SpecError where there is none."""
    name, indices = parse(address)
    if name not in layout or len(indices) not in (0, len(layout[name])):
        raise SpecError("address", f"“{address[:60]}” is not a weight or bias of this network.")
    if any(index >= size for index, size in zip(indices, layout[name], strict=False)):
        raise SpecError("address", f"“{address[:60]}” lies outside this network.")
    return name, indices
