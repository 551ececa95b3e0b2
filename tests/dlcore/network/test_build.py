"""Networks and their maps. Oracles: torch.nn layers with the same weights; the two passes against each other."""

import numpy as np
import pytest
import torch

from dlcore import Run, RunSpec
from dlcore.catalogue import catalogue
from dlcore.fitting import fit
from dlcore.network import build
from dlcore.network.build import GridPass, compute_inputs, grid_points
from dlcore.network.shapes import blocks, describe

TORCH = {
    "linear": torch.nn.Identity(), "sigmoid": torch.nn.Sigmoid(), "tanh": torch.nn.Tanh(), "relu": torch.nn.ReLU(),
    "leaky_relu": torch.nn.LeakyReLU(0.01), "elu": torch.nn.ELU(), "gelu": torch.nn.GELU(), "silu": torch.nn.SiLU(),
    "softplus": torch.nn.Softplus(),
}  # fmt: skip


@pytest.mark.parametrize("activation", TORCH)
def test_the_forward_pass_is_that_of_torch_nn(activation):
    layers = [{"units": 5, "activation": activation}, {"units": 3, "activation": activation}]
    run = Run(RunSpec.default().with_(**{"network.layers": layers}))
    modules = []
    for block in run.network.blocks:
        linear = torch.nn.Linear(block.input_shape[0], block.output_shape[0])
        linear.weight.data = run.state[f"{block.address}.weight"].clone()
        linear.bias.data = run.state[f"{block.address}.bias"].clone()
        modules += [linear, TORCH[block.activation]]
    x = run.data("train").inputs
    torch.testing.assert_close(
        torch.from_numpy(run.predict(run.data("train").x)), torch.nn.Sequential(*modules)(x)[:, 0]
    )


@pytest.mark.parametrize("loss", ["half_squared", "softmax_cross_entropy", "binary_cross_entropy"])
@pytest.mark.parametrize("activation", catalogue("activations"))
def test_the_maps_are_the_forward_pass_at_each_place(activation, loss):
    layers = [{"units": 3, "activation": activation}, {"units": 2, "activation": activation}]
    run = Run(RunSpec.default().with_(**{"network.layers": layers, "learning.loss": loss}))
    points = grid_points(6.0, 20)
    inputs = compute_inputs(run.spec, points)
    grid = GridPass(run.network, inputs.T)(run.state.group("parameters"))
    record = {}
    run.network.forward(torch.from_numpy(inputs.astype(np.float32)), run.state.group("parameters"), record)
    assert set(grid) == {"inputs", *(name for name in record if name.endswith(".activation"))}
    for name in grid:
        if name != "inputs":
            np.testing.assert_allclose(grid[name], record[name].T.numpy(), atol=2e-6)


def test_the_first_row_of_a_map_is_the_top():
    points = grid_points(6.0, 3)
    np.testing.assert_allclose(points[0], [-4, 4])
    np.testing.assert_allclose(points[2], [4, 4])
    np.testing.assert_allclose(points[6], [-4, -4])


def test_shapes_and_counts():
    """2-4-2-1 has 2·4+4 + 4·2+2 + 2·1+1 = 25 parameters."""
    shape = describe(RunSpec.default())
    assert shape["cost"]["parameters"] == 25
    assert [layer["units"] for layer in shape["layers"]] == [4, 2, 1]
    assert shape["samples"] == {"train": 250, "validation": 0, "test": 250}
    assert shape["steps_per_epoch"] == 25
    assert [block.address for block in blocks(RunSpec.default())] == ["layers.0", "layers.1", "layers.2"]


@pytest.mark.parametrize("data", catalogue("datasets"))
def test_a_described_spec_is_what_the_run_then_is(data):
    small = {"data.samples": 60} if catalogue("datasets")[data].param("samples") else {}
    given = {"data.kind": data, "data.train_share": 70, "learning.batch_size": 30, **small}
    spec, _ = fit(RunSpec.default(), given)
    if spec.resolved.dataset.drawn:
        spec = spec.with_(**{"data.points": [[1, 2, 0], [2, 1, 1]]})
    shape, run = describe(spec), Run(spec)
    assert shape["samples"] == {name: len(run.data(name)) for name in ("train", "validation", "test")}
    assert (
        [metric["id"] for metric in shape["metrics"]] == [metric.id for metric in run.task.metrics] == list(run.metrics)
    )
    run.advance(epochs=1)
    assert run.step == shape["steps_per_epoch"]


def test_maps_of_a_network_with_pictures_are_the_same_in_parts(monkeypatch):
    """Oracle: the pass of all points at once."""
    layers = [{"kind": "dense", "units": 16}, {"kind": "reshape", "rows": 4, "columns": 4}, {"kind": "conv2d"}]
    run = Run(RunSpec.default().with_(**{"network.layers": [*layers, {"kind": "flatten"}]}))
    grid = GridPass(run.network, np.random.default_rng(1).uniform(-6, 6, (2, 50)))
    whole = grid(run.state)
    monkeypatch.setattr(build, "AT_ONCE", 7 * run.network.width)
    parts = grid(run.state)
    assert whole.keys() == parts.keys() and whole["layers.2.activation"].shape == (8, 50)
    for name, values in whole.items():
        np.testing.assert_allclose(parts[name], values, rtol=1e-5, atol=1e-6)
