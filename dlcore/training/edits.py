"""Edits: which numbers of a network an address names, and what they may be set to."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from dlcore.limits import LIMITS
from dlcore.network.address import parameter, parse, written
from dlcore.params import SpecError
from dlcore.training.state import State

if TYPE_CHECKING:
    from dlcore.network.build import Network

KEPT = "The weights stayed as they were; only what the neurons make of their sums is another."


def editable(state: State, address: str, value: Any) -> tuple[str, tuple[int, ...], float]:
    """(name of the parameter, index within it, the value): "layers.0.weight[2,1]", 0.5.

    SpecError where that is no parameter of the network, or the value none that it may have.
    """
    layout = {name: tuple(tensor.shape) for name, tensor in state.group("parameters").items()}
    name, indices = parameter(layout, address)
    if not indices:
        one = written(name, (0,) * len(layout[name]))
        raise SpecError("address", f"“{address[:60]}” is not a single weight or bias. Name one, such as {one}.")
    try:
        value = float(value)
    except (TypeError, ValueError):
        raise SpecError(address, f"“{str(value)[:40]}” is not a number.") from None
    if not abs(value) <= LIMITS.largest_value:
        most = f"{LIMITS.largest_value:,.0f}"
        raise SpecError(address, f"A weight must be a number between −{most} and {most}.")
    return name, indices, value


Part = tuple[str, tuple[int, ...]]  # a parameter's name, and the first indices of what is meant of it


def parts_of(network: Network, address: str, norm: bool = False) -> list[Part]:
    """What an address of one number, a neuron or a layer means, as parts of parameters.

    "layers.1.weight[2,0]" is one weight; "layers.1[2]" a neuron: the weights into it and its bias; "layers.1"
    all weights and biases of a layer; with `norm` also what its norm has learned. SpecError where there is none.
    """
    name, indices = parse(address)
    block = next((block for block in network.blocks if block.address == name), None)
    if name in network.layout:
        found = [(name, indices)]
    elif block is not None:
        names = [*block.parameters, *(f"norm.{part}" for part in block.norm_parameters if norm)]
        found = [(f"{name}.{part}", indices) for part in names]
    else:
        raise SpecError("address", f"“{address[:60]}” is no weight, bias, neuron or layer of this network.")
    for part, _ in found:
        shape = network.layout[part]
        few = len(indices) <= (1 if block is not None else len(shape))
        if not few or any(index >= size for index, size in zip(indices, shape, strict=False)):
            raise SpecError("address", f"“{address[:60]}” lies outside this network.")
    if (count := count_of(network, found)) > LIMITS.max_surgery_values:
        raise SpecError(
            "address",
            f"These are {count:,} numbers; at most {LIMITS.max_surgery_values:,} are changed in one go. "
            "Take a neuron instead of a layer.",
        )
    return found


def neuron_of(network: Network, address: str) -> tuple[int, int]:
    """(layer, unit) of "layers.1[2]"; SpecError where that is no neuron of the network."""
    name, indices = parse(address)
    for layer, block in enumerate(network.blocks):
        if block.address == name and len(indices) == 1 and indices[0] < block.output_shape[0]:
            return layer, indices[0]
    raise SpecError("address", f"“{address[:60]}” is not a neuron of this network. A neuron is written layers.0[2].")


def outgoing(network: Network, address: str) -> list[Part]:
    """The weights that a neuron's value is multiplied by in the layer after it; SpecError for an output."""
    layer, unit = neuron_of(network, address)
    if layer == len(network.blocks) - 1:
        raise SpecError("address", "An output has no weights behind it that could be cut. Choose a hidden neuron.")
    weight = f"{network.blocks[layer + 1].address}.weight"
    return [(weight, (row, unit)) for row in range(network.layout[weight][0])]


def count_of(network: Network, parts: Iterable[Part]) -> int:
    """How many numbers the parts are."""
    return sum(math.prod(network.layout[name][len(indices) :]) for name, indices in parts)


def numbers_of(network: Network, parts: Iterable[Part]) -> set[str]:
    """The address of every single number of the parts."""
    return {
        written(name, (*indices, *rest))
        for name, indices in parts
        for rest in np.ndindex(network.layout[name][len(indices) :])
    }


def masks_of(network: Network, numbers: Iterable[str]) -> dict[str, np.ndarray]:
    """Of each parameter that one of the numbers belongs to, by address: (its shape) True at those."""
    found: dict[str, np.ndarray] = {}
    for name, indices in map(parse, numbers):
        if name not in found:
            found[name] = np.zeros(network.layout[name], dtype=bool)
        found[name][indices] = True
    return found
