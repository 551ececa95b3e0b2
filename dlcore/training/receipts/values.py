"""The forward pass: how every value of a sample comes from the values before it.

z = Σᵢ wᵢ·xᵢ + b          y = norm(z)          a = f(y)          o = a·m
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from dlcore.catalogue import catalogue
from dlcore.datasets import Column
from dlcore.expressions import Leaf, Leaves, Number, mean, softmax, total
from dlcore.network.build import SOFTMAX
from dlcore.network.names import small
from dlcore.network.shapes import Block
from dlcore.params import SpecError
from dlcore.training.receipts import paths, wiring
from dlcore.training.receipts.kinds import Built, Kind, subscript, symbol_of
from dlcore.training.receipts.position import Asked, Position

GIVEN = "the data themselves, which give this number"


def before_activation(position: Position, asked: Asked) -> tuple[str, str]:
    """(the name, the symbol) of what the asked layer's activation is computed from."""
    block = position.block(asked.layer)
    part, symbol = ("pre_activation", "z") if block.norm == "none" else ("normalized", "y")
    return f"{asked.mode}{block.address}.{part}", symbol


def pairs(position: Position, asked: Asked, name: str, symbol: str) -> tuple[list[Leaf], list[Leaf]]:
    """The outputs and the targets of a sample, column by column."""
    count = position.spec.resolved.columns
    each = [pair(position, asked, name, symbol, k) for k in range(count)]
    return [output for output, _ in each], [target for _, target in each]


def pair(position: Position, asked: Asked, name: str, symbol: str, column: int) -> tuple[Leaf, Leaf]:
    """One output of a sample, and its target."""
    shape, letter = position.block(position.output).output_shape, subscript(column, position.spec.resolved.columns)
    place = tuple(map(int, np.unravel_index(column, shape)))
    output = position.leaf(f"{symbol}{letter}", name, place, asked.sample)
    return output, position.leaf(f"t{letter}", "target", (column,), asked.sample)


def all_pairs(position: Position, asked: Asked, name: str, symbol: str) -> tuple[Leaves, Leaves]:
    """The same of all columns, as one symbol each."""
    row = position.place(asked.sample)[1]

    def found(letter: str, name: str, which: int) -> Leaves:
        array = position.array(name, asked.sample)[row].ravel()
        return Leaves(f"{letter}ᵢ", array, cache(lambda k: pair(position, asked, output, symbol, k)[which]))

    output = name
    return found(symbol, name, 0), found("t", "target", 1)


def over_batch(position: Position, asked: Asked) -> Built:
    """What a value of samples is for the whole batch: their mean, and of gradients the sum."""
    samples = position.array(asked.name)[(slice(None), *asked.indices)]
    letter = symbol_of(asked)
    each = position.leaves(
        f"{letter}ᵢ", samples, lambda s: (f"{letter}{subscript(s)}", asked.name, asked.indices, ("batch", s))
    )
    if asked.name.endswith(".grad"):
        return Built(total(each), "Over the samples of the coming batch they add up.")
    return Built(mean(each), "The mean over the samples of the coming batch.")


def over_places(position: Position, asked: Asked) -> Built:
    """What a channel's picture is as one number: the mean over its places, and of gradients the sum."""
    shape, letter = position.array(asked.name, asked.sample).shape[2:], symbol_of(asked)
    places = [(*asked.indices, *place) for place in np.ndindex(*shape)]
    each = wiring.gathered(position, letter, len(places), lambda i: (asked.name, places[i]), asked.sample)
    if asked.name.endswith(".grad"):
        return Built(total(each), "Over the rows and columns of the channel’s picture they add up.")
    return Built(mean(each), "The mean over the rows and columns of the channel’s picture.")


def pre_activation(position: Position, asked: Asked) -> Built:
    """What the layer makes of what comes in, before norm and activation: of a dense layer z = Σᵢ wᵢ·xᵢ + b."""
    block = position.block(asked.layer)
    if not wiring.layer_of(block).has_activation:
        raise SpecError(
            "address", f"Layer {asked.layer + 1} has one value of each kind only, its activation. Ask for that."
        )
    return _result(position, asked, block)


