"""Logistic regression: no hidden layer at all, every input with one weight for each answer.

    p = σ(W·x + b), of several classes softmax(W·x + b)

What it can't do shows what hidden layers are for.

Source: Berkson, Application of the logistic function to bio-assay (1944).
"""

from __future__ import annotations

from dlcore.starts import LABELS, Start, flat


def layers(input_shape):
    """None, but for pictures flatten."""
    return flat(input_shape)


def suits(input_shape, target):
    """Classes."""
    return target != "number"


ENTRY = Start(
    id="logistic_regression",
    label="Logistic regression",
    sentence="No hidden layer: every input counts with one weight for each answer.",
    formula="p = σ(W·x + b)",
    source="Berkson (1944)",
    order=10,
    layers=layers,
    suits=suits,
    sets=LABELS,
)
