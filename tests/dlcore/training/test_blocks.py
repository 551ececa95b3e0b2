"""Networks with norm and dropout. Oracle: `torch.nn` modules trained by `torch.optim`; a run against itself."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlcore.network.build import GridPass
from dlcore.params import SpecError
from dlcore.spec import RunSpec
from dlcore.training.checkpoint import checkpoint, restore
from dlcore.training.run import Run

LAYERS = [
    {"kind": "dense", "units": 6, "norm": "batch"},
    {"kind": "dense", "units": 5, "activation": "relu", "norm": "layer"},
]
DROPPED = [{**LAYERS[0], "dropout": 0.3}, {**LAYERS[1], "dropout": 0.1}]


def spec(layers, **more):
    changes = {"network.layers": layers, "data": "spiral", "learning.optimizer": "adam", **more}
    return RunSpec.default().with_(**changes)


def test_training_with_norms_is_torch_s():
    """With plain SGD: a bias before batch norm has no gradient but rounding, which Adam would blow up."""
    run = Run(spec(LAYERS, **{"learning.optimizer": "sgd", "learning.optimizer.learning_rate": 0.1}))
    oracle = torch.nn.Sequential(
        torch.nn.Linear(2, 6), torch.nn.BatchNorm1d(6), torch.nn.Tanh(),
        torch.nn.Linear(6, 5), torch.nn.LayerNorm(5), torch.nn.ReLU(), torch.nn.Linear(5, 1), torch.nn.Tanh(),
    )  # fmt: skip
    places = {"layers.0": 0, "layers.0.norm": 1, "layers.1": 3, "layers.1.norm": 4, "layers.2": 6}
    names = {"weight": "weight", "bias": "bias", "gain": "weight", "shift": "bias"}
    mirrored = {}
    for name, tensor in run.state.group("parameters").items():
        owner, _, part = name.rpartition(".")
        mirrored[name] = getattr(oracle[places[owner]], names[part])
        mirrored[name].data.copy_(tensor)
    assert {name.split(".norm.")[1] for name in mirrored if ".norm." in name} == {"gain", "shift"}
    optimizer = torch.optim.SGD(oracle.parameters(), lr=0.1)
    train = run.data("train")
    for _ in range(60):
        batch = torch.from_numpy(run.task.coming_batch(run.state))
        optimizer.zero_grad()
        (0.5 * (oracle(train.inputs[batch]) - train.target[batch]).square()).mean().backward()
        optimizer.step()
        run.advance(steps=1, mark=False)
    for name, tensor in mirrored.items():
        torch.testing.assert_close(run.state[name], tensor.detach(), rtol=1e-3, atol=1e-5)
    torch.testing.assert_close(run.state["layers.0.norm.running_mean"], oracle[1].running_mean, rtol=1e-3, atol=1e-5)
    oracle.eval()
    with torch.no_grad():
        np.testing.assert_allclose(run.predict(train.x), oracle(train.inputs)[:, 0], rtol=1e-3, atol=1e-4)


def test_the_map_is_the_prediction():
    """Oracle: the sample-wise pass; the map's pass goes feature by feature."""
    run = Run(spec(DROPPED))
    run.advance(steps=30)
    x = np.random.default_rng(0).uniform(-6, 6, (40, 2))
    grid = GridPass(run.network, x.T)(run.state)
    np.testing.assert_allclose(grid["layers.2.activation"][0], run.predict(x), rtol=1e-4, atol=1e-5)


def test_gradients_belong_to_the_values_of_train_mode():
    """Oracle: the chain rule by hand at the output layer: ∂L/∂W = δᵀ·(the dropped values before it)."""
    run = Run(spec(DROPPED))
    run.advance(steps=5)
    trace = run.trace()
    assert "layers.0.normalized" in trace and "train.layers.1.output" in trace and "layers.2.output" not in trace
    np.testing.assert_array_equal(trace["layers.1.output"], trace["layers.1.activation"])
    mask = run.stepper.masks(run.step, 10)[0]["layers.1"].numpy()
    np.testing.assert_array_equal(trace["train.layers.1.output"], trace["train.layers.1.activation"] * mask)
    target = run.data("train").target.numpy()[run.task.coming_batch(run.state)]
    output = trace["train.layers.2.activation"]
    delta = (output - target) * (1 - output**2) / len(output)
    np.testing.assert_allclose(trace["layers.2.weight.grad"], delta.T @ trace["train.layers.1.output"], atol=1e-6)
    assert trace["train.batch_loss"] != trace["batch_loss"]