def _result(position: Position, asked: Asked, block: Block) -> Built:
    """One number of what a layer computes, of the numbers that it reads."""
    entry, reads = wiring.layer_of(block), wiring.reads_of(block, asked.indices)
    x = wiring.incoming(position, block, reads.inputs, asked.mode, asked.sample)
    learned = wiring.Learned(position, block, reads, asked.mode, asked.sample)
    tree = entry.expression(x, learned, **block.values)
    if block.parameters:
        return Built(tree, "Every value that comes in times its weight, all added up, and the bias.")
    return Built(tree, f"{entry.label}: {small(entry.sentence)}")


def activation(position: Position, asked: Asked) -> Built:
    """a = f(z); for softmax aₖ = e^zₖ / Σⱼ e^zⱼ. Of a layer without an activation, what it computes."""
    block = position.block(asked.layer)
    if not wiring.layer_of(block).has_activation:
        return _result(position, asked, block)
    source, symbol = before_activation(position, asked)
    if block.activation == SOFTMAX:
        *others, unit = asked.indices
        count = block.output_shape[-1]
        logits = [position.leaf(f"{symbol}{subscript(k)}", source, (*others, k), asked.sample) for k in range(count)]
        return Built(softmax(logits, unit), "The softmax: e to the power of this output's sum, as a share of all.")
    entry = catalogue("activations")[block.activation]
    z = position.leaf(symbol, source, asked.indices, asked.sample)
    return Built(entry.expression(z), f"What the activation {entry.label} makes of the sum.")


def output(position: Position, asked: Asked) -> Built:
    """o = a·m: with dropout a neuron is left out, or raised to make up for those that are."""
    block = _with_dropout(position, asked)
    a = position.leaf("a", f"{asked.mode}{block.address}.activation", asked.indices, asked.sample)
    if not asked.mode:
        return Built(a, "Outside training nothing is dropped, so the activation goes on as it is.")
    mask = position.leaf("m", f"{block.address}.mask", asked.indices, asked.sample)
    return Built(a * mask, "The activation times the dropout factor: 0 for a neuron that is left out in this step.")


def _with_dropout(position: Position, asked: Asked) -> Block:
    block = position.block(asked.layer)
    if not block.dropout:
        raise SpecError("address", f"Layer {asked.layer + 1} has no dropout: its activation goes on as it is.")
    return block


def mask(position: Position, asked: Asked) -> Built:
    """0 with chance p, else 1 / (1 − p); of noise, the number that was drawn."""
    block = position.block(asked.layer)
    chance = position.network.chances.get(block.address)
    if chance is None:
        _with_dropout(position, asked)
    value = position.number(asked.name, asked.indices, asked.sample)
    again = position.run.stepper.masks(position.step, len(position.scene(asked.sample)))[0][block.address]
    drawn = float(again[(position.place(asked.sample)[1], *asked.indices)])
    if chance.kind == "noise":
        sentence = "The noise of this step, drawn anew with the seed for each step, number by number."
        return Built(Number(value), sentence, drawn, "the seed")
    rate = Number(chance.rate, "p")
    sentence = (
        f"In this step it is {'kept' if value > 0 else 'left out'}: for each step the seed decides which share "
        f"p = {chance.rate:g} is left out, and those that are kept make up for it."
    )
    return Built(1 / (1 - rate) if value > 0 else Number(0.0), sentence, drawn, "the seed")


def inputs(position: Position, asked: Asked) -> Built:
    """What the network is given of a point: x₁, x₁², sin x₁ …; or a pixel."""
    if position.spec.resolved.pictures:
        return pixel(position, asked)
    (column,) = asked.indices
    entry = position.spec.inputs[column]
    if entry.column is not None:
        return _measured(position, asked, entry.column)
    x = [position.leaf(f"x{subscript(i)}", "x", (i,), asked.sample) for i in range(2)]
    tree = entry.expression(*x)
    if isinstance(tree, Leaf):
        axis = [leaf.address for leaf in x].index(tree.address)
        return coordinate(position, Asked.of("x", (axis,), asked.sample))
    point = np.array([[leaf.value for leaf in x]])
    return Built(tree, entry.sentence, float(entry.compute(point)[0]), "NumPy, from the data")


