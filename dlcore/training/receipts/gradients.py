"""The backward pass: the chain rule, from the loss back to every weight.

    ∂L/∂a = Σₖ wₖ·∂L/∂zₖ          over the neurons that it feeds
    ∂L/∂z = ∂L/∂a · f′(z)
    ∂L/∂w = Σᵢ ∂L/∂zᵢ·xᵢ          over the samples of the batch

L is the batch's mean loss, so every sample's part has 1/n in it.
"""

from __future__ import annotations

import numpy as np

from dlcore.catalogue import catalogue
from dlcore.expressions import Expression, Leaf, Leaves, Number, added, named, total
from dlcore.network.address import Sample
from dlcore.params import SpecError
from dlcore.training.receipts import norms, paths, values, wiring
from dlcore.training.receipts.kinds import Built, Kind, subscript
from dlcore.training.receipts.position import NO_GRADIENT, Asked, Position

MOST_TERMS = 12  # of slopes that are formulas of their own: of more each has only its number


def trained(position: Position, asked: Asked) -> Asked:
    """The same place in the pass that gradients belong to."""
    return Asked(asked.name, asked.indices, asked.sample, position.mode, asked.layer, asked.part)


def _from_loss(position: Position, asked: Asked, symbol: str, name: str) -> Built:
    """∂L/∂(what the loss is measured on): the loss's own slope, 1/n of it."""
    resolved = position.spec.resolved
    loss, shape = resolved.loss, position.block(position.output).output_shape
    column = int(np.ravel_multi_index(asked.indices, shape))
    if resolved.target == "number":  # each column has its own part of the loss
        outputs, targets = ([one] for one in values.pair(position, asked, name, symbol, column))
        column = 0
    else:
        outputs, targets = values.pairs(position, asked, name, symbol)
    samples = position.leaf("∂L/∂l", "sample_loss.grad", (), asked.sample)
    slope = loss.slope_expression(outputs, targets, column)
    return Built(
        slope * samples,
        f"How fast the {loss.label.lower()} of this sample rises with the output, as its part of the batch’s mean.",
    )


def sample_loss(position: Position, asked: Asked) -> Built:
    """1/n."""
    count = len(position.scene(asked.sample))
    return Built(1 / Number(count, "n"), "The batch’s loss is the mean of its samples’, so each has a part of 1/n.")


def after_activation(position: Position, asked: Asked) -> Built:
    """∂L/∂(what goes on to the next layer) = Σₖ wₖ·∂L/∂zₖ over the neurons of that layer."""
    loss = position.spec.resolved.loss
    if asked.layer == position.output:
        if loss.from_logits:
            raise SpecError(
                "address",
                f"{loss.label} is computed from the output’s sum, before its activation, so no gradient goes "
                "through the activation. Open the gradient for the sum.",
            )
        return _from_loss(position, asked, "a", f"{position.mode}layers.{asked.layer}.activation")
    return _gathered_back(position, asked)


def _gathered_back(position: Position, asked: Asked) -> Built:
    """Σₖ slopeₖ·δₖ over every result that reads the value, in whichever layers they are."""
    sample, mode, terms = asked.sample, position.mode, []
    for block, port, result in wiring.feeds(position, asked.layer, asked.indices):
        reads = wiring.reads_of(block, result)
        x = wiring.incoming(position, block, reads.inputs, mode, sample)
        learned = wiring.Learned(position, block, reads, mode, sample)
        at = reads.inputs.index((port, asked.indices))
        slope = wiring.layer_of(block).slope_expression(x, learned, at, **block.values)
        terms.append((slope, f"{wiring.result_of(block)}.grad", result))
    if not terms:
        return Built(Number(0.0), "Nothing is computed from this value, so the loss does not change with it.")
    sentence = "The chain rule: over everything that is computed from it, how fast that rises times the gradient there."
    one = all(isinstance(slope, Leaf) for slope, *_ in terms)
    if one or len(terms) > MOST_TERMS:
        slopes = Leaves(
            "wₖ", [slope.value for slope, *_ in terms], lambda k: _one_of("w", k, terms[k][0]),
            [slope.magnitude for slope, *_ in terms],
        )  # fmt: skip
        places = [(name, result) for _, name, result in terms]
        tree = total(slopes * wiring.gathered(position, "δ", len(places), places.__getitem__, sample, "ₖ"), "k")
        told = "Multiply each weight that leads on by the δ of the neuron behind it, and add the results."
        if one:
            sentence = (
                "The chain rule: over every neuron that it feeds, the weight to it times the gradient for that "
                "neuron’s sum."
            )
        return Built(tree.told(told if one else "Multiply each slope by its δ, and add the results."), sentence)
    parts = []
    for k, (slope, name, result) in enumerate(terms):
        delta = position.leaf(f"δ{subscript(k, len(terms))}", name, result, sample)
        if isinstance(slope, Number) and slope.number == 1:
            parts.append(delta)
            continue
        if not isinstance(slope, Leaf | Number):
            slope = named(f"s{subscript(k, len(terms))}", slope, name="the slope")
        parts.append(slope * delta)
    return Built(added(parts), sentence)


