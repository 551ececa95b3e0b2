"""Where numbers go: which others are computed from one, on the way from the input to the loss and back again."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

import numpy as np

from dlcore.catalogue import catalogue
from dlcore.expressions import Leaf
from dlcore.network.address import written
from dlcore.network.build import SOFTMAX, is_weight
from dlcore.training.receipts import wiring
from dlcore.training.receipts.kinds import Place, owner_of, subscript
from dlcore.training.receipts.position import Asked, Position

MOST_LEADS = 100  # of one kind

# ---- forward -----------------------------------------------------------------------------------


def from_coordinate(position: Position, asked: Asked) -> list[Place]:
    """To every input that is computed from it."""
    if position.spec.resolved.pictures:
        return from_input(position, asked)
    x = [Leaf(f"x{subscript(i)}", 0.0, written("x", (i,))) for i in range(2)]
    trees = [entry.expression(*x) if entry.column is None else None for entry in position.spec.inputs]
    used = [tree is not None and any(leaf.address == asked.address for leaf in tree.leaves()) for tree in trees]
    return [(f"inputs[{column}]", asked.sample) for column, uses in enumerate(used) if uses]


def from_input(position: Position, asked: Asked) -> list[Place]:
    """To everything that reads it."""
    learns = asked.sample is not None and position.scene(asked.sample).learns
    modes = dict.fromkeys(("", position.mode)) if learns else ("",)
    return [place for mode in modes for place in _into(position, asked, -1, mode)]


def from_pre_activation(position: Position, asked: Asked) -> list[Place]:
    """Through the norm, if there is one."""
    block = position.block(asked.layer)
    if block.norm == "none":
        return from_normalized(position, asked)
    places: Iterable[tuple[int, ...]] = [asked.indices]
    if catalogue("norms")[block.norm].across == "neurons":
        places = np.ndindex(*block.output_shape)
    return [(written(f"{asked.mode}{block.address}.normalized", place), asked.sample) for place in _some(places)]


def from_normalized(position: Position, asked: Asked) -> list[Place]:
    """Through the activation; the output's also to a loss that is computed from it."""
    block = position.block(asked.layer)
    *others, own = asked.indices
    units = range(block.output_shape[-1]) if block.activation == SOFTMAX else (own,)
    found: list[Place] = [
        (written(f"{asked.mode}{block.address}.activation", (*others, unit)), asked.sample) for unit in units
    ]
    if asked.layer == position.output and position.spec.resolved.loss.from_logits:
        found = [*_loss(asked), *found]
    return found


def from_activation(position: Position, asked: Asked) -> list[Place]:
    """Through dropout, to the next layer, or from the output to the loss and to what is counted."""
    block = position.block(asked.layer)
    if block.dropout:
        return [(written(f"{asked.mode}{block.address}.output", asked.indices), asked.sample)]
    if asked.layer < position.output:
        return _into(position, asked, asked.layer, asked.mode)
    found = [] if position.spec.resolved.loss.from_logits else _loss(asked)
    return [*found, *_counted(position, asked)]


def from_output(position: Position, asked: Asked) -> list[Place]:
    """To everything that reads it."""
    return _into(position, asked, asked.layer, asked.mode)


def from_mask(position: Position, asked: Asked) -> list[Place]:
    """To what is left of the activation; of a layer that is nothing but chance, to what it makes of what comes in."""
    block = position.block(asked.layer)
    if block.dropout:
        return [(written(f"{position.mode}{block.address}.output", asked.indices), asked.sample)]
    found = (
        place
        for place in np.ndindex(*block.output_shape)
        if wiring.reads_of(block, place).parameters["drawn"] == (asked.indices,)
    )
    return [(written(f"{position.mode}{wiring.result_of(block)}", place), asked.sample) for place in _some(found)]


def from_statistic(position: Position, asked: Asked) -> list[Place]:
    """To what the norm makes of every neuron, or of every sample, that it is taken from."""
    name, shape = f"{asked.mode}layers.{asked.layer}.normalized", position.block(asked.layer).output_shape
    if not asked.indices:
        return [(written(name, place), asked.sample) for place in _some(np.ndindex(*shape))]
    at, places = position.sample_at(asked.sample), np.ndindex(len(position.scene(asked.sample)), *shape[1:])
    return [(written(name, (*asked.indices, *rest)), at(row)) for row, *rest in _some(places)]


def from_target(position: Position, asked: Asked) -> list[Place]:
    """To the loss and to what is counted."""
    return [*_loss(asked), *_counted(position, asked)]


def from_sample_loss(position: Position, asked: Asked) -> list[Place]:
    """To the mean over the batch, and over the whole set."""
    if isinstance(asked.sample, tuple) and asked.sample[0] != "batch":
        return [(f"{asked.sample[0]}_loss", None)]
    whole: list[Place] = [("train_loss", None)] if not asked.mode and not position.mistaken else []
    return [(f"{asked.mode}batch_loss", asked.sample if isinstance(asked.sample, int) else None), *whole]


def from_counted(position: Position, asked: Asked) -> list[Place]:
    """To the share or the mean over the whole set."""
    split = asked.sample[0] if isinstance(asked.sample, tuple) and asked.sample[0] != "batch" else "train"
    return [(f"{split}_{asked.part.removeprefix('sample_').replace('correct', 'accuracy')}", None)]


