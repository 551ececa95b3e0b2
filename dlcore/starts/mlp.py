"""A multilayer perceptron: dense layers one after the other.

Source: Rumelhart, Hinton & Williams, Learning representations by back-propagating errors (1986).
"""

from __future__ import annotations

from dlcore.starts import LABELS, Start, flat


def layers(input_shape):
    """Two layers of 8 and 4 tanh neurons, on pictures of 64 and 32 ReLU neurons."""
    sizes, activation = ((64, 32), "relu") if len(input_shape) == 3 else ((8, 4), "tanh")
    return [
        *flat(input_shape),
        *({"kind": "dense", "units": units, "activation": activation} for units in sizes),
    ]


def suits(input_shape, target):
    """Anything."""
    return True


ENTRY = Start(
    id="mlp",
    label="MLP",
    sentence="Two dense layers, in which every neuron reads all values before it.",
    source="Rumelhart, Hinton & Williams (1986)",
    order=20,
    layers=layers,
    suits=suits,
    sets=LABELS,
)
