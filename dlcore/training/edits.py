"""Edits: which numbers of a network an address names, and what they may be set to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from dlcore.catalogue import catalogue
from dlcore.limits import LIMITS
from dlcore.network.address import parameter, parse, written
from dlcore.network.names import small
from dlcore.network.shapes import Block
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
    except (TypeError, ValueError, OverflowError):
        raise SpecError(address, f"“{str(value)[:40]}” is not a number that a computer can hold.") from None
    if not abs(value) <= LIMITS.largest_value:
        most = f"{LIMITS.largest_value:,.0f}"
        raise SpecError(address, f"A weight must be a number between −{most} and {most}.")
    return name, indices, value


Part = tuple[str, tuple[int, ...]]  # a parameter's name, and the first indices of what is meant of it


def parts_of(network: Network, address: str, norm: bool = False) -> list[Part]:
    """What an address of one number, a neuron or a layer means, as parts of parameters.

    "layers.1.weight[2,0]" is one weight; "layers.1[2]" a neuron, or a channel of pictures: the weights into it and its
    bias; "layers.1" all weights and biases of a layer; with `norm` also what its norm has learned. SpecError where
    there is none.
    """
    name, indices = parse(address)
    block = next((block for block in network.blocks if block.address == name), None)
    if name in network.layout:
        found = [(name, indices)]
    elif block is not None:
        found = [(f"{name}.{part}", indices) for part in block.parameters]
        units = _of_norm(block, indices)
        found += [(f"{name}.norm.{part}", unit) for part in block.norm_parameters if norm for unit in units]
        if not found:
            label = small(catalogue("layers")[block.kind].label)
            raise SpecError("address", f"There is nothing learned in this layer, {label}: it has no weights.")
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


def _of_norm(block: Block, indices: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The indices into a norm's gain of what belongs to a neuron, or to a channel: of pictures a norm that compares
    neurons has one for every value."""
    if not indices or len(block.output_shape) == 1 or catalogue("norms")[block.norm].across != "neurons":
        return [indices]
    values = math.prod(block.output_shape[1:])
    return [(indices[0] * values + place,) for place in range(values)]


def neuron_of(network: Network, address: str) -> tuple[int, int]:
    """(layer, unit) of "layers.1[2]"; SpecError where that is no neuron of the network."""
    name, indices = parse(address)
    for layer, block in enumerate(network.blocks):
        if block.address == name and len(indices) == 1 and indices[0] < block.output_shape[0]:
            return layer, indices[0]
    raise SpecError("address", f"“{address[:60]}” is not a neuron of this network. A neuron is written layers.0[2].")


def outgoing(network: Network, address: str) -> list[Part]:
    """The weights that a neuron's value, or a channel's picture, is multiplied by in the layers that read it.

    Layers without weights in between are passed, as long as they keep it apart from others: pooling, flatten.
    SpecError for an output, and where no weights are its own alone.
    """
    layer, unit = neuron_of(network, address)
    if layer == len(network.blocks) - 1:
        raise SpecError("address", "An output has no weights behind it that could be cut. Choose a hidden neuron.")
    found: dict[Part, None] = {}
    places = {(unit, *rest) for rest in np.ndindex(*network.blocks[layer].output_shape[1:])}
    _follow(network, layer, places, found)
    if not found:
        raise SpecError("address", "No weights are behind this neuron, so there is nothing that could be cut.")
    return list(found)


def cut_off(network: Network, values: Mapping[str, Any], frozen: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Which neurons or channels are cut off, by the address of their block: (units,) True where all weights behind one
    are 0 and frozen. Only blocks in which one is."""
    dead = {name: held & (np.asarray(values[name]) == 0) for name, held in frozen.items()}
    if not any(held.any() for held in dead.values()):
        return {}
    if network not in _BEHIND:
        _BEHIND[network] = {
            block.address: [_behind(network, f"{block.address}[{unit}]") for unit in range(block.output_shape[0])]
            for block in network.blocks[:-1]
            if block.parameters
        }
    found = {
        address: np.array([bool(parts) and all(_is_dead(dead, *part) for part in parts) for parts in units])
        for address, units in _BEHIND[network].items()
    }
    return {address: units for address, units in found.items() if units.any()}


_BEHIND: WeakKeyDictionary[Network, dict[str, list[list[Part]]]] = WeakKeyDictionary()


def _behind(network: Network, address: str) -> list[Part]:
    """`outgoing`, or nothing where that is refused."""
    try:
        return outgoing(network, address)
    except SpecError:
        return []


def _is_dead(dead: Mapping[str, np.ndarray], name: str, indices: tuple[int, ...]) -> bool:
    return name in dead and bool(dead[name][indices].all())


def _follow(network: Network, layer: int, places: set[tuple[int, ...]], found: dict[Part, None]) -> None:
    """Add to `found` what the values of a block at some places are multiplied by, wherever they go."""
    for index, block in enumerate(network.blocks):
        for port, source in enumerate(block.sources):
            if source != layer:
                continue
            if block.parameters:
                if len(block.input_shape) == 3 and not _whole(places, block.input_shape):
                    raise SpecError(
                        "address",
                        f"Layer {index + 1} slides its weights over this and over others, so none of them are its own "
                        "alone. Choose a layer after it.",
                    )
                found |= dict.fromkeys(_multiplying(block, port, places))
                continue
            entry = catalogue("layers")[block.kind]
            results = {
                result for place in places for result in entry.feeds(port, place, block.shapes_in, **block.values)
            }
            for result in results:
                reads = entry.reads(result, block.shapes_in, **block.values).inputs
                mixed = any(other != port or place not in places for other, place in reads)
                if mixed or catalogue("norms")[block.norm].across == "neurons":
                    raise SpecError(
                        "address",
                        f"Layer {index + 1} ({small(entry.label)}) brings this together with others, so there are no "
                        "weights behind it that are its own alone. Choose a layer after it.",
                    )
            if index < len(network.blocks) - 1:
                _follow(network, index, results, found)


def _whole(places: set[tuple[int, ...]], shape: tuple[int, ...]) -> bool:
    """Whether these are all places of some channels."""
    channels = {channel for channel, *_ in places}
    return len(places) == len(channels) * math.prod(shape[1:])


def _multiplying(block: Block, port: int, places: set[tuple[int, ...]]) -> Iterator[Part]:
    """The parts of a block's weight that lie on some of the values that come in: of a window, with all its places."""
    entry, axes = catalogue("layers")[block.kind], len(block.input_shape)
    middle = tuple(size // 2 for size in block.output_shape[1:])
    for unit in range(block.output_shape[0]):
        reads = entry.reads((unit, *middle), block.shapes_in, **block.values)
        for (other, place), weight in zip(reads.inputs, reads.parameters["weight"], strict=True):
            if other == port and place in places:
                yield f"{block.address}.weight", weight if axes == 1 else weight[:2]


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
