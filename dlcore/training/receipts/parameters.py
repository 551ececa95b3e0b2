"""What the coming step starts from: every weight, and what the optimizer remembers, as the step before left it."""

from __future__ import annotations

import numpy as np

from dlcore.catalogue import catalogue
from dlcore.expressions import Expression, Number
from dlcore.training.receipts import paths
from dlcore.training.receipts.kinds import AUTOGRAD, Built, Kind, symbol_of
from dlcore.training.receipts.position import Asked, Position
from dlcore.training.receipts.updates import FROZEN, PARAMETER

SAME = 1e-5  # of the numbers: what a replay's update and the weight itself may differ by, rounded to float32


def parameter(position: Position, asked: Asked) -> Built:
    """At step 0 what the initializer gave; later the value before and the update of the step before."""
    value = position.number(asked.name, asked.indices)
    symbol = symbol_of(asked)
    frozen = FROZEN if position.is_frozen(asked.name, asked.indices) else ""
    if position.step == 0:
        first = float(position.run.parameters_at_start[asked.name][asked.indices])
        if first != value:
            return _typed(position, value, frozen)
        return Built(Number(first), _start(position, asked) + frozen, first, "drawing it again from the seed")
    before = position.earlier
    was = before.leaf(f"{symbol}_old", asked.name, asked.indices)
    step = before.leaf(f"Δ{symbol}", f"{asked.name}.update", asked.indices)
    if abs(was.value + step.value - value) > SAME * (abs(was.value) + abs(step.value)):
        return _typed(position, value, frozen)
    sentence = f"The value after step {before.step:,}, and what the step after it added."
    return _as_left(before, asked, was + step, sentence + frozen)


def _as_left(before: Position, asked: Asked, tree: Expression, sentence: str) -> Built:
    """What the step before made of it."""
    name = f"{asked.name}.next"
    return Built(tree, sentence, before.check(name, asked.indices), AUTOGRAD, lambda: before.noise(name))


def _typed(position: Position, value: float, more: str) -> Built:
    sentence = (
        f"It was set by hand after {position.step:,} steps." if position.step else "It was set by hand at the start."
    )
    return Built(Number(value), sentence + more, value, "the journal, which holds what was set")


def _start(position: Position, asked: Asked) -> str:
    slot = position.spec.tree["network"]["initializer"]
    entry = catalogue("initializers")[slot["kind"]]
    if "norm" in asked.part:
        return (
            "A norm’s gain starts at 1 and its shift at 0."
            if "values" not in slot
            else "It was given with the network."
        )
    if "values" in slot:
        return "It was given with the network, at step 0."
    return f"Drawn at step 0, with the seed {position.spec.tree['seed']}. {entry.label}: {entry.sentence}"


def slot(position: Position, asked: Asked) -> Built:
    """What the optimizer remembers now: what the step before left, 0 at the start."""
    value = position.number(asked.name, asked.indices)
    if position.step:
        before = position.earlier
        if asked.name in before.run.state:
            left = before.leaf(f"{symbol_of(asked)}′", f"{asked.name}.next", asked.indices)
            known = before.check(f"{asked.name}.next", asked.indices) is not None
            if known and abs(left.value - value) <= SAME * abs(left.value):
                return _as_left(before, asked, left, f"As step {position.step:,} left it.")
    start = float(position.run.buffers_at_start.get(asked.name, np.zeros(1)).flat[0])
    sentence = f"It starts at {start:g}." if not position.step else f"It was cleared, and starts at {start:g} again."
    return Built(Number(value), sentence, start, f"the rule that it starts at {start:g}")


KINDS = (
    Kind(PARAMETER, parameter, paths.from_parameter),
    Kind(rf"(optimizer|penalty)\.\w+\.\w+\.{PARAMETER}", slot, paths.from_slot),
    Kind(r"layers\.\d+\.norm\.running_(mean|variance)", slot),
)
