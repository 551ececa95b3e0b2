"""A small convolutional network after LeNet: look for patterns, make the picture smaller, twice; then decide.

Source: LeCun, Bottou, Bengio & Haffner, Gradient-based learning applied to document recognition (1998), with ReLU and
max pooling as became usual later.
"""

from __future__ import annotations

from dlcore.starts import LABELS, Start


def layers(input_shape):
    """Two convolutions of 8 and 16 channels, on larger pictures a third of 32, each with pooling; then flatten."""
    side = min(input_shape[1:])
    found = []
    for channels in (8, 16, 32)[: 3 if side >= 24 else 2]:
        found += [{"kind": "conv2d", "channels": channels, "activation": "relu"}, {"kind": "max_pool2d"}]
    return [*found, {"kind": "flatten"}]


def suits(input_shape, target):
    """Pictures that can be halved two times."""
    return len(input_shape) == 3 and min(input_shape[1:]) >= 4


ENTRY = Start(
    id="lenet",
    label="Small CNN",
    sentence="Convolutions look for patterns, pooling makes the picture smaller, and the output decides.",
    source="after LeCun et al. (1998)",
    order=30,
    layers=layers,
    suits=suits,
    sets=LABELS,
)
