"""Logical AND: true only where both inputs are true.

    y = x₁ ∧ x₂

One straight line separates the true corner from the other three, so a single neuron can learn it.

Source: Minsky & Papert, Perceptrons (1969).
"""

from __future__ import annotations

from dlcore.datasets import Dataset
from dlcore.datasets._logic import LOGIC_DEFAULTS, truth_table


def generate(rng):
    """The four points, always the same: x (4, 2) and the class 0 or 1 of each, (4,)."""
    return truth_table((0, 0, 0, 1))


ENTRY = Dataset(
    id="logic_and",
    label="AND, four points",
    sentence="Four points: blue only where both inputs are true; false is drawn at −1, true at +1.",
    formula="y = x₁ ∧ x₂",
    source="Minsky & Papert (1969), Perceptrons",
    order=70,
    generate=generate,
    target="binary",
    goal="Make blue only the corner where both are true.",
    extent=2.0,
    group="logic",
    split=False,
    count=4,
    defaults=LOGIC_DEFAULTS,
)
