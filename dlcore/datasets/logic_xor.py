"""Logical XOR, exclusive or: true where exactly one input is true.

    y = x₁ ⊕ x₂

No straight line separates the two true corners from the two false ones, so a single neuron cannot
learn it and a hidden layer can. This example stopped work on perceptrons for years.
Note that the set "exclusive or" of TensorFlow Playground is coloured the other way round.

Source: Minsky & Papert, Perceptrons (1969).
"""

from __future__ import annotations

from dlcore.datasets import Dataset
from dlcore.datasets._logic import LOGIC_DEFAULTS, truth_table


def generate(rng):
    """The four points, always the same: x (4, 2) and the class 0 or 1 of each, (4,)."""
    return truth_table((0, 1, 1, 0))


ENTRY = Dataset(
    id="logic_xor",
    label="XOR, four points",
    sentence="Four points: blue where exactly one input is true; false is drawn at −1, true at +1.",
    formula="y = x₁ ⊕ x₂",
    source="Minsky & Papert (1969), Perceptrons",
    order=90,
    generate=generate,
    target="binary",
    goal="Make blue the two corners where exactly one is true.",
    extent=2.0,
    group="logic",
    split=False,
    count=4,
    defaults=LOGIC_DEFAULTS,
)
