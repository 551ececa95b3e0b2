"""Each activation against `torch.nn.functional` or Python's `math`, which share no code with it."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F

from dlcore.catalogue import catalogue

ORACLES = {
    "linear": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": F.relu,
    "leaky_relu": lambda z: F.leaky_relu(z, 0.01),
    "elu": lambda z: F.elu(z, alpha=1.0),
    "gelu": lambda z: F.gelu(z, approximate="none"),
    "silu": F.silu,
    "softplus": lambda z: F.softplus(z, threshold=1e9),
    "sine": torch.sin,
    "step": lambda z: (z >= 0).to(z.dtype),
}
ACTIVATIONS = catalogue("activations")


@pytest.mark.parametrize("name", ORACLES)
def test_forward(name):
    """Oracle: `torch.nn.functional`."""
    z = torch.linspace(-8, 8, 321, dtype=torch.float64)
    torch.testing.assert_close(ACTIVATIONS[name].forward(z), ORACLES[name](z))
    torch.testing.assert_close(ACTIVATIONS[name].forward(z, out=torch.empty_like(z)), ORACLES[name](z))


@pytest.mark.parametrize(
    "name, z, a, slope",
    [
        ("sigmoid", 0.0, 0.5, 0.25),
        ("tanh", 0.0, 0.0, 1.0),
        ("tanh", math.log(2), 0.6, 0.64),
        ("relu", -2.0, 0.0, 0.0),
        ("relu", 0.0, 0.0, 0.0),
        ("leaky_relu", -2.0, -0.02, 0.01),
        ("elu", -math.log(2), -0.5, 0.5),
        ("gelu", 0.0, 0.0, 0.5),
        ("silu", 0.0, 0.0, 0.5),
        ("softplus", 0.0, math.log(2), 0.5),
        ("sine", math.pi / 6, 0.5, math.sqrt(0.75)),
        ("step", 0.0, 1.0, 0.0),
        ("step", -1e-30, 0.0, 0.0),
    ],
)
def test_by_hand(name, z, a, slope):
    """Oracle: values worked out on paper."""
    z = torch.tensor([z], dtype=torch.float64)
    found = ACTIVATIONS[name].forward(z)
    assert found.item() == pytest.approx(a, abs=1e-12)
    assert ACTIVATIONS[name].derivative(z, found).item() == pytest.approx(slope, abs=1e-12)


def test_step_stops_gradients_without_an_error():
    """Oracle: the rule. A weight before a step gets the gradient 0, one after it a true gradient."""
    before = torch.tensor([2.0], requires_grad=True)
    after = torch.tensor([3.0], requires_grad=True)
    (ACTIVATIONS["step"].forward(before * 1.5) * after).sum().backward()
    assert before.grad.item() == 0.0 and after.grad.item() == 1.0
    assert not ACTIVATIONS["step"].has_gradient and "no gradient" in ACTIVATIONS["step"].sentence


def test_smallest_values_of_gelu_and_silu():
    """Oracle: the minimum found by scanning, against the declared range."""
    z = torch.linspace(-3, 0, 300001, dtype=torch.float64)
    for name in ("gelu", "silu"):
        lowest = ACTIVATIONS[name].forward(z).min().item()
        assert ACTIVATIONS[name].range[0] == pytest.approx(lowest, abs=1e-4)
        assert ACTIVATIONS[name].range[0] <= lowest
