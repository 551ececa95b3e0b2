"""An inception-like fork: windows of several sizes look at the same picture, and their channels are put side by side.

    y = (conv 1×1 (x), conv 3×3 (x), conv 5×5 (x))

Source: Szegedy et al., Going deeper with convolutions (2014), figure 2(a), without its pooling.
"""

from __future__ import annotations

from dlcore.blocks import LayerBlock

CHANNELS = 4


def layers(input_shape):
    """Three convolutions of 4 channels each, side by side; on a vector one dense layer beside two in a row."""
    if len(input_shape) == 3:
        fork = [_conv(kernel) | {"from": [-1]} for kernel in (1, 3, 5)]
        return [*fork, {"kind": "cat", "from": [0, 1, 2]}]
    dense = {"kind": "dense", "units": CHANNELS, "activation": "relu"}
    return [dense, dense | {"from": [-1]}, dense, {"kind": "cat", "from": [0, 2]}]


def _conv(kernel):
    return {"kind": "conv2d", "channels": CHANNELS, "kernel": kernel, "padding": kernel // 2, "activation": "relu"}


ENTRY = LayerBlock(
    id="inception",
    label="Inception fork",
    sentence="Windows of several sizes look at the same picture, and all that they find goes on side by side.",
    formula="y = (conv 1×1, conv 3×3, conv 5×5)",
    source="Szegedy et al. (2014), Going deeper with convolutions",
    order=30,
    layers=layers,
)
