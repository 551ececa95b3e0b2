"""What checks are handed. Oracles: closed forms (variance, entropy), and torch.autograd on the train set."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from dlcore import Run, RunSpec
from dlcore.catalogue import catalogue
from dlcore.training import examine
from dlcore.training.examine import Examination


def look(steps=3, **changes):
    run = Run(RunSpec.default().with_(**{"data.samples": 60, **changes}))
    run.advance(steps=steps)
    return run, Examination(run)


def test_a_constant_answer_costs_half_the_variance_or_the_entropy():
    run, squared = look(**{"data": "plane", "learning.loss": "half_squared"})
    assert squared.constant_loss == pytest.approx(run.data("train").y.var() / 2, rel=1e-5)
    run, crossed = look(**{"learning.loss": "binary_cross_entropy"})
    share = run.data("train").y.mean()
    entropy = -share * math.log(share) - (1 - share) * math.log(1 - share)
    assert crossed.constant_loss == pytest.approx(entropy, rel=1e-5)
    run, soft = look(**{"learning.loss": "softmax_cross_entropy"})
    assert soft.constant_loss == pytest.approx(entropy, rel=1e-5)


def test_gradients_are_those_of_the_whole_training_set():
    run, seen = look()
    leaves = {name: torch.tensor(value, requires_grad=True) for name, value in run.parameters.items()}
    train = run.data("train")
    _, output = run.network.forward(train.inputs, leaves)
    run.spec.resolved.loss.value(output, train.target).mean().backward()
    for name, leaf in leaves.items():
        np.testing.assert_allclose(seen.trace[f"{name}.grad"], leaf.grad, rtol=1e-4, atol=1e-7)
        assert seen.norm(f"{name}.grad") == pytest.approx(leaf.grad.norm().item(), rel=1e-4)
        assert seen.norm(name) == pytest.approx(leaf.detach().norm().item(), rel=1e-4)


def test_slopes_are_those_of_the_activation():
    _, seen = look()
    for layer in seen.layers:
        np.testing.assert_allclose(layer.slope, 1 - layer.values**2, atol=1e-6)  # tanh
        assert layer.values.shape == (30, len(seen.parameters[f"{layer.address}.bias"]))
    assert [layer.hidden for layer in seen.layers] == [True, True, False]


def test_of_a_large_network_fewer_samples_are_looked_at(monkeypatch):
    assert look()[1].samples == 30
    monkeypatch.setattr(examine, "MOST_WORK", 10 * 100)
    monkeypatch.setattr(examine, "FEWEST_SAMPLES", 5)
    wide = {"network.layers": [{"kind": "dense", "units": 25}]}  # 101 parameters
    assert look(**wide)[1].samples == 9


def test_the_future_after_a_seek_back_is_not_in_the_curve():
    run, _ = look(steps=20)
    run.seek(10)
    curve = Examination(run).curve("train_loss")
    assert len(curve) == 11 and curve[-1] == run.metrics["train_loss"]
    assert len(Examination(run).curve("no_such_metric")) == 0


@pytest.mark.parametrize("kind", catalogue("activations"))
@pytest.mark.parametrize("norm", catalogue("norms"))
def test_every_activation_and_norm_can_be_examined(kind, norm):
    layer = {"kind": "dense", "units": 4, "activation": kind, "norm": norm, "dropout": 0.3}
    run, _ = look(steps=60, **{"network.layers": [layer] * 2})
    assert all(finding.message for finding in run.examine())


@pytest.mark.parametrize("dataset", catalogue("datasets"))
def test_every_dataset_can_be_examined(dataset):
    run = Run(RunSpec.default().with_(data=dataset))
    run.advance(epochs=6)
    assert all(finding.addresses for finding in run.examine())
