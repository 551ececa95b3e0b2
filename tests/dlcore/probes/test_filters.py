"""Weights as pictures. Oracle: the parameters themselves, and a unit's sum as the sum over its picture of weights."""

from __future__ import annotations

import numpy as np
import pytest

from dlcore import Run, RunSpec
from dlcore.fitting import fit
from dlcore.limits import LIMITS
from dlcore.probes import filters


def run_of(*layers: dict, **changes: object) -> Run:
    return Run(fit(RunSpec.default(), {"data.kind": "digits", "network.layers": list(layers), **changes})[0])


def back(named: object) -> np.ndarray:
    low, high = named.range
    return low + named.values / 255 * (high - low)


def test_windows_are_shown_as_they_are():
    run = run_of({"kind": "conv2d", "channels": 4}, {"kind": "conv2d", "channels": 5, "kernel": 5}, {"kind": "flatten"})
    shown = run.probe("filters")
    for name in ("layers.0.weight", "layers.1.weight"):
        weights, step = run.parameters[name], np.ptp(shown[name].range) / 255
        assert shown[name].axes == ("unit", "channel", "row", "column")
        assert np.abs(back(shown[name]) - weights).max() <= step / 2 * 1.01


MAPS = [{"kind": "max_pool2d"}, {"kind": "conv2d", "channels": 3}]


@pytest.mark.parametrize("between", [[], MAPS], ids=["input", "maps"])
def test_a_dense_layer_gives_each_pixel_the_weight_that_reads_it(between):
    """The sum over picture × weights, channel by channel and pixel by pixel, must be the unit's pre-activation."""
    run = run_of(*between, {"kind": "flatten"}, {"kind": "dense", "units": 6})
    dense = len(between) + 1
    picture = run.trace(4)[f"layers.{dense - 2}.activation"][0] if between else run.data("train").x[4]
    shown = run.probe("filters")[f"layers.{dense}.weight"]
    assert shown.values.shape == (6, *picture.shape)
    sums = (back(shown) * picture).sum(axis=(1, 2, 3)) + run.parameters[f"layers.{dense}.bias"]
    wanted = run.trace(4)[f"layers.{dense}.pre_activation"][0]
    assert np.abs(sums - wanted).max() <= np.ptp(shown.range) / 255 / 2 * np.abs(picture).sum() + 1e-4


def test_neurons_that_read_neurons_have_no_pictures():
    run = run_of({"kind": "flatten"}, {"kind": "dense", "units": 16}, {"kind": "dense", "units": 4})
    assert set(run.probe("filters")) == {"layers.1.weight"}


def test_of_many_only_the_first_are_sent(monkeypatch):
    run = run_of({"kind": "flatten"}, {"kind": "dense", "units": 64})
    assert run.probe("filters")["layers.1.weight"].values.shape == (LIMITS.picture_units, 1, 8, 8)
    monkeypatch.setattr(filters, "MAX_BYTES", 100)
    assert run.probe("filters") == {}
