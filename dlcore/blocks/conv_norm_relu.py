"""Convolution, batch norm, ReLU: the three that convolutional networks repeat.

    y = max(0, norm(W∗x + b))

Source: Ioffe & Szegedy, Batch normalization (2015), section 3.2.
"""

from __future__ import annotations

from dlcore.blocks import LayerBlock


def layers(input_shape):
    """At least 8 channels, or as many as come in; on a vector a dense layer instead of the convolution."""
    count = max(input_shape[0], 8)
    size = {"kind": "conv2d", "channels": count} if len(input_shape) == 3 else {"kind": "dense", "units": count}
    return [size | {"activation": "linear"}, {"kind": "batch_norm"}, {"kind": "activation", "activation": "relu"}]


ENTRY = LayerBlock(
    id="conv_norm_relu",
    label="Conv, norm, ReLU",
    sentence="A convolution, brought to one scale, of which what is above 0 goes on.",
    formula="y = max(0, norm(W∗x + b))",
    source="Ioffe & Szegedy (2015), section 3.2",
    order=20,
    layers=layers,
)