def test_looking_changes_nothing():
    one, other = Run(spec(DROPPED)), Run(spec(DROPPED))
    for _ in range(20):
        one.advance(steps=1)
        other.advance(steps=1)
        other.trace()
        other.trace(sample=3)
        other.frame([{"id": "neuron_maps"}, {"id": "output_map"}, {"id": "sample_values", "sample": 2}])
    assert all(torch.equal(one.state[name], other.state[name]) for name in one.state)


@pytest.mark.parametrize("change", [{}, {"learning.schedule": "cosine", "learning.clipping": "norm"}])
def test_seeking_and_slices_are_exact_to_the_bit(change):
    whole, sliced = Run(spec(DROPPED, **change)), Run(spec(DROPPED, **change))
    whole.advance(steps=150)
    while sliced.step < 150:
        sliced.advance(steps=min(11, 150 - sliced.step), mark=False)
        sliced = restore(checkpoint(sliced)) if sliced.step == 77 else sliced
    assert all(torch.equal(whole.state[name], sliced.state[name]) for name in whole.state)
    end = {name: tensor.clone() for name, tensor in whole.state.items()}
    for place in (3, 64, 149):
        whole.seek(place)
    whole.seek(150)
    assert all(torch.equal(whole.state[name], end[name]) for name in end)


def test_a_dropout_rate_may_change_on_the_way_and_is_replayed():
    run = Run(spec(DROPPED))
    run.advance(steps=40)
    weights = run.parameters["layers.0.weight"]
    assert run.apply({"network.layers.0.dropout": 0.0, "network.layers.1.dropout": 0.5}).effect == "keep"
    np.testing.assert_array_equal(run.parameters["layers.0.weight"], weights)
    run.advance(steps=40)
    end = run.parameters
    run.seek(10)
    run.seek(80)
    assert all((run.parameters[name] == end[name]).all() for name in end)


def test_a_trained_network_can_be_a_start():
    """Oracle: the trained run itself: the same predictions, running means and all."""
    trained = Run(spec(LAYERS))
    trained.advance(steps=30)
    values = {name: array.tolist() for name, array in (trained.parameters | trained.buffers).items()}
    again = Run(trained.spec.with_(**{"network.initializer": {"kind": "given", "values": values}}))
    assert all(torch.equal(again.state[name], trained.state[name]) for name in (*trained.parameters, *trained.buffers))
    np.testing.assert_array_equal(again.predict(trained.data("train").x), trained.predict(trained.data("train").x))


def test_batch_norm_asks_for_batches():
    with pytest.raises(SpecError, match="at least 2"):
        spec(LAYERS, **{"learning.batch_size": 1})
    with pytest.raises(SpecError, match="compares the neurons"):
        spec([{"kind": "dense", "units": 1, "norm": "layer"}])
    with pytest.raises(SpecError, match="one by one"):
        Run(spec(LAYERS)).step_sample()
    assert Run(spec(LAYERS[1:])).step_sample() == 1


def test_an_epoch_may_end_with_a_single_sample():
    """201 samples in batches of 10 leave one over; its step uses the running means."""
    run = Run(spec(LAYERS, **{"data.samples": 402, "learning.remainder": "train"}))
    assert len(run.data("train")) == 201
    run.advance(steps=20)
    running = run.state["layers.0.norm.running_mean"].clone()
    run.advance(steps=1)
    assert run.epoch == 1 and torch.equal(run.state["layers.0.norm.running_mean"], running)
    assert all(np.isfinite(values).all() for values in run.parameters.values())