def _one_of(letter: str, place: int, slope: Expression) -> Expression:
    """A slope as one of many: a weight that can be followed, or what it comes to."""
    symbol = f"{letter}{subscript(place)}"
    if isinstance(slope, Leaf):
        return Leaf(symbol, slope.value, slope.address, slope.sample, name=lambda: slope.name)
    return named(symbol, slope)


def activation(position: Position, asked: Asked) -> Built:
    """∂L/∂a, through the dropout factor where there is one."""
    block = position.block(asked.layer)
    if not block.dropout:
        return after_activation(position, asked)
    after = position.leaf("∂L/∂o", f"{block.address}.output.grad", asked.indices, asked.sample)
    mask = position.leaf("m", f"{block.address}.mask", asked.indices, asked.sample)
    return Built(after * mask, "The chain rule: the gradient for what dropout left of it, times the dropout factor.")


def before_activation(position: Position, asked: Asked) -> Built:
    """∂L/∂y = ∂L/∂a · f′(y)."""
    block, loss = position.block(asked.layer), position.spec.resolved.loss
    name, symbol = values.before_activation(position, trained(position, asked))
    if asked.layer == position.output and loss.from_logits:
        return _from_loss(position, asked, symbol, name)
    entry = catalogue("activations")[block.activation]
    z = position.leaf(symbol, name, asked.indices, asked.sample)
    a = position.leaf("a", f"{position.mode}{block.address}.activation", asked.indices, asked.sample)
    delta = position.leaf("∂L/∂a", f"{block.address}.activation.grad", asked.indices, asked.sample)
    return Built(
        delta * entry.slope_expression(z, a),
        f"The chain rule: the gradient for the activation, times the slope of {entry.label} at this sum.",
    )


def pre_activation(position: Position, asked: Asked) -> Built:
    """∂L/∂z: through the norm where there is one."""
    if position.block(asked.layer).norm == "none":
        return before_activation(position, asked)
    block, here = position.block(asked.layer), trained(position, asked)
    entry, unit = catalogue("norms")[block.norm], wiring.unit_of(position.block(asked.layer), asked.indices)
    gradients = norms.compared(position, here, f"{block.address}.normalized.grad", "∂L/∂y", unit)
    sums = norms.compared(position, here, f"{position.mode}{block.address}.pre_activation", "z", unit)
    gain = f"{block.address}.norm.gain"
    if entry.across == "neurons":
        learned = position.leaves("γᵢ", position.array(gain), lambda i: (f"γ{subscript(i)}", gain, (i,)))
        index = unit
    else:
        learned, row = position.leaf("γ", gain, (unit,)), position.place(asked.sample)[1]
        place = (row, *asked.indices[1:])
        index = int(np.ravel_multi_index(place, (len(position.scene(asked.sample)), *block.output_shape[1:])))
    own = norms.compares(position, block, asked.sample) > 1
    tree = entry.slope_expression(
        index, gradients, sums, {"gain": learned}, *norms.statistics(position, here, unit), own
    )
    return Built(
        tree,
        "The chain rule through the norm: a sum also moves the mean and the spread that the others are measured by.",
    )


