"""From the gradient to the new weights: clipping, penalty, the optimizer's memory, and the step itself."""

from __future__ import annotations

from collections.abc import Callable

from dlcore.expressions import Expression, Leaf, Number, change, constants, length, named
from dlcore.network.address import Sample
from dlcore.network.build import is_weight
from dlcore.network.names import small
from dlcore.params import SpecError
from dlcore.training.receipts import paths
from dlcore.training.receipts.gradients import scene_of
from dlcore.training.receipts.kinds import SLOT, Built, Kind, owner_of, symbol_of
from dlcore.training.receipts.position import Asked, Position

PARAMETER = r"layers\.\d+\.(weight|bias|norm\.gain|norm\.shift)"
RULE = "the rule of the penalty"
FROZEN = " It is frozen, so it stays where it is."


def free(position: Position, asked: Asked) -> Built:
    """The gradient of what is not frozen; 0 for what is."""
    name, sample = owner_of(asked), scene_of(position, asked.sample)
    if position.is_frozen(name, asked.indices):
        return Built(Number(0.0), f"A frozen number takes no part in learning.{FROZEN}")
    gradient = position.leaf("g", f"{name}.grad", asked.indices, sample)
    return Built(gradient, "It is not frozen, so its gradient is taken as it is.")


def _data_gradient(position: Position, sample: Sample, clipped: bool = False) -> str:
    """The name of the gradient that the next part of the step takes: as it was computed, freed, or clipped."""
    known = position.scene(sample).values
    ends = [".clipped_grad"] * clipped + [".free_grad", ".grad"]
    return next(end for end in ends if f"{next(iter(position.network.layout))}{end}" in known)


def gradient_norm(position: Position, asked: Asked) -> Built:
    """√Σ g² over all weights and biases."""
    sample = scene_of(position, asked.sample)
    gradients = position.all_numbers("g", _data_gradient(position, sample), sample)
    return Built(length(gradients), "Every weight’s and bias’s gradient squared, added up, and the root of that.")


def clipped(position: Position, asked: Asked) -> Built:
    """The gradient of the data loss after clipping."""
    entry, sample = position.learning.clipping, scene_of(position, asked.sample)
    if entry.clip is None:
        raise SpecError("address", "This network’s gradients are not clipped. Choose a clipping under Learning.")
    gradient = position.leaf("g", f"{owner_of(asked)}{_data_gradient(position, sample)}", asked.indices, sample)
    whole = position.leaf("|g|", "gradient_norm", (), sample)
    tree = entry.expression(gradient, whole, constants(entry.params, position.learning.numbers["clipping"]))
    return Built(tree, entry.sentence)


def penalty_grad(position: Position, asked: Asked) -> Built:
    """∂R/∂w."""
    entry, name = position.learning.penalty, owner_of(asked)
    if not is_weight(name):
        return Built(Number(0.0), "A penalty is put on weights only, so this has no gradient from it.")
    if entry.slope_expression is None:
        raise SpecError("address", f"The penalty “{entry.label}” is not added to the gradient.")
    weight = position.leaf("w", name, asked.indices)
    tree = entry.slope_expression(weight, constants(entry.params, position.learning.numbers["penalty"]))
    return Built(tree, "How fast the penalty rises with this weight.")


def total_grad(position: Position, asked: Asked) -> Built:
    """What the optimizer is given: the (clipped) gradient and the penalty's, 0 for a dead weight."""
    name, sample, penalty = owner_of(asked), scene_of(position, asked.sample), position.learning.penalty
    if position.is_frozen(name, asked.indices):
        return Built(Number(0.0), f"What the optimizer is given.{FROZEN}")
    data = f"{name}{_data_gradient(position, sample, clipped=True)}"
    letter = "w" if is_weight(name) else "b"
    symbol = "ĝ" if data.endswith(".clipped_grad") else f"∂L/∂{letter}"
    tree: Expression = position.leaf(symbol, data, asked.indices, sample)
    sentence = "What the optimizer is given: the gradient of the loss as it is."
    if penalty.slope_expression is not None and is_weight(name):
        tree = tree + position.leaf(f"∂R/∂{letter}", f"{name}.penalty_grad", asked.indices, sample)
        sentence = "What the optimizer is given: the gradient of the loss and that of the penalty."
    if "dead" in penalty.slots and is_weight(name):
        dead = position.leaf("d", f"penalty.{penalty.id}.dead.{name}", asked.indices)
        tree = tree * (1 - dead)
        sentence = "What the optimizer is given: the gradient of the loss; a dead weight gets none."
    return Built(tree, sentence)