def coordinate(position: Position, asked: Asked) -> Built:
    """A coordinate as the data have it; a measured one is standardized."""
    if position.spec.resolved.pictures:
        return pixel(position, asked)
    (axis,), dataset = asked.indices, position.spec.resolved.dataset
    value = position.number("x", (axis,), asked.sample)
    column = dataset.columns[axis]
    if isinstance(asked.sample, tuple) and asked.sample[0] == "point":
        return Built(Number(value), "The place of the plane that was chosen.", value, "the place that was chosen")
    if (column.middle, column.spread) == (0.0, 1.0):
        sentence = f"The {column.name} of this sample, as it comes with the data “{dataset.label}”."
        return Built(Number(value), sentence, value, GIVEN)
    return _standardized(column, value)


def _measured(position: Position, asked: Asked, column: Column) -> Built:
    """An input that is a column beyond the plane."""
    value = position.number("inputs", asked.indices, asked.sample)
    if isinstance(asked.sample, tuple) and asked.sample[0] == "point":
        told = f"A place of the plane says nothing of the {column.name}, so it is taken at its mean: 0 standardized."
        return Built(Number(value), told, value, "the mean, standardized")
    return _standardized(column, value)


def _standardized(column: Column, value: float) -> Built:
    unit = f" {column.unit}" if column.unit else ""
    exact = 6 - math.floor(math.log10(column.spread))  # digits that float32 kept
    own = round(value * column.spread + column.middle, exact)
    own = Leaf(column.name, own, name=f"{column.name}{unit}, as it was measured")
    middle, spread = Leaf("μ", column.middle, name="the mean"), Leaf("σ", column.spread, name="the standard deviation")
    return Built(
        (own - middle) / spread,
        f"Standardized: how many standard deviations the {column.name} is above the mean of all samples.",
        value,
        GIVEN,
    )


def pixel(position: Position, asked: Asked) -> Built:
    """A number of a picture, as it comes with the data."""
    value, label = position.number(asked.name, asked.indices, asked.sample), position.spec.resolved.dataset.label
    sentence = f"How bright the picture is at this pixel, from 0 to 1, as it comes with the data “{label}”."
    if position.spec.tree["data"]["augment"] and position.place(asked.sample)[0] is None:
        sentence = f"{sentence[:-1]} and is changed by chance for this step."
    return Built(Number(value), sentence, value, GIVEN)


def target(position: Position, asked: Asked) -> Built:
    """What the output should be, as the loss wants it written."""
    resolved = position.spec.resolved
    value = position.number("target", asked.indices, asked.sample)
    if resolved.picture:
        return Built(Number(value), "The right answer is the picture itself, pixel by pixel.", value, GIVEN)
    coding = {
        "number": "the number itself",
        "sign": "−1 or +1 for the two classes",
        "zero_one": "0 or 1 for the two classes",
        "one_hot": "1 in the place of the right class, 0 elsewhere",
    }[resolved.coding]
    sentence = f"The right answer comes with the data; for this loss it is written as {coding}."
    return Built(Number(value), sentence, value, GIVEN)


KINDS = (
    Kind(r"x", coordinate, paths.from_coordinate),
    Kind(r"inputs", inputs, paths.from_input),
    Kind(r"target", target, paths.from_target),
    Kind(r"layers\.\d+\.pre_activation", pre_activation, paths.from_pre_activation),
    Kind(r"layers\.\d+\.activation", activation, paths.from_activation),
    Kind(r"layers\.\d+\.output", output, paths.from_output),
    Kind(r"layers\.\d+\.mask", mask, paths.from_mask),
)
