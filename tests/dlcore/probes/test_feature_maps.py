"""Feature maps of a sample. Oracle: the same network as torch.nn modules, and what its hooks and autograd give."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlcore import Run, RunSpec
from dlcore.fitting import fit
from dlcore.params import SpecError
from dlcore.probes import Named

LAYERS = [
    {"kind": "conv2d", "channels": 3, "activation": "tanh"},
    {"kind": "max_pool2d"},
    {"kind": "flatten"},
    {"kind": "dense", "units": 5, "activation": "relu"},
]
NAMES = [f"layers.{index}" for index in range(5)]


@pytest.fixture(scope="module")
def run() -> Run:
    found = Run(fit(RunSpec.default(), {"data.kind": "digits", "network.layers": LAYERS})[0])
    found.advance(steps=20)
    return found


def modules(run: Run) -> torch.nn.Sequential:
    """The run's network out of PyTorch's own parts, ending with the logits."""
    conv, dense, output = torch.nn.Conv2d(1, 3, 3, padding=1), torch.nn.Linear(48, 5), torch.nn.Linear(5, 10)
    for index, module in ((0, conv), (3, dense), (4, output)):
        with torch.no_grad():
            module.weight.copy_(torch.from_numpy(run.parameters[f"layers.{index}.weight"]))
            module.bias.copy_(torch.from_numpy(run.parameters[f"layers.{index}.bias"]))
    return torch.nn.Sequential(
        conv, torch.nn.Tanh(), torch.nn.MaxPool2d(2), torch.nn.Flatten(), dense, torch.nn.ReLU(), output
    )


def passed(run: Run, x: torch.Tensor) -> dict[str, torch.Tensor]:
    """What each layer hands on, by name."""
    found, names = {"inputs": x}, {1: "layers.0", 2: "layers.1", 3: "layers.2", 5: "layers.3", 6: "layers.4"}
    for at, module in enumerate(modules(run)):
        x = module(x)
        if at in names:
            found[names[at]] = x
    return found


def sample(run: Run, split: str, index: int) -> torch.Tensor:
    return torch.from_numpy(run.data(split).x[index : index + 1].copy()).requires_grad_()


def back(named: Named) -> np.ndarray:
    """The values that bytes stand for, to half a step."""
    if named.range is None:
        return named.values
    low, high = named.range
    return low + named.values / 255 * (high - low)


def half_a_step(named: Named) -> float:
    return 1e-5 if named.range is None else (named.range[1] - named.range[0]) / 255 / 2 * 1.01 + 1e-6


@pytest.mark.parametrize("split", ["train", "test"])
def test_maps_are_what_the_layers_compute(run, split):
    arrays = run.probe("feature_maps", sample=7, split=split)
    wanted = passed(run, sample(run, split, 7))
    assert arrays["of"].values.tolist() == [7, int(split == "test")]
    for name in ("inputs", *NAMES):
        values = wanted[name][0].detach()
        values = (values.softmax(0) if name == "layers.4" else values).numpy()
        assert arrays[name].axes[-values.ndim :][1:] == ("unit", "row", "column")[: values.ndim][1:]
        assert np.abs(back(arrays[name]) - values).max() <= half_a_step(arrays[name]), name


@pytest.mark.parametrize("split", ["train", "test"])
def test_gradients_are_those_of_the_samples_loss(run, split):
    arrays = run.probe("feature_maps", sample=3, split=split, show="gradients")
    values = passed(run, sample(run, split, 3))
    label = torch.tensor([int(run.data(split).y[3])])
    loss = torch.nn.functional.cross_entropy(values["layers.4"], label)
    for name, slope in zip(values, torch.autograd.grad(loss, list(values.values())), strict=True):
        assert np.abs(back(arrays[name]) - slope[0].numpy()).max() <= half_a_step(arrays[name]), name


def test_an_answer_that_is_a_picture_is_shown_as_one():
    """Oracle: the network's own answer, reshaped."""
    spec = fit(RunSpec.default(), {"data.kind": "digits", "data.target": "picture", "network.layers": LAYERS})[0]
    run = Run(spec)
    shown = run.probe("feature_maps", sample=2)["layers.4"]
    assert shown.axes == ("unit", "row", "column") and shown.values.shape == (1, 8, 8)
    answer = run.predict(run.data("train").x[2:3]).reshape(1, 8, 8)
    assert np.abs(back(shown) - answer).max() <= half_a_step(shown)


def test_in_a_walk_only_what_is_known_is_there(run):
    walked = Run(run.spec)
    walked.walk(+1)
    before = set(walked.probe("feature_maps"))
    for _ in range(3):
        walked.walk(+1)
    assert before < set(walked.probe("feature_maps")) and "layers.4" not in before


@pytest.mark.parametrize("options", [{"sample": -1}, {"sample": True}, {"split": "all"}, {"show": "weights"}])
def test_what_is_no_sample_is_refused(run, options):
    with pytest.raises(SpecError) as refused:
        run.probe("feature_maps", **options)
    assert refused.value.message.endswith(".")