def optimized(position: Position, asked: Asked) -> tuple[Leaf, dict[str, Expression]]:
    """(the value before, everything that the optimizer makes of it)."""
    name, entry, run = owner_of(asked), position.learning.optimizer, position.run
    sample = scene_of(position, asked.sample)
    value = position.leaf(symbol_of(Asked.of(name, (), None)), name, asked.indices)
    slots = {
        slot: position.leaf(symbol, f"optimizer.{entry.id}.{slot}.{name}", asked.indices)
        for slot, symbol in zip(entry.slots, entry.symbols, strict=True)
    }
    hyper = constants(entry.params, position.learning.numbers["optimizer"])
    hyper |= {"learning_rate": position.leaf("η", "learning_rate")}
    updates = Leaf("t", float(run.state.counts["optimizer"][0]) + 1, name="the number of this update")
    gradient = position.leaf("g", f"{name}.total_grad", asked.indices, sample)
    return value, entry.expression(value, gradient, slots, hyper, updates)


def decoupled_part(position: Position, asked: Asked) -> dict[str, Expression] | None:
    """What a decoupled penalty makes of the optimizer's value; None where there is none."""
    name, penalty = owner_of(asked), position.learning.penalty
    if penalty.decoupled is None or not is_weight(name):
        return None
    value, after = optimized(position, asked)
    result = named("w′", after["value"], name="the weight after the optimizer’s step")
    slots = {slot: position.leaf("d", f"penalty.{penalty.id}.{slot}.{name}", asked.indices) for slot in penalty.slots}
    hyper = constants(penalty.params, position.learning.numbers["penalty"])
    rate = position.leaf("η", "learning_rate")
    made = penalty.decoupled_expression(value, result, slots, hyper, rate)
    return {**made, "change": change(made["value"], result)}


def optimizer_update(position: Position, asked: Asked) -> Built:
    """What the optimizer adds to the value."""
    entry = position.learning.optimizer
    if position.is_frozen(owner_of(asked), asked.indices):
        return Built(Number(0.0), f"What the coming step adds.{FROZEN}")
    value, after = optimized(position, asked)
    sentence = f"What the coming step adds, by {entry.label}: {small(entry.sentence)}"
    return Built(change(after["value"], value), sentence, noise=_last_digit(value))


def update(position: Position, asked: Asked) -> Built:
    """What the step adds to the value in all."""
    name, sample, penalty = owner_of(asked), scene_of(position, asked.sample), position.learning.penalty
    if penalty.decoupled is None or position.is_frozen(name, asked.indices):
        return optimizer_update(position, asked)
    step = position.leaf("s", f"{name}.optimizer_update", asked.indices, sample)
    decay = position.leaf("d", f"{name}.decoupled", asked.indices, sample)
    optimizer = position.learning.optimizer
    return Built(
        step + decay,
        f"What the coming step adds: the step of {optimizer.label}, and then {penalty.label}.",
        noise=_last_digit(position.leaf("w", name, asked.indices)),
    )


def _last_digit(value: Leaf) -> Callable[[], float]:
    """What a difference of two such values, rounded to float32, is off at most."""
    return lambda: abs(float(value.value)) * 2.0**-23


