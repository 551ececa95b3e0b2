"""How the values of a network hang together: what each is computed from, and what is computed from it, over its graph.

Everything here goes by what a layer says of itself (`Layer.reads`, `feeds`, `parameter_feeds`), never by its kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from dlcore.catalogue import catalogue
from dlcore.expressions import Expression, Leaves
from dlcore.layers import Reads
from dlcore.network.address import Sample
from dlcore.network.shapes import Block
from dlcore.training.receipts.kinds import subscript
from dlcore.training.receipts.position import Position, over

Index = tuple[int, ...]
Place = tuple[str, Index]


def layer_of(block: Block) -> Any:
    """Its entry of the catalogue."""
    return catalogue("layers")[block.kind]


def result_of(block: Block) -> str:
    """The name of what a block's layer itself computes."""
    return f"{block.address}.{'pre_activation' if layer_of(block).has_activation else 'activation'}"


def handed_on(block: Block) -> str:
    """The name of what a block hands on."""
    return f"{block.address}.{'output' if block.dropout else 'activation'}"


def source_of(position: Position, block: Block, port: int, mode: str) -> str:
    """The name of what comes in at a port."""
    source = block.sources[port]
    return "inputs" if source < 0 else f"{mode}{handed_on(position.block(source))}"


def reads_of(block: Block, indices: Index) -> Reads:
    """What one number of a layer's result is made of."""
    return layer_of(block).reads(indices, block.shapes_in, **block.values)


def symbol_in(block: Block) -> str:
    """What the values that come in are called."""
    return "x" if all(source < 0 for source in block.sources) else "a"


def incoming(
    position: Position, block: Block, inputs: Sequence[tuple[int, Index]], mode: str, sample: Sample
) -> Leaves:
    """Values that come in, by their ports and indices, of one sample."""
    names = [source_of(position, block, port, mode) for port in range(len(block.sources))]
    return gathered(position, symbol_in(block), len(inputs), lambda i: (names[inputs[i][0]], inputs[i][1]), sample)


class Learned(Mapping[str, Expression]):
    """The learned numbers that a number is made of, of a bias the one, of others all; and what is drawn in training.
    Each is made when it is asked for."""

    def __init__(self, position: Position, block: Block, reads: Reads, mode: str, sample: Sample):
        self._position, self._block, self._sample = position, block, sample
        self._places = {part: places for part, places in reads.parameters.items() if part != "drawn" or mode}

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, part: str) -> Expression:
        places, position, block = self._places[part], self._position, self._block
        if part == "drawn":
            letter = "m" if position.network.chances[block.address].kind == "drop" else "ε"
            return position.leaf(letter, f"{block.address}.mask", places[0], self._sample)
        name = f"{block.address}.{part}"
        if len(block.parameters[part][0]) == 1:
            return position.leaf(part[0], name, places[0])
        return gathered(position, part[0], len(places), lambda i: (name, places[i]))


def gathered(
    position: Position, letter: str, count: int, place: Callable[[int], Place], sample: Sample = None, index: str = "ᵢ"
) -> Leaves:
    """Numbers of one sample, or of none, under one symbol; place(i) is where number i is. Each is looked up only when
    it is needed: a gradient needs one weight of each sum."""

    def look() -> np.ndarray:
        found, where = np.empty(count), [place(i) for i in range(count)]
        for name in {name for name, _ in where}:
            rows = [i for i, (other, _) in enumerate(where) if other == name]
            array = position.array(name, sample)
            if position.of_sample(name):
                row = position.place(sample)[1]
                array = over(array, 0, name) if row is None else array[row]
            found[rows] = array[tuple(np.array([where[i][1] for i in rows], dtype=np.intp).T)]
        return found

    each = cache(lambda i: position.leaf(f"{letter}{subscript(i)}", *place(i), sample))
    return Leaves(f"{letter}{index}", look, each, count=count)


def readers(position: Position, layer: int) -> Iterator[tuple[Block, int]]:
    """Every block that takes its values from one, with the port; −1 is the input."""
    for block in position.network.blocks:
        for port, source in enumerate(block.sources):
            if source == layer:
                yield block, port


def feeds(position: Position, layer: int, indices: Index) -> Iterator[tuple[Block, int, Index]]:
    """Every result that one value of a block goes into: (the reading block, its port, the result's indices)."""
    for block, port in readers(position, layer):
        for result in layer_of(block).feeds(port, indices, block.shapes_in, **block.values):
            yield block, port, result


def parameter_feeds(block: Block, part: str, indices: Index) -> tuple[tuple[Index, tuple[int, Index] | None], ...]:
    """Every result that a learned number goes into, with the (port, indices) of what it multiplies there, or None."""
    return layer_of(block).parameter_feeds(part, indices, block.shapes_in, **block.values)


def unit_of(block: Block, indices: tuple[int, ...]) -> int:
    """Which of a norm's gains, shifts, means … a value goes with: its channel's or its neuron's own."""
    if catalogue("norms")[block.norm].across == "neurons":
        return int(np.ravel_multi_index(indices, block.output_shape))
    return indices[0]


def places_of(block: Block, unit: int) -> Iterator[Index]:
    """The values of a sample that one of a norm's gains goes with."""
    if catalogue("norms")[block.norm].across == "neurons":
        yield tuple(map(int, np.unravel_index(unit, block.output_shape)))
        return
    yield from ((unit, *place) for place in np.ndindex(*block.output_shape[1:]))
