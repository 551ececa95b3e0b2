"""The backward pass: the chain rule, from the loss back to every weight.

    ∂L/∂a = Σₖ wₖ·∂L/∂zₖ          over the neurons that it feeds
    ∂L/∂z = ∂L/∂a · f′(z)
    ∂L/∂w = Σᵢ ∂L/∂zᵢ·xᵢ          over the samples of the batch

L is the batch's mean loss, so every sample's part has 1/n in it.
"""

from __future__ import annotations

from dlcore.catalogue import catalogue
from dlcore.expressions import Expression, Leaves, Number, total
from dlcore.network.address import Sample
from dlcore.params import SpecError
from dlcore.training.receipts import paths, values
from dlcore.training.receipts.kinds import Built, Kind, subscript
from dlcore.training.receipts.position import NO_GRADIENT, Asked, Position


def trained(position: Position, asked: Asked) -> Asked:
    """The same place in the pass that gradients belong to."""
    return Asked(asked.name, asked.indices, asked.sample, position.mode, asked.layer, asked.part)


def _from_loss(position: Position, asked: Asked, symbol: str, name: str) -> Built:
    """∂L/∂(what the loss is measured on): the loss's own slope, 1/n of it."""
    loss, (column,) = position.spec.resolved.loss, asked.indices
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
    (unit,), loss = asked.indices, position.spec.resolved.loss
    if asked.layer == position.output:
        if loss.from_logits:
            raise SpecError(
                "address",
                f"{loss.label} is computed from the output’s sum, before its activation, so no gradient goes "
                "through the activation. Open the gradient for the sum.",
            )
        return _from_loss(position, asked, "a", f"{position.mode}layers.{asked.layer}.activation")
    following = position.block(asked.layer + 1)
    weight, delta = f"{following.address}.weight", f"{following.address}.pre_activation.grad"
    row = position.place(asked.sample)[1]
    weights = position.leaves("wₖ", position.array(weight)[:, unit], lambda k: (f"w{subscript(k)}", weight, (k, unit)))
    deltas = position.leaves(
        "δₖ", position.array(delta, asked.sample)[row], lambda k: (f"δ{subscript(k)}", delta, (k,), asked.sample)
    )
    told = "Multiply each weight that leads on by the δ of the neuron behind it, and add the results."
    return Built(
        total(weights * deltas, "k").told(told),
        "The chain rule: over every neuron that it feeds, the weight to it times the gradient for that neuron’s sum.",
    )


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
    block, unit, here = position.block(asked.layer), asked.indices[0], trained(position, asked)
    entry = catalogue("norms")[block.norm]
    gradients = values.compared(position, here, f"{block.address}.normalized.grad", "∂L/∂y", unit)
    sums = values.compared(position, here, f"{position.mode}{block.address}.pre_activation", "z", unit)
    gain = f"{block.address}.norm.gain"
    if entry.across == "neurons":
        learned = position.leaves("γᵢ", position.array(gain), lambda i: (f"γ{subscript(i)}", gain, (i,)))
        index = unit
    else:
        learned, index = position.leaf("γ", gain, (unit,)), position.place(asked.sample)[1]
    own = len(position.scene(asked.sample)) > 1
    tree = entry.slope_expression(
        index, gradients, sums, {"gain": learned}, *values.statistics(position, here, unit), own
    )
    return Built(
        tree,
        "The chain rule through the norm: a sum also moves the mean and the spread that the others are measured by.",
    )


def parameter(position: Position, asked: Asked) -> Built:
    """∂L/∂w = Σᵢ δᵢ·xᵢ, ∂L/∂b = Σᵢ δᵢ; for a norm's gain and shift the same after the norm."""
    sample = scene_of(position, asked.sample)
    block, part, unit = position.block(asked.layer), asked.part.removesuffix(".grad"), asked.indices[0]
    norm = part.startswith("norm.")
    delta = f"{block.address}.{'normalized' if norm else 'pre_activation'}.grad"
    symbol = "∂L/∂y" if norm else "δ"
    samples = position.array(delta, sample)[:, unit]
    place = position.sample_at(sample)
    deltas = position.leaves(f"{symbol}ᵢ", samples, lambda s: (f"{symbol}{subscript(s)}", delta, (unit,), place(s)))
    if part in ("bias", "norm.shift"):
        what = "shift" if norm else "bias"
        tree = total(deltas, "i").told("Add up the gradient for the neuron’s sum over the samples.")
        return Built(tree, f"Over the samples: a {what} adds to the sum as it is, so their gradients add up.")
    if norm:
        return Built(
            _gain(position, trained(position, asked), deltas, sample),
            "Over the samples, the gradient behind the gain times what the gain multiplies.",
        )
    source, letter = values.feeding(position, trained(position, asked))
    column = asked.indices[1]
    inputs = position.leaves(
        f"{letter}ᵢ",
        position.array(source, sample)[:, column],
        lambda s: (f"{letter}{subscript(s)}", source, (column,), place(s)),
    )
    return Built(
        total(deltas * inputs, "i").told("For each sample multiply δ by the value that comes in, and add the results."),
        "Over the samples, the gradient for the neuron’s sum times the value that the weight multiplies.",
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
    name = f"{asked.mode}{block.address}.pre_activation"
    sums = position.leaves(
        "zᵢ", position.array(name, sample)[:, unit], lambda s: (f"z{subscript(s)}", name, (unit,), place(s))
    )

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
