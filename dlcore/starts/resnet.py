"""A small ResNet: residual blocks, whose layers only learn what is to be added to what came in.

    y = relu(s(x) + F(x)) with F = conv, norm, relu, conv, norm

The way around, s, is x itself, or a convolution of one pixel where channels or size change.

Source: He, Zhang, Ren & Sun, Deep residual learning for image recognition (2015), figure 2 and section 3.3.
"""

from __future__ import annotations

from dlcore.starts import LABELS, Start


def layers(input_shape):
    """A convolution of 8 channels, a block of 8, one of 16 that halves the picture, and the mean of each channel."""
    found = [_conv(8, activation="relu")]
    _block(found, 8)
    _block(found, 16, stride=2)
    return [*found, {"kind": "adaptive_avg_pool2d"}]


def _conv(channels, **others):
    return {"kind": "conv2d", "channels": channels, "norm": "batch", "activation": "linear"} | others


def _block(found, channels, stride=1):
    """A residual block behind what was found so far."""
    before = len(found) - 1
    found += [_conv(channels, stride=stride, activation="relu"), _conv(channels)]
    way, around = len(found) - 1, before
    if stride > 1:
        found.append(_conv(channels, kernel=1, padding=0, stride=stride) | {"from": [before]})
        around = len(found) - 1
    found += [{"kind": "add", "from": [way, around]}, {"kind": "activation", "activation": "relu"}]


def suits(input_shape, target):
    """Pictures that can be halved."""
    return len(input_shape) == 3 and min(input_shape[1:]) >= 4


ENTRY = Start(
    id="resnet",
    label="Small ResNet",
    sentence="Convolutions with a way around them, so that each pair only learns what is to be added.",
    formula="y = relu(x + F(x))",
    source="He et al. (2015), Deep residual learning",
    order=40,
    layers=layers,
    suits=suits,
    sets=LABELS,
)
