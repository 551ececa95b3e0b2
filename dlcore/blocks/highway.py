"""A highway layer: gates decide, number by number, how much is transformed and how much is carried past.

    y = H(x)·T(x) + x·C(x)            T and C between 0 and 1

Source: Srivastava, Greff & Schmidhuber, Highway networks (2015), equation 2, with a gate of its own each.
"""

from __future__ import annotations

from dlcore.blocks import LayerBlock


def layers(input_shape):
    """The transform and its two gates, of the shape that comes in; then two products and their sum."""
    size = {"kind": "conv2d", "channels": input_shape[0]} if len(input_shape) == 3 else {
        "kind": "dense", "units": input_shape[0],
    }  # fmt: skip
    return [
        size | {"activation": "relu", "from": [-1]},
        size | {"activation": "sigmoid", "from": [-1]},
        size | {"activation": "sigmoid", "from": [-1]},
        {"kind": "mul", "from": [0, 1]},
        {"kind": "mul", "from": [-1, 2]},
        {"kind": "add", "from": [3, 4]},
    ]


ENTRY = LayerBlock(
    id="highway",
    label="Highway layer",
    sentence="Gates decide, number by number, how much is transformed and how much is carried past.",
    formula="y = H(x)·T(x) + x·C(x)",
    source="Srivastava, Greff & Schmidhuber (2015), Highway networks",
    order=40,
    layers=layers,
)
