"""The code of an autoencoder against the network's own pass, in one piece."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlcore import Run, RunSpec, SpecError
from dlcore.fitting import fit

LAYERS = [{"kind": "flatten"}, {"units": 16, "activation": "tanh"}, {"units": 2}, {"units": 16, "activation": "tanh"}]


def autoencoder(layers=LAYERS):
    changes = {"data.kind": "digits", "data.target": "picture", "network.layers": layers}
    run = Run(fit(RunSpec.default(), changes)[0])
    run.advance(epochs=2)
    return run


def test_code_and_output_are_the_networks_own():
    """Oracle: `Network.forward` in one piece, whose record holds the code."""
    run = autoencoder()
    found, record = run.probe("code", split="test", sample=5), {}
    data, samples = run.data("test"), found["samples"].values
    _, output = run.network.forward(data.inputs[samples], run.state, record)
    assert samples.tolist() == [5, 6, 7, 8, 9, 10] and found["layer"].values.tolist() == [2]
    np.testing.assert_allclose(found["code"].values, record["layers.2.activation"], atol=1e-6)
    shown = found["output"].values[..., 0] / 255
    np.testing.assert_allclose(shown, output.clamp(0, 1).reshape(-1, 8, 8), atol=1 / 500)
    np.testing.assert_allclose(found["input"].values[..., 0] / 255, data.x[samples, 0], atol=1 / 500)


def test_any_place_of_the_plane_is_decoded():
    """Oracle: the two dense layers after the code written out with NumPy."""
    run = autoencoder()
    place = [0.3, -1.2]
    found, w = run.probe("code", place=place), run.parameters
    hidden = np.tanh(w["layers.3.weight"] @ place + w["layers.3.bias"])
    wanted = np.clip(w["layers.4.weight"] @ hidden + w["layers.4.bias"], 0, 1).reshape(8, 8)
    np.testing.assert_allclose(found["decoded"].values[..., 0] / 255, wanted, atol=1 / 500)
    (left, right), (low, high) = found["extent"].values.tolist()
    codes = found["codes"].values
    assert (codes >= [left, low]).all() and (codes <= [right, high]).all()
    corner = run.probe("code", place=[left + (right - left) / 14, high - (high - low) / 14])["decoded"].values
    assert np.abs(corner.astype(int) - found["grid"].values[0]).max() <= 1, "the grid begins at the top left"


def test_a_wider_code_is_only_told_and_a_way_around_it_is_no_code():
    assert "codes" not in autoencoder([{"kind": "flatten"}, {"units": 3}]).probe("code")
    around = [{"kind": "flatten"}, {"units": 64}, {"units": 2}, {"units": 64}, {"kind": "add", "from": [1, 3]}]
    run = autoencoder(around)
    assert [run.network.is_bottleneck(index) for index in range(5)] == [True, True, False, False, True]
    assert run.probe("code")["layer"].values[0] not in (2, 3)


def test_the_rest_of_a_pass_is_the_pass():
    """Oracle: the same pass from the input on, of a network with branches, batch norm and dropout."""
    branches = [
        {"kind": "conv2d", "channels": 4, "norm": "batch", "activation": "relu", "dropout": 0.3},
        {"kind": "conv2d", "channels": 4}, {"kind": "add", "from": [0, 1]}, {"kind": "flatten"},
    ]  # fmt: skip
    run = Run(fit(RunSpec.default(), {"data.kind": "digits", "network.layers": branches})[0])
    run.advance(steps=5)
    inputs, record = run.data("test").inputs[:3], {}
    run.network.forward(inputs, run.state, record)
    for index in (-1, 0, 2, 3):
        assert index < 0 or run.network.is_bottleneck(index)
        value = inputs if index < 0 else record.get(f"layers.{index}.output", record[f"layers.{index}.activation"])
        rest = dict(run.network.passing(value, run.state, after=index))
        assert list(rest) == [name for name in record if int(name.split(".")[1]) > index]
        assert all(torch.equal(rest[name], record[name]) for name in rest)


@pytest.mark.parametrize("place", [[1], [1, "2"], [1, float("nan")], [1, 1e9], "12"])
def test_a_place_that_is_none_is_refused(place):
    with pytest.raises(SpecError):
        autoencoder().probe("code", place=place)
