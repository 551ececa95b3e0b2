"""The forward pass: how every value of a sample comes from the values before it.

z = Σᵢ wᵢ·xᵢ + b          y = norm(z)          a = f(y)          o = a·m
"""

from __future__ import annotations

import math

import numpy as np

from dlcore.catalogue import catalogue
from dlcore.datasets import Column
from dlcore.expressions import Leaf, Leaves, Number, mean, softmax, total
from dlcore.network.build import SOFTMAX
from dlcore.network.shapes import Block
from dlcore.params import SpecError
from dlcore.training.receipts import paths
from dlcore.training.receipts.kinds import SYMBOLS, Built, Kind, subscript, symbol_of
from dlcore.training.receipts.position import Asked, Position

GIVEN = "the data themselves, which give this number"


def feeding(position: Position, asked: Asked) -> tuple[str, str]:
    """(the name, the symbol) of what feeds the asked layer."""
    if asked.layer == 0:
        return "inputs", "x"
    before = position.block(asked.layer - 1)
    return f"{asked.mode}{before.address}.{'output' if before.dropout else 'activation'}", "a"


def before_activation(position: Position, asked: Asked) -> tuple[str, str]:
    """(the name, the symbol) of what the asked layer's activation is computed from."""
    block = position.block(asked.layer)
    part, symbol = ("pre_activation", "z") if block.norm == "none" else ("normalized", "y")
    return f"{asked.mode}{block.address}.{part}", symbol


def pairs(position: Position, asked: Asked, name: str, symbol: str) -> tuple[list[Leaf], list[Leaf]]:
    """The outputs and the targets of a sample, column by column."""
    count = position.block(position.output).output_shape[0]
    outputs = [position.leaf(symbol + subscript(k, count), name, (k,), asked.sample) for k in range(count)]
    targets = [position.leaf("t" + subscript(k, count), "target", (k,), asked.sample) for k in range(count)]
    return outputs, targets


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


def pre_activation(position: Position, asked: Asked) -> Built:
    """z = Σᵢ wᵢ·xᵢ + b."""
    block, (unit,) = position.block(asked.layer), asked.indices
    source, symbol = feeding(position, asked)
    row = position.place(asked.sample)[1]
    name = f"{block.address}.weight"
    weights = position.leaves("wᵢ", position.array(name)[unit], lambda i: (f"w{subscript(i)}", name, (unit, i)))
    values = position.leaves(
        f"{symbol}ᵢ",
        position.array(source, asked.sample)[row],
        lambda i: (f"{symbol}{subscript(i)}", source, (i,), asked.sample),
    )
    bias = position.leaf("b", f"{block.address}.bias", (unit,))
    tree = catalogue("layers")[block.kind].expression(values, {"weight": weights, "bias": bias}, **block.values)
    return Built(tree, "Every value that comes in times its weight, all added up, and the bias.")


def activation(position: Position, asked: Asked) -> Built:
    """a = f(z); for softmax aₖ = e^zₖ / Σⱼ e^zⱼ."""
    block, (unit,) = position.block(asked.layer), asked.indices
    source, symbol = before_activation(position, asked)
    if block.activation == SOFTMAX:
        count = block.output_shape[0]
        logits = [position.leaf(f"{symbol}{subscript(k)}", source, (k,), asked.sample) for k in range(count)]
        return Built(softmax(logits, unit), "The softmax: e to the power of this output's sum, as a share of all.")
    entry = catalogue("activations")[block.activation]
    z = position.leaf(symbol, source, (unit,), asked.sample)
    return Built(entry.expression(z), f"What the activation {entry.label} makes of the sum.")


def output(position: Position, asked: Asked) -> Built:
    """o = a·m: with dropout a neuron is left out, or raised to make up for those that are."""
    block, (unit,) = _with_dropout(position, asked), asked.indices
    a = position.leaf("a", f"{asked.mode}{block.address}.activation", (unit,), asked.sample)
    if not asked.mode:
        return Built(a, "Outside training nothing is dropped, so the activation goes on as it is.")
    mask = position.leaf("m", f"{block.address}.mask", (unit,), asked.sample)
    return Built(a * mask, "The activation times the dropout factor: 0 for a neuron that is left out in this step.")