def _into(position: Position, asked: Asked, layer: int, mode: str) -> list[Place]:
    found = _some(wiring.feeds(position, layer, asked.indices))
    return [(written(f"{mode}{wiring.result_of(block)}", result), asked.sample) for block, _, result in found]


def _some(places: Iterable) -> Iterable:
    """As many as a receipt may lead to."""
    return islice(places, MOST_LEADS)


def _loss(asked: Asked) -> list[Place]:
    place = isinstance(asked.sample, tuple) and asked.sample[0] == "point"
    return [] if place else [(f"{asked.mode}sample_loss", asked.sample)]


def _counted(position: Position, asked: Asked) -> list[Place]:
    if asked.mode or asked.sample is None or (isinstance(asked.sample, tuple) and asked.sample[0] == "point"):
        return []
    what = "sample_error" if position.spec.resolved.target == "number" else "sample_correct"
    return [(what, asked.sample)]


# ---- backward ----------------------------------------------------------------------------------


def from_value_gradient(position: Position, asked: Asked) -> list[Place]:
    """One step further back in the block."""
    block, part = position.block(asked.layer), asked.part.removesuffix(".grad")
    if part == "activation" and not wiring.layer_of(block).has_activation:
        return from_delta(position, asked)
    order = ["output", "activation", "normalized", "pre_activation"]
    there = [
        one for one in order if (one != "output" or block.dropout) and (one != "normalized" or block.norm != "none")
    ]
    following = there[there.index(part) + 1]
    found: list[Place] = [(written(f"{block.address}.{following}.grad", asked.indices), asked.sample)]
    if part == "normalized":
        unit = wiring.unit_of(block, asked.indices)
        found += [(f"{block.address}.norm.{name}.grad[{unit}]", _batch(asked)) for name in block.norm_parameters]
    return found


def from_delta(position: Position, asked: Asked) -> list[Place]:
    """To the gradients of the neuron's own weights and bias, and to the neurons that feed it."""
    block = position.block(asked.layer)
    reads = wiring.reads_of(block, asked.indices)
    found: list[Place] = [
        (written(f"{block.address}.{part}.grad", place), _batch(asked))
        for part, places in reads.parameters.items()
        if part in block.parameters
        for place in _some(places)
    ]
    for port, place in _some(reads.inputs):
        source = block.sources[port]
        if source >= 0:
            found.append((written(f"{wiring.handed_on(position.block(source))}.grad", place), asked.sample))
    return found


def from_gradient(position: Position, asked: Asked) -> list[Place]:
    """From a parameter's gradient to what is made of it on the way to the optimizer."""
    sample, owner = _batch(asked), owner_of(asked)
    ends = ["free_grad", "clipped_grad", "total_grad"]
    later = ends[ends.index("free_grad") + 1 :] if asked.part.endswith("free_grad") else ends
    known = position.scene(sample).values
    following = next(end for end in later if f"{owner}.{end}" in known)
    return [(written(f"{owner}.{following}", asked.indices), sample), ("gradient_norm", sample)]


def from_clipped(position: Position, asked: Asked) -> list[Place]:
    """To the whole gradient."""
    return [(written(f"{owner_of(asked)}.total_grad", asked.indices), _batch(asked))]


def from_total(position: Position, asked: Asked) -> list[Place]:
    """To the optimizer's memory and to the update."""
    name, sample, slots = owner_of(asked), _batch(asked), position.learning.optimizer.slots
    kind = position.learning.optimizer.id
    found: list[Place] = [(written(f"optimizer.{kind}.{slot}.{name}.next", asked.indices), sample) for slot in slots]
    return [*found, (written(f"{name}.update", asked.indices), sample)]


def from_update(position: Position, asked: Asked) -> list[Place]:
    """To the value after the step."""
    return [(written(f"{owner_of(asked)}.next", asked.indices), _batch(asked))]


def from_decoupled(position: Position, asked: Asked) -> list[Place]:
    """To the whole update."""
    return [(written(f"{owner_of(asked)}.update", asked.indices), _batch(asked))]


def from_slot(position: Position, asked: Asked) -> list[Place]:
    """To what it will be, and to the update."""
    return [
        (written(f"{asked.name}.next", asked.indices), None),
        (written(f"{owner_of(asked)}.update", asked.indices), None),
    ]


def from_parameter(position: Position, asked: Asked) -> list[Place]:
    """To the neuron's sum, to the penalty, and to what the weight will be."""
    block, sample = position.block(asked.layer), asked.sample
    places: Iterable[tuple[int, ...]]
    if asked.part.startswith("norm."):
        name, places = f"{block.address}.normalized", wiring.places_of(block, asked.indices[0])
    else:
        name = wiring.result_of(block)
        places = (result for result, _ in wiring.parameter_feeds(block, asked.part, asked.indices))
    found: list[Place] = [(written(name, place), sample) for place in _some(places)]
    if is_weight(asked.name) and position.learning.penalty.id != "none":
        found.append(("penalty", None))
    return [*found, (written(f"{asked.name}.next", asked.indices), None)]


def _batch(asked: Asked) -> int | None:
    return asked.sample if isinstance(asked.sample, int) else None