def parameter(position: Position, asked: Asked) -> Built:
    """∂L/∂w = Σᵢ δᵢ·xᵢ, ∂L/∂b = Σᵢ δᵢ; for a norm's gain and shift the same after the norm."""
    part = asked.part.removesuffix(".grad")
    if part.startswith("norm."):
        return _of_norm(position, asked, part)
    sample, block = scene_of(position, asked.sample), position.block(asked.layer)
    found = wiring.parameter_feeds(block, part, asked.indices)
    if not found:
        return Built(Number(0.0), "This number lies outside the picture wherever the window stands.")
    deltas = _everywhere(position, "δ", f"{wiring.result_of(block)}.grad", [result for result, _ in found], sample)
    places = "" if len(found) == 1 else f", and in each over the {len(found):,} places of the picture"
    if found[0][1] is None:
        tree = total(deltas, "i").told(f"Add up the gradient for the sum over the samples{places}.")
        return Built(tree, f"Over the samples{places}: a bias adds to the sum as it is, so their gradients add up.")
    port = found[0][1][0]
    source, letter = wiring.source_of(position, block, port, position.mode), wiring.symbol_in(block)
    inputs = _everywhere(position, letter, source, [read[1] for _, read in found], sample)
    told = "For each sample multiply δ by the value that comes in, and add the results."
    if places:
        told = "For each sample and place multiply δ by the value that lies under the weight, and add the results."
    return Built(
        total(deltas * inputs, "i").told(told),
        f"Over the samples{places}, the gradient for the sum times the value that the weight multiplies.",
    )


def _everywhere(position: Position, letter: str, name: str, places: list[wiring.Index], sample: Sample) -> Leaves:
    """The numbers at some places, of every sample of the pass."""
    array, one = position.array(name, sample), position.sample_at(sample)
    values = array[(slice(None), *np.array(places, dtype=np.intp).T)]

    def leaf(i: int) -> tuple:
        row, place = divmod(i, len(places))
        return f"{letter}{subscript(i)}", name, places[place], one(row)

    return position.leaves(f"{letter}ᵢ", values.ravel(), leaf)


def _of_norm(position: Position, asked: Asked, part: str) -> Built:
    """Over all values that it goes with."""
    sample, block = scene_of(position, asked.sample), position.block(asked.layer)
    unit, here = asked.indices[0], trained(position, asked)
    deltas = norms.of_unit(position, here, f"{block.address}.normalized.grad", "∂L/∂y", unit, sample)
    if part == "norm.shift":
        tree = total(deltas, "i").told("Add up the gradient for the neuron’s sum over the samples.")
        return Built(tree, "Over the samples: a shift adds to the sum as it is, so their gradients add up.")
    return Built(
        _gain(position, here, deltas, sample),
        "Over the samples, the gradient behind the gain times what the gain multiplies.",
    )


def scene_of(position: Position, sample: Sample) -> Sample:
    """Whose gradient of a parameter it is: one sample's own, or the whole batch's."""
    if isinstance(sample, tuple) and sample[0] == "batch":
        return None
    if isinstance(sample, tuple):
        raise SpecError("sample", NO_GRADIENT.format(position.names.sample(sample)))
    return sample


def _gain(position: Position, asked: Asked, deltas: Leaves, sample: Sample) -> Expression:
    """∂L/∂γ, from the norm's own file."""
    block, unit, place = position.block(asked.layer), asked.indices[0], position.sample_at(sample)
    sums = norms.of_unit(position, asked, f"{asked.mode}{block.address}.pre_activation", "z", unit, sample)

    def statistic(part: str, symbol: str) -> Expression:
        of = f"{asked.mode}{block.address}.norm.{part}"
        if position.of_sample(of):
            array = position.array(of, sample)
            return position.leaves(f"{symbol}ᵢ", array, lambda s: (f"{symbol}{subscript(s)}", of, (), place(s)))
        return position.leaf(symbol, *position.statistic(of, unit, sample))

    statistics = statistic("mean", "μ"), statistic("variance", "σ²")
    return catalogue("norms")[block.norm].learned_slopes(deltas, sums, *statistics)["gain"]


KINDS = (
    Kind(r"sample_loss\.grad", sample_loss),
    Kind(r"layers\.\d+\.output\.grad", after_activation, paths.from_value_gradient),
    Kind(r"layers\.\d+\.activation\.grad", activation, paths.from_value_gradient),
    Kind(r"layers\.\d+\.normalized\.grad", before_activation, paths.from_value_gradient),
    Kind(r"layers\.\d+\.pre_activation\.grad", pre_activation, paths.from_delta),
    Kind(r"layers\.\d+\.(weight|bias|norm\.gain|norm\.shift)\.grad", parameter, paths.from_gradient),
)
