"""A residual block: two convolutions whose result is added to what came in, so that a signal has a way around them.

    y = relu(x + F(x)) with F = conv, norm, relu, conv, norm

Source: He, Zhang, Ren & Sun, Deep residual learning for image recognition (2015), figure 2.
"""

from __future__ import annotations

from dlcore.blocks import LayerBlock


def layers(input_shape):
    """Two convolutions with as many channels as come in, or on a vector two dense layers; then the sum."""
    size = {"channels": input_shape[0]} if len(input_shape) == 3 else {"units": input_shape[0]}
    kind = {"kind": "conv2d" if len(input_shape) == 3 else "dense", "norm": "batch"} | size
    return [
        kind | {"activation": "relu"},
        kind | {"activation": "linear"},
        {"kind": "add", "from": [1, -1]},
        {"kind": "activation", "activation": "relu"},
    ]


ENTRY = LayerBlock(
    id="residual",
    label="Residual block",
    sentence="Two layers whose result is added to what came in, so that a signal always has a way around them.",
    formula="y = relu(x + F(x))",
    source="He et al. (2015), Deep residual learning",
    order=10,
    layers=layers,
)
