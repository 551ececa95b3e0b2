"""An autoencoder: the picture has to pass through two numbers, its code, and come out again.

    code = encoder(x)            x̂ = decoder(code)

What pictures have in common is learned by the decoder; what sets them apart has to be in the code.

Source: Hinton & Salakhutdinov, Reducing the dimensionality of data with neural networks (2006).
"""

from __future__ import annotations

from dlcore.starts import Start

CODE = 2


def layers(input_shape):
    """Dense layers down to a code of two and up again; on larger pictures convolutions around them."""
    _, rows, columns = input_shape
    if min(rows, columns) < 16 or rows % 4 or columns % 4:
        return [{"kind": "flatten"}, _dense(64), _dense(32), _dense(CODE, "linear"), _dense(32), _dense(64)]
    small = {"channels": 16, "rows": rows // 4, "columns": columns // 4}
    return [
        {"kind": "conv2d", "channels": 8, "stride": 2, "activation": "relu"},
        {"kind": "conv2d", "channels": 16, "stride": 2, "activation": "relu"},
        {"kind": "flatten"},
        _dense(32),
        _dense(CODE, "linear"),
        _dense(32),
        _dense(16 * (rows // 4) * (columns // 4)),
        {"kind": "reshape"} | small,
        {"kind": "conv_transpose2d", "channels": 16, "activation": "relu"},
        {"kind": "conv_transpose2d", "channels": 8, "activation": "relu"},
    ]


def _dense(units, activation="relu"):
    return {"kind": "dense", "units": units, "activation": activation}


def suits(input_shape, target):
    """Pictures."""
    return len(input_shape) == 3


ENTRY = Start(
    id="autoencoder",
    label="Autoencoder",
    sentence="The picture has to pass through two numbers and come out again, so they must say what matters.",
    formula="x̂ = decoder(encoder(x))",
    source="Hinton & Salakhutdinov (2006)",
    order=50,
    layers=layers,
    suits=suits,
    sets={"data.target": "picture"},
)
