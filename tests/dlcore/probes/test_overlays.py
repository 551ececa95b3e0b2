"""Overlays against torch.autograd through modules of torch.nn, the definition by hand, and brute force."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from dlcore import Run, RunSpec, SpecError
from dlcore.fitting import fit
from dlcore.probes.occlusion import sizes

MEAN = [{"kind": "conv2d", "channels": 5, "activation": "relu"}, {"kind": "adaptive_avg_pool2d"}, {"kind": "flatten"}]


def trained(**changes):
    run = Run(fit(RunSpec.default(), {"data.kind": "digits", **changes})[0])
    run.advance(steps=30)
    return run


def twin(run):
    """The suited network of pictures as modules of torch.nn, with the run's weights."""
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(64, 10),
    )  # fmt: skip
    with torch.no_grad():
        for mine, theirs in zip(run.parameters.values(), model.parameters(), strict=True):
            theirs.copy_(torch.from_numpy(mine))
    return model


def values_of(named):
    low, high = named.range
    return named.values / 255 * (high - low) + low


@pytest.mark.parametrize(("split", "sample", "unit"), [("train", 0, 3), ("test", 17, 0)])
def test_slopes_are_autograds(split, sample, unit):
    """Oracle: torch.autograd through modules of torch.nn, to the step of a byte."""
    run = trained()
    x = torch.from_numpy(run.data(split).x[[sample]]).requires_grad_()
    twin(run)(x)[0, unit].backward()
    slope = x.grad[0].numpy()
    options = {"split": split, "sample": sample, "unit": unit}
    for name, wanted in (("saliency", np.abs(slope).max(0)), ("input_gradient", slope.sum(0))):
        found = run.probe(name, **options)
        low, high = found["map"].range
        assert high == pytest.approx(np.abs(wanted).max(), rel=1e-4) and low in (0, -high)
        np.testing.assert_allclose(values_of(found["map"]), wanted, atol=(high - low) / 255)
        assert found["unit"].values.tolist() == [unit]


def test_the_class_is_the_one_that_is_answered():
    run = trained()
    answer = run.predict(run.data("test").x[[4]]).argmax()
    for name in ("saliency", "input_gradient", "activation_map", "occlusion"):
        assert run.probe(name, split="test", sample=4)["unit"].values.tolist() == [answer]


def test_the_map_of_a_mean_and_a_dense_output_is_the_definition():
    """Oracle: Zhou et al. (2016): Σ weight · feature map, here without what speaks against the class; Grad-CAM's is
    that over the number of places."""
    run = trained(**{"network.layers": MEAN})
    data = run.data("test")
    record, (weight,) = {}, [run.parameters["layers.3.weight"]]
    run.network.forward(data.inputs[9:10], run.state, record)
    for unit in range(10):
        found = run.probe("activation_map", split="test", sample=9, unit=unit)
        wanted = np.maximum(0, np.einsum("c,crs->rs", weight[unit], record["layers.0.activation"][0].numpy())) / 64
        assert found["layer"].values.tolist() == [0] and found["map"].values.shape == (8, 8)
        np.testing.assert_allclose(values_of(found["map"]), wanted, atol=max(wanted.max(), 1e-9) / 255)


def test_the_map_of_a_layer_is_grad_cam():
    """Oracle: the formula of Selvaraju et al. (2017) with torch.autograd through modules of torch.nn."""
    run = trained()
    model = twin(run)
    features = model[:5](torch.from_numpy(run.data("train").x[[2]])).detach().requires_grad_()
    model[5:](features)[0, 7].backward()
    wanted = (features.grad.mean((2, 3), keepdim=True) * features).sum(1).relu()[0].detach().numpy()
    found = run.probe("activation_map", sample=2, unit=7)
    assert found["layer"].values.tolist() == [2]
    np.testing.assert_allclose(values_of(found["map"]), wanted, atol=max(wanted.max(), 1e-9) / 255)
    assert run.probe("activation_map", sample=2, layer=1)["map"].values.shape == (4, 4)


def test_occlusion_is_brute_force():
    """Oracle: `Run.predict` of each picture on its own, with a grey square of 3 × 3 around every pixel."""
    run = trained()
    x = run.data("test").x[11]
    found = run.probe("occlusion", split="test", sample=11, unit=2)["map"]
    assert sizes((8, 8), run.network.width) == (1, 3) and found.values.shape == (8, 8)
    whole = run.predict(x[None])[0, 2]
    wanted = np.empty((8, 8))
    for row in range(8):
        for column in range(8):
            hidden = x.copy()
            hidden[:, max(0, row - 1) : row + 2, max(0, column - 1) : column + 2] = 0.5
            wanted[row, column] = whole - run.predict(hidden[None])[0, 2]
    np.testing.assert_allclose(values_of(found), wanted, atol=2 * np.abs(wanted).max() / 255)


@pytest.mark.parametrize(("picture", "products"), [((8, 8), 10**4), ((32, 32), 10**6), ((28, 28), 10**8), ((5, 64), 1)])
def test_the_cells_cover_the_picture_within_the_work_allowed(picture, products):
    cell, square = sizes(picture, products)
    cells = np.prod([-(-side // cell) for side in picture])
    assert square > cell and (square - cell) % 2 == 0
    assert cells == 1 or cells * products <= 2**28


@pytest.mark.parametrize("options", [{"unit": 10}, {"sample": -1}, {"split": "no"}, {"sample": "1"}])
def test_what_is_not_there_is_refused(options):
    with pytest.raises(SpecError):
        trained().probe("saliency", **options)
