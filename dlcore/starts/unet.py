"""A small U-Net: the picture is made smaller and larger again, and every size is told what it was on the way down.

Source: Ronneberger, Fischer & Brox, U-Net: convolutional networks for biomedical image segmentation (2015).
"""

from __future__ import annotations

from dlcore.starts import Start


def layers(input_shape):
    """Convolutions of 8 and 16 channels, pooling between them; then up again, beside what was there before."""
    return [
        _conv(8),
        {"kind": "max_pool2d"},
        _conv(16),
        {"kind": "conv_transpose2d", "channels": 8, "activation": "relu"},
        {"kind": "cat", "from": [0, 3]},
        _conv(8),
    ]


def _conv(channels):
    return {"kind": "conv2d", "channels": channels, "activation": "relu"}


def suits(input_shape, target):
    """Pictures that can be halved without a rest."""
    return len(input_shape) == 3 and not input_shape[1] % 2 and not input_shape[2] % 2


ENTRY = Start(
    id="unet",
    label="Small U-Net",
    sentence="The picture is made smaller and larger again, beside what it was; with noise as augmentation it learns "
    "to take the noise away.",
    source="Ronneberger, Fischer & Brox (2015), U-Net",
    order=60,
    layers=layers,
    suits=suits,
    sets={"data.target": "picture"},
)
