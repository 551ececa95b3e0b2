"""Surgery, consequences and checks where layers are pictures: what is a neuron there is a channel."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlcore import Run, RunSpec
from dlcore.fitting import fit
from dlcore.params import SpecError

CONV = {"kind": "conv2d", "channels": 4, "activation": "relu"}
CNN = [CONV, {"kind": "max_pool2d"}, CONV | {"channels": 6, "norm": "batch"}, {"kind": "avg_pool2d"},
       {"kind": "flatten"}, {"kind": "dense", "units": 5}]  # fmt: skip
FORK = [CONV, CONV | {"from": [-1]}, {"kind": "cat", "from": [0, 1]}, CONV | {"groups": 2},
        {"kind": "add", "from": [0, 3]}, {"kind": "adaptive_avg_pool2d"}]  # fmt: skip


def trained(layers=CNN, target="label", steps=4) -> Run:
    data = {"kind": "digits", "train_share": 10, "target": target}
    run = Run(fit(RunSpec.default(), {"data": data, "network.layers": layers, "learning.batch_size": 10, "seed": 5})[0])
    run.advance(steps=steps, mark=False)
    return run


def without(run: Run, address: str, channel: int) -> np.ndarray:
    """The outputs for the training pictures with one channel's values put to 0 where they are handed on."""
    passing, sent, value = run.network.passing(run.data("train").inputs, run.state), None, None
    with torch.no_grad():
        while True:
            try:
                name, value = passing.send(sent)
            except StopIteration:
                return value.flatten(1).numpy()
            sent = None
            if name == f"{address}.activation":
                sent = value.clone()
                sent[:, channel] = 0


@pytest.mark.parametrize(
    ("layers", "layer"), [(CNN, 0), (CNN, 1), (CNN, 2), (CNN, 3), (CNN, 4), (CNN, 5), (FORK, 1), (FORK, 2), (FORK, 4)]
)
def test_a_channel_that_is_cut_off_counts_for_nothing(layers, layer):
    """Oracle: the same network with the channel's own values at 0."""
    run = trained(layers)
    expected = without(run, f"layers.{layer}", 1)
    run.lesion(f"layers.{layer}[1]")
    np.testing.assert_allclose(run.predictions("train"), expected, atol=1e-5)
    held = sorted(run.frozen)
    run.advance(steps=3)
    assert held and sorted(run.frozen) == held
    if run.network.blocks[layer].parameters:
        cut = run.probe("parameters")[f"cut.layers.{layer}"].values.tolist()
        assert cut == [unit == 1 for unit in range(len(cut))]
    np.testing.assert_allclose(run.predictions("train"), without(run, f"layers.{layer}", 1), atol=1e-5)
    run.heal(f"layers.{layer}[1]")
    assert not run.frozen and not any(name.startswith("cut.") for name in run.probe("parameters"))


@pytest.mark.parametrize(
    ("layers", "layer", "why"),
    [(FORK, 0, "Layer 5 .add. brings this together with others"), (FORK, 3, "Layer 5 .add."), (CNN, 6, "An output")],
)
def test_what_has_no_weights_of_its_own_behind_it_is_said(layers, layer, why):
    with pytest.raises(SpecError, match=why):
        trained(layers, steps=0).lesion(f"layers.{layer}[1]")


def test_a_channel_is_set_frozen_and_copied_as_a_neuron_is():
    run = trained()
    before = run.parameters
    run.copy_neuron("layers.2[4]", "layers.2[1]")
    after = run.parameters
    for part in ("weight", "bias", "norm.gain", "norm.shift"):
        np.testing.assert_array_equal(after[f"layers.2.{part}"][1], before[f"layers.2.{part}"][4])
    run.freeze("layers.0[2]")
    run.zero("layers.0[2]")
    run.advance(steps=2)
    assert not run.parameters["layers.0.weight"][2].any() and run.parameters["layers.0.weight"].any()
    run.undo()
    assert run.parameters["layers.2.weight"].shape == (6, 4, 3, 3)
    with pytest.raises(SpecError, match="nothing learned in this layer, max pooling"):
        run.zero("layers.1[0]")


def test_consequences_speak_of_pictures():
    """Oracle: NumPy on the predictions."""
    run = trained(steps=30)
    old = run.predictions("train").argmax(-1)
    found = run.zero("layers.5")
    flipped = int((run.predictions("train").argmax(-1) != old).sum())
    assert flipped == len(found.flipped["train"]) and found.where is None
    assert f"{flipped} pictures flipped" in found.sentence


def test_consequences_of_pictures_as_answers():
    run = trained([CONV], "picture", steps=30)
    old, pixels = run.predictions("train"), run.data("train").target.numpy()
    found = run.zero("layers.0")
    moved = np.sqrt(np.square(run.predictions("train") - old).mean(-1)) > 0.1 * np.ptp(pixels)
    np.testing.assert_array_equal(found.flipped["train"], np.flatnonzero(moved))


def test_a_dead_channel_is_named():
    run = trained(steps=0)
    for channel in (0, 2):
        run.edit(f"layers.0.bias[{channel}]", -1000.0)
    run.advance(epochs=6)
    found = {finding.check: finding for finding in run.examine()}["dead_relu"]
    assert found.addresses == ("layers.0.activation[0]", "layers.0.activation[2]")
    assert "Dead channels in layer 1: 2 of 4 give 0 for every training picture" in found.message
