"""What is measured: losses, accuracy and error of one sample, of the batch and of whole sets; and the penalty."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcore.catalogue import catalogue
from dlcore.expressions import Expression, Leaf, Leaves, Number, constants, maximum, mean, sqrt, total, where
from dlcore.network.build import is_weight
from dlcore.network.names import small
from dlcore.params import SpecError
from dlcore.training.receipts import paths, values
from dlcore.training.receipts.gradients import scene_of
from dlcore.training.receipts.kinds import Built, Kind, subscript
from dlcore.training.receipts.position import Asked, Position


def judged_on(position: Position, asked: Asked) -> tuple[str, str]:
    """(the name, the symbol) of what the loss is measured on."""
    part, symbol = ("pre_activation", "z") if position.spec.resolved.loss.from_logits else ("activation", "a")
    return f"{asked.mode}layers.{position.output}.{part}", symbol


def sample_loss(position: Position, asked: Asked) -> Built:
    """The loss of one sample."""
    if isinstance(asked.sample, tuple) and asked.sample[0] == "point":
        raise SpecError("sample", "A place of the plane has no right answer, so no loss can be measured there.")
    loss = position.spec.resolved.loss
    if position.spec.resolved.columns > 1 and position.spec.resolved.target == "number":
        outputs, targets = values.all_pairs(position, asked, *judged_on(position, asked))
        tree: Expression = total(loss.expression([outputs], [targets]))
        return Built(tree, f"{loss.label}, added up over all pixels: {small(loss.sentence)}")
    tree = loss.expression(*values.pairs(position, asked, *judged_on(position, asked)))
    sentence = _surprise(position, asked) if loss.from_logits else small(loss.sentence)
    return Built(tree, f"{loss.label}: {sentence}")


def _surprise(position: Position, asked: Asked) -> str:
    """What a loss that is computed from the output's sums has to do with the output itself."""
    count = position.block(position.output).output_shape[0]
    name = f"{asked.mode}layers.{position.output}.activation"
    shares = [position.number(name, (k,), asked.sample) for k in range(count)]
    targets = [position.number("target", (k,), asked.sample) for k in range(count)]
    share = shares[int(np.argmax(targets))] if count > 1 else abs(1 - targets[0] - shares[0])
    return f"the output gives the right class p = {share:.3g}, and −ln p says how surprising that is."


def batch_loss(position: Position, asked: Asked) -> Built:
    """The mean over the samples of the batch."""
    name, one = f"{asked.mode}sample_loss", position.sample_at(asked.sample)
    each = position.leaves("lᵢ", position.array(name, asked.sample), lambda s: (f"l{subscript(s)}", name, (), one(s)))
    tree = mean(each).told(f"Add up the losses of the {each.size} samples of the batch, and divide by {each.size}.")
    return Built(tree, "The mean of the losses of the samples in the batch.")


def sample_correct(position: Position, asked: Asked) -> Built:
    """1 where the answer is right, else 0."""
    resolved = position.spec.resolved
    _counted(position, "accuracy")
    outputs, targets = values.pairs(position, asked, f"layers.{position.output}.activation", "a")
    if resolved.coding == "one_hot":
        right = int(np.argmax([target.value for target in targets]))
        before, after = outputs[:right], outputs[right + 1 :]
        tree: Expression = where(outputs[right] >= maximum(*after), 1, 0) if after else Number(1)
        tree = where(outputs[right] > maximum(*before), tree, 0) if before else tree
        return Built(tree, "1 where the output of the right class is the largest, else 0; of equal ones the first is.")
    middle = Number(sum(resolved.range) / 2)
    if targets[0].value > middle.value:
        return Built(
            where(outputs[0] > middle, 1, 0), "1 where the output is on the target’s side of the middle, above."
        )
    return Built(
        where(outputs[0] <= middle, 1, 0), "1 where the output is on the target’s side of the middle, not above."
    )


