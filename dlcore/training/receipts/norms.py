"""What norms make of sums, forward: y = γ·(z − μ)/√(σ² + ε) + β, and what they keep from batch to batch.

A norm that compares samples has one of each for every neuron, of pictures for every channel, over all its rows and
columns; one that compares neurons takes every value of a sample for one.
"""

from __future__ import annotations

import math

import numpy as np

from dlcore.catalogue import catalogue
from dlcore.expressions import Leaf, Leaves, Number
from dlcore.network.address import Sample
from dlcore.network.shapes import Block
from dlcore.params import SpecError
from dlcore.training.receipts import paths, wiring
from dlcore.training.receipts.kinds import SYMBOLS, Built, Kind, subscript
from dlcore.training.receipts.position import Asked, Position


def normalized(position: Position, asked: Asked) -> Built:
    """γ·(z − μ)/√(σ² + ε) + β."""
    block = _with_norm(position, asked)
    entry, unit = catalogue("norms")[block.norm], wiring.unit_of(block, asked.indices)
    z = position.leaf("z", f"{asked.mode}{block.address}.pre_activation", asked.indices, asked.sample)
    learned = {
        name: position.leaf(SYMBOLS[f"norm.{name}"], f"{block.address}.norm.{name}", (unit,))
        for name in block.norm_parameters
    }
    tree = entry.expression(z, learned, *statistics(position, asked, unit))
    return Built(tree, "The sum less the mean, divided by the spread; then the learned gain and shift.")


def _with_norm(position: Position, asked: Asked) -> Block:
    block = position.block(asked.layer)
    if block.norm == "none":
        raise SpecError("address", f"Layer {asked.layer + 1} has no norm: its activation is computed from the sum.")
    return block


def compares(position: Position, block: Block, sample: Sample) -> int:
    """How many numbers a norm that compares samples takes together: of pictures those of all rows and columns too."""
    return len(position.scene(sample)) * math.prod(block.output_shape[1:])


def statistics(position: Position, asked: Asked, unit: int) -> tuple[Leaf, Leaf]:
    """The mean and the variance that the norm of the asked layer takes, as leaves."""
    block = position.block(asked.layer)
    return tuple(
        position.leaf(symbol, *position.statistic(f"{asked.mode}{block.address}.norm.{name}", unit, asked.sample))
        for name, symbol in (("mean", "μ"), ("variance", "σ²"))
    )


def compared(position: Position, asked: Asked, name: str, symbol: str, unit: int) -> Leaves:
    """The numbers of `name` that a norm compares with one another: a layer's, or a neuron's over the batch, of
    pictures a channel's over its rows and columns as well."""
    array, block = position.array(name, asked.sample), position.block(asked.layer)
    if catalogue("norms")[block.norm].across == "neurons":
        values, one = array[position.place(asked.sample)[1]], lambda row: asked.sample
        places = lambda i: (0, tuple(map(int, np.unravel_index(i, values.shape))))  # noqa: E731
    else:
        values, one = array[:, unit], position.sample_at(asked.sample)
        places = lambda i: _behind(unit, np.unravel_index(i, values.shape))  # noqa: E731

    def leaf(i: int) -> tuple:
        row, indices = places(i)
        return symbol + subscript(i), name, indices, one(row)

    return position.leaves(f"{symbol}ᵢ", values.ravel(), leaf)


def of_unit(position: Position, asked: Asked, name: str, symbol: str, unit: int, sample: Sample) -> Leaves:
    """The numbers of `name` that one of a norm's gains goes with, over the samples of the pass."""
    array, block, one = position.array(name, sample), position.block(asked.layer), position.sample_at(sample)
    if catalogue("norms")[block.norm].across == "neurons":
        indices = tuple(map(int, np.unravel_index(unit, block.output_shape)))
        values = array[(slice(None), *indices)]
        return position.leaves(f"{symbol}ᵢ", values, lambda i: (symbol + subscript(i), name, indices, one(i)))
    values = array[:, unit]

    def leaf(i: int) -> tuple:
        row, indices = _behind(unit, np.unravel_index(i, values.shape))
        return symbol + subscript(i), name, indices, one(row)

    return position.leaves(f"{symbol}ᵢ", values.ravel(), leaf)


def _behind(unit: int, place: tuple) -> tuple[int, tuple[int, ...]]:
    row, *rest = map(int, place)
    return row, (unit, *rest)


def statistic(position: Position, asked: Asked) -> Built:
    """The mean or the variance that a norm takes."""
    block = _with_norm(position, asked)
    entry, what = catalogue("norms")[block.norm], asked.part.rpartition(".")[2]
    unit = asked.indices[0] if asked.indices else 0
    if entry.across == "samples" and not (asked.mode and compares(position, block, asked.sample) > 1):
        running = position.leaf(f"running {what}", f"{block.address}.norm.running_{what}", (unit,))
        return Built(
            running, "One sample has nothing to be compared with, so the norm takes what it kept from batches."
        )
    z = compared(position, asked, f"{asked.mode}{block.address}.pre_activation", "z", unit)
    mean = position.leaf("μ", *position.statistic(f"{asked.mode}{block.address}.norm.mean", unit, asked.sample))
    over = "this neuron’s sums over the batch" if entry.across == "samples" else "the sums of all neurons of the layer"
    return Built(entry.statistics_expression(z, mean)[what], f"The {what} of {over}.")


def running(position: Position, asked: Asked) -> Built:
    """What a norm will keep of this batch: a tenth of the way from what it kept."""
    block, (unit,) = position.block(asked.layer), asked.indices
    entry, names = catalogue("norms")[block.norm], position.block(asked.layer).norm_buffers
    samples = compares(position, block, asked.sample)
    here = Asked.of(f"{position.mode}{block.address}.norm.mean", (unit,), asked.sample)
    kept = {name: position.leaf(SYMBOLS[f"norm.{name}"], f"{block.address}.norm.{name}", (unit,)) for name in names}
    part = asked.part.removeprefix("norm.").removesuffix(".next")
    if samples == 1:
        return Built(kept[part], "A batch of one sample has no spread, so what the norm kept stays.")
    made = entry.buffers_expression(kept, *statistics(position, here, unit), Number(samples, "n"))
    return Built(made[part], "What the norm keeps for predictions: a tenth of the way to this batch’s.")


KINDS = (
    Kind(r"layers\.\d+\.normalized", normalized, paths.from_normalized),
    Kind(r"layers\.\d+\.norm\.(mean|variance)", statistic, paths.from_statistic),
    Kind(r"layers\.\d+\.norm\.running_(mean|variance)\.next", running),
)
