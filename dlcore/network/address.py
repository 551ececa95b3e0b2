"""Addresses: the names of numbers, such as `layers.1.weight[2,0]`, and how people read them."""

from __future__ import annotations

import re

from dlcore.params import SpecError

_ADDRESS = re.compile(r"^([a-z_]+(?:\.[a-z_0-9]+)*)(?:\[(\d+(?:,\d+)*)\])?$")


def parse(address: str) -> tuple[str, tuple[int, ...]]:
    """("layers.1.weight", (2, 0)) of "layers.1.weight[2,0]"; SpecError if it is none."""
    match = _ADDRESS.match(address.replace(" ", "")) if isinstance(address, str) else None
    if not match:
        raise SpecError("address", f"“{str(address)[:60]}” is not the name of a number.")
    name, indices = match.groups()
    return name, tuple(int(index) for index in indices.split(",")) if indices else ()


def for_people(address: str, layers: int) -> str:
    """The address in words, counting from 1: "layer 2, neuron 3". `layers` includes the output."""
    name, indices = parse(address)
    parts = name.split(".")
    if parts[0] != "layers" or len(parts) < 2 or not parts[1].isdigit():
        return name.replace("_", " ")
    index = int(parts[1])
    words = ["output layer" if index == layers - 1 else f"layer {index + 1}"]
    what = ".".join(parts[2:])
    if indices:
        words.append(f"neuron {indices[0] + 1}")
    if what == "weight" and len(indices) > 1:
        words.append(f"weight {indices[1] + 1}")
    elif what:
        words.append(what.replace("_", " ").replace(".", " "))
    return ", ".join(words)
