"""Logical OR: true where at least one input is true.

    y = x₁ ∨ x₂

One straight line separates the false corner from the other three, so a single neuron can learn it.

Source: Minsky & Papert, Perceptrons (1969).
"""

from __future__ import annotations

from dlcore.datasets import Dataset
from dlcore.datasets._logic import LOGIC_DEFAULTS, truth_table


def generate(rng):
    """The four points, always the same: x (4, 2) and the class 0 or 1 of each, (4,)."""
    return truth_table((0, 1, 1, 1))


ENTRY = Dataset(
    id="logic_or",
    label="OR, four points",
    sentence="Four points: blue where at least one input is true; false is drawn at −1, true at +1.",
    formula="y = x₁ ∨ x₂",
    source="Minsky & Papert (1969), Perceptrons",
    order=80,
    generate=generate,
    target="binary",
    goal="Make blue every corner where at least one is true.",
    extent=2.0,
    group="logic",
    split=False,
    count=4,
    defaults=LOGIC_DEFAULTS,
)