def sample_error(position: Position, asked: Asked) -> Built:
    """The squared miss."""
    _counted(position, "error")
    if position.spec.resolved.columns > 1:
        each, wanted = values.all_pairs(position, asked, f"layers.{position.output}.activation", "a")
        return Built(mean((each - wanted) ** 2), "How far each pixel is from the target, squared; the mean of that.")
    outputs, targets = values.pairs(position, asked, f"layers.{position.output}.activation", "a")
    return Built((outputs[0] - targets[0]) ** 2, "How far the output is from the target, squared.")


def _counted(position: Position, metric: str) -> None:
    numbers = position.spec.resolved.target == "number"
    if numbers != (metric == "error"):
        what = "numbers, so there is an error and no accuracy" if numbers else "classes, so there is no error"
        raise SpecError("address", f"This network is to predict {what}.")


def metric(position: Position, asked: Asked) -> Built:
    """The loss, accuracy or error of a whole set."""
    split, _, what = asked.name.partition("_")
    if asked.name not in position.metrics:
        raise SpecError("address", f"“{asked.name}” is not measured in this run: it has no such data.")
    if not len(position.run.data(split)):
        raise SpecError("address", "There are no points yet that it could be measured on.")
    part = {"loss": "sample_loss", "accuracy": "sample_correct", "error": "sample_error"}[what]
    symbol = {"loss": "l", "accuracy": "r", "error": "e"}[what]
    judged = position.judged(split)[part]

    def each(s: int) -> Leaf:
        sample = s if split == "train" else (split, s)
        if position.mistaken:  # measured in train mode, all samples as one batch: no sample's own pass has this
            return Leaf(f"{symbol}{subscript(s)}", judged[s], name=f"that of {position.names.sample(sample)}")
        address = position.written(part)
        name = position.names(part, sample)
        return Leaf(f"{symbol}{subscript(s)}", judged[s], address, sample, name=small(name))

    by: dict[str, Any] = {}
    if position.run.measured_every:  # a pass over so many pictures in float64 takes seconds
        by = {"check": position.measured(asked.name, False), "check_by": "PyTorch, in float32"}
    words = {"train": "training", "validation": "validation", "test": "test"}[split]
    done = {
        "loss": "Add up the losses of all",
        "accuracy": "Add up 1 for every right answer among all",
        "error": "Add up the squared misses of all",
    }[what]
    average = mean(Leaves(f"{symbol}ᵢ", judged, each), "i")
    told = f"{done} {len(judged):,} {words} samples, and divide by {len(judged):,}."
    if what == "error":
        tree = sqrt(average).told(f"{told[:-1]}; then take the root.")
        return Built(tree, f"The root of the mean squared miss over all {words} samples.", **by)
    if what == "accuracy":
        return Built(average.told(told), f"The share of the {words} samples whose answer is right.", **by)
    return Built(average.told(told), f"The mean of the losses of all {words} samples, without any penalty.", **by)


def penalty(position: Position, asked: Asked) -> Built:
    """The price of the weights."""
    slot = position.spec.tree["learning"]["penalty"]
    entry = catalogue("penalties")[slot["kind"]]
    if entry.id == "none":
        raise SpecError("address", "This network has no penalty. Choose one under Learning.")
    weights = position.all_numbers("w", only=is_weight)
    return Built(entry.expression(weights, constants(entry.params, slot)), entry.sentence)


def total_loss(position: Position, asked: Asked) -> Built:
    """The batch's loss and the penalty."""
    sample = scene_of(position, asked.sample)
    loss = position.leaf("L", f"{position.mode}batch_loss", (), sample)
    if position.spec.tree["learning"]["penalty"]["kind"] == "none":
        return Built(loss, "Without a penalty it is the batch’s loss.")
    return Built(loss + position.leaf("R", "penalty"), "What training makes smaller: the batch’s loss and the penalty.")


KINDS = (
    Kind("sample_loss", sample_loss, paths.from_sample_loss),
    Kind("sample_correct", sample_correct, paths.from_counted),
    Kind("sample_error", sample_error, paths.from_counted),
    Kind("batch_loss", batch_loss, lambda position, asked: [("total_loss", asked.sample)]),
    Kind("(train|validation|test)_(loss|accuracy|error)", metric),
    Kind("penalty", penalty, lambda position, asked: [("total_loss", None)]),
    Kind("total_loss", total_loss),
)