def _with_dropout(position: Position, asked: Asked) -> Block:
    block = position.block(asked.layer)
    if not block.dropout:
        raise SpecError("address", f"Layer {asked.layer + 1} has no dropout: its activation goes on as it is.")
    return block


def mask(position: Position, asked: Asked) -> Built:
    """0 with chance p, else 1 / (1 − p)."""
    block = _with_dropout(position, asked)
    kept = position.number(asked.name, asked.indices, asked.sample) > 0
    rate = Number(block.dropout, "p")
    sentence = (
        f"In this step the neuron is {'kept' if kept else 'left out'}: for each step the seed decides which share "
        f"p = {block.dropout:g} of the neurons is left out, and those that are kept make up for it."
    )
    again = position.run.stepper.masks(position.step, len(position.scene(asked.sample)))[0][block.address]
    row = position.place(asked.sample)[1]
    return Built(1 / (1 - rate) if kept else Number(0.0), sentence, float(again[row, asked.indices[0]]), "the seed")


def normalized(position: Position, asked: Asked) -> Built:
    """γ·(z − μ)/√(σ² + ε) + β."""
    block, (unit,) = _with_norm(position, asked), asked.indices
    entry = catalogue("norms")[block.norm]
    z = position.leaf("z", f"{asked.mode}{block.address}.pre_activation", (unit,), asked.sample)
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


def statistics(position: Position, asked: Asked, unit: int) -> tuple[Leaf, Leaf]:
    """The mean and the variance that the norm of the asked layer takes, as leaves."""
    block = position.block(asked.layer)
    return tuple(
        position.leaf(symbol, *position.statistic(f"{asked.mode}{block.address}.norm.{name}", unit, asked.sample))
        for name, symbol in (("mean", "μ"), ("variance", "σ²"))
    )


def compared(position: Position, asked: Asked, name: str, symbol: str, unit: int) -> Leaves:
    """The numbers of `name` that a norm compares with one another: a neuron's over the batch, or a layer's."""
    array, block = position.array(name, asked.sample), position.block(asked.layer)
    if catalogue("norms")[block.norm].across == "neurons":
        row = position.place(asked.sample)[1]
        return position.leaves(f"{symbol}ᵢ", array[row], lambda i: (symbol + subscript(i), name, (i,), asked.sample))
    one = position.sample_at(asked.sample)
    return position.leaves(f"{symbol}ᵢ", array[:, unit], lambda i: (symbol + subscript(i), name, (unit,), one(i)))


def statistic(position: Position, asked: Asked) -> Built:
    """The mean or the variance that a norm takes."""
    block = _with_norm(position, asked)
    entry, what = catalogue("norms")[block.norm], asked.part.rpartition(".")[2]
    unit = asked.indices[0] if asked.indices else 0
    if entry.across == "samples" and not (asked.mode and len(position.scene(asked.sample)) > 1):
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
    samples = len(position.scene(asked.sample))
    here = Asked.of(f"{position.mode}{block.address}.norm.mean", (unit,), asked.sample)
    kept = {name: position.leaf(SYMBOLS[f"norm.{name}"], f"{block.address}.norm.{name}", (unit,)) for name in names}
    part = asked.part.removeprefix("norm.").removesuffix(".next")
    if samples == 1:
        return Built(kept[part], "A batch of one sample has no spread, so what the norm kept stays.")
    made = entry.buffers_expression(kept, *statistics(position, here, unit), Number(samples, "n"))
    return Built(made[part], "What the norm keeps for predictions: a tenth of the way to this batch’s.")


def inputs(position: Position, asked: Asked) -> Built:
    """What the network is given of a point: x₁, x₁², sin x₁ …"""
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


def target(position: Position, asked: Asked) -> Built:
    """What the output should be, as the loss wants it written."""
    resolved = position.spec.resolved
    value = position.number("target", asked.indices, asked.sample)
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
    Kind(r"layers\.\d+\.normalized", normalized, paths.from_normalized),
    Kind(r"layers\.\d+\.activation", activation, paths.from_activation),
    Kind(r"layers\.\d+\.output", output, paths.from_output),
    Kind(r"layers\.\d+\.mask", mask, paths.from_mask),
    Kind(r"layers\.\d+\.norm\.(mean|variance)", statistic, paths.from_statistic),
    Kind(r"layers\.\d+\.norm\.running_(mean|variance)\.next", running),
)
