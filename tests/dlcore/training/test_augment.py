"""Augmentation in a run. Oracles: the entries' own functions applied to the data by hand, and a second run."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlcore import Run, RunSpec, SpecError
from dlcore.catalogue import catalogue
from dlcore.fitting import fit
from dlcore.links import read_link, write_link
from dlcore.training.rng import generator

DIGITS = fit(RunSpec.default(), {"data.kind": "digits"})[0].with_(
    **{"network.layers": [{"kind": "flatten"}, {"kind": "dense", "units": 4}], "learning.batch_size": 64}
)
SOME = {"shift": 20, "noise": 10}


def test_a_batch_is_what_the_entries_make_of_the_epoch_s_pictures():
    run = Run(DIGITS.with_(**{"data.augment": SOME}))
    per_epoch = -(-len(run.data("train")) // 64)
    seen = []
    for epoch in range(2):
        x = torch.from_numpy(run.data("train").x)
        for name in ("shift", "noise"):
            x = catalogue("augmentations")[name].apply(x, generator(1, f"augment.{name}", epoch), SOME[name])
        inputs, target = run.task.coming_inputs(run.state)
        order = run.task.coming_batch(run.state)
        assert torch.equal(inputs, x.flatten(1)[order])
        assert torch.equal(target, run.data("train").target[order])
        seen.append(x)
        run.advance(steps=per_epoch)
    assert not torch.equal(*seen), "anew in every epoch"


def test_what_is_shown_is_what_comes():
    run = Run(DIGITS.with_(**{"data.augment": {"inversion": 100}}))
    found = run.probe("coming_pictures")
    rows = found["rows"].values
    expected = 255 * (1 - run.data("train").x[rows])
    assert np.abs(found["pixels"].values.transpose(0, 3, 1, 2) - expected).max() <= 1


def test_the_same_on_replay_and_the_test_pictures_as_they_are():
    run, plain = Run(DIGITS.with_(**{"data.augment": SOME})), Run(DIGITS)
    assert all(np.array_equal(run.data(split).x, plain.data(split).x) for split in ("train", "test"))
    run.advance(epochs=2)
    there = run.parameters
    run.advance(epochs=2)
    run.seek(run.step // 2)
    assert all(np.array_equal(there[name], run.parameters[name]) for name in there)
    assert not np.array_equal(there["layers.1.weight"], _trained(plain, 2)["layers.1.weight"])


def _trained(run, epochs):
    run.advance(epochs=epochs)
    return run.parameters


def test_turned_on_and_off_while_it_learns():
    """Oracle: undo of the journal by replay."""
    run = Run(DIGITS)
    run.advance(epochs=1)
    applied = run.apply({"data.augment.shift": 20})
    assert applied.effect == "keep" and run.step and run.data_build == 1
    run.advance(epochs=1)
    there, step = run.parameters, run.step
    run.seek(0)
    run.seek(step)
    assert all(np.array_equal(there[name], run.parameters[name]) for name in there)
    run.apply({"data.augment.shift": 0})
    assert run.spec.tree["data"]["augment"] == {}


def test_a_picture_to_give_back_is_the_changed_one_without_its_disturbances():
    run = Run(DIGITS.with_(**{"data.target": "picture", "data.augment": {"inversion": 100, "noise": 20}}))
    inputs, target = run.task.coming_inputs(run.state)
    x = run.data("train").x[run.task.coming_batch(run.state)].reshape(len(inputs), -1)
    assert np.allclose(target, 1 - x)
    assert 0.02 < float((inputs - target).abs().mean())


def test_links_hold_it_and_other_data_drop_what_does_not_suit_them():
    spec = DIGITS.with_(**{"data.augment": SOME})
    assert "augment=shift:20,noise:10" in write_link(spec)
    assert read_link(write_link(spec))[0] == spec
    plane, notes = fit(spec, {"data.kind": "circle"})
    assert plane.tree["data"]["augment"] == {} and any("augmentation" in note for note in notes)
    for changes, path in (
        ({"data.augment": {"shift": 90}}, "data.augment.shift"),
        ({"data.augment": {"tint": 10}}, "data.augment.tint"),
        ({"data.augment": {"swirl": 10}}, "data.augment"),
        ({"data.augment": 3}, "data.augment"),
    ):
        with pytest.raises(SpecError) as caught:
            DIGITS.with_(**changes)
        assert caught.value.path == path
    with pytest.raises(SpecError, match="pictures"):
        RunSpec.default().with_(**{"data.augment": {"flip": 50}})