def decoupled(position: Position, asked: Asked) -> Built:
    """What a decoupled penalty adds after the optimizer's step."""
    made = decoupled_part(position, asked)
    if position.learning.penalty.decoupled is None:
        raise SpecError("address", "No penalty acts apart from the gradient here.")
    if made is None or position.is_frozen(owner_of(asked), asked.indices):
        return Built(Number(0.0), "A penalty is put on weights only, and on none that is frozen.")
    noise = _last_digit(position.leaf("w", owner_of(asked), asked.indices))
    return Built(made["change"], position.learning.penalty.sentence, noise=noise)


def after_step(position: Position, asked: Asked) -> Built:
    """w + Δw."""
    name, sample = owner_of(asked), scene_of(position, asked.sample)
    value = position.leaf(symbol_of(Asked.of(name, (), None)), name, asked.indices)
    step = position.leaf(f"Δ{value.symbol}", f"{name}.update", asked.indices, sample)
    sentence = "The value now and what the coming step adds to it."
    return Built(value + step, sentence + (FROZEN if position.is_frozen(name, asked.indices) else ""))


def slot_after(position: Position, asked: Asked) -> Built:
    """What the optimizer, or a penalty, remembers after the step."""
    match = SLOT.match(asked.name)
    made = optimized(position, asked)[1] if match["owner"] == "optimizer" else decoupled_part(position, asked)
    if match["owner"] == "penalty" and not is_weight(match["of"]):
        return Built(
            Number(0.0), "A penalty is put on weights only, so there is nothing to remember of this.", 0.0, RULE
        )
    if position.is_frozen(match["of"], asked.indices):
        return Built(position.leaf(symbol_of(asked), asked.name.removesuffix(".next"), asked.indices), FROZEN.strip())
    entry = getattr(position.learning, match["owner"])
    if made is None or match["slot"] not in made or match["kind"] != entry.id:
        raise SpecError("address", f"“{asked.address[:80]}” is not a number of this network’s learning.")
    tree = made[match["slot"]]
    return Built(getattr(tree, "expression", tree), f"What {entry.label} remembers of this weight after the step.")


def learning_rate(position: Position, asked: Asked) -> Built:
    """η·(what the schedule makes of it at this time)."""
    learning, run = position.learning, position.run
    rate = Leaf("η₀", learning.numbers["optimizer"]["learning_rate"], name="the learning rate as it was chosen")
    if learning.schedule.id == "constant":
        return Built(rate, "The learning rate as it was chosen; it stays the same.")
    time = Leaf("t", run.task.coming(run.state).epoch, name="the time in epochs")
    factor = learning.schedule.expression(time, constants(learning.schedule.params, learning.numbers["schedule"]))
    return Built(rate * factor, f"The learning rate of the coming step. {learning.schedule.sentence}")


def counter(position: Position, asked: Asked) -> Built:
    """Steps and epochs are counted."""
    value = float(getattr(position.run, asked.name))
    what = {"step": "Updates of the weights that were made so far.", "epoch": "Whole passes over the training data."}
    return Built(Number(value), what[asked.name], value, "the count itself")


KINDS = (
    Kind("step|epoch", counter),
    Kind("learning_rate", learning_rate),
    Kind("gradient_norm", gradient_norm),
    Kind(rf"{PARAMETER}\.free_grad", free, paths.from_gradient),
    Kind(rf"{PARAMETER}\.clipped_grad", clipped, paths.from_clipped),
    Kind(rf"{PARAMETER}\.penalty_grad", penalty_grad, paths.from_clipped),
    Kind(rf"{PARAMETER}\.total_grad", total_grad, paths.from_total),
    Kind(rf"{PARAMETER}\.optimizer_update", optimizer_update, paths.from_decoupled),
    Kind(rf"{PARAMETER}\.update", update, paths.from_update),
    Kind(rf"{PARAMETER}\.decoupled", decoupled, paths.from_decoupled),
    Kind(rf"{PARAMETER}\.next", after_step),
    Kind(rf"(optimizer|penalty)\.\w+\.\w+\.{PARAMETER}\.next", slot_after),
)
