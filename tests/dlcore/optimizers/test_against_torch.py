"""Each optimizer against `torch.optim`, over 60 steps."""

from __future__ import annotations

import pytest
import torch

from dlcore.catalogue import catalogue

OPTIMIZERS = catalogue("optimizers")
ORACLES = {
    "sgd": (torch.optim.SGD, lambda h: {}),
    "momentum": (torch.optim.SGD, lambda h: {"momentum": h["momentum"]}),
    "nesterov": (torch.optim.SGD, lambda h: {"momentum": h["momentum"], "nesterov": True}),
    "adagrad": (torch.optim.Adagrad, lambda h: {"eps": h["epsilon"]}),
    "rmsprop": (torch.optim.RMSprop, lambda h: {"alpha": h["alpha"], "eps": h["epsilon"]}),
    "adam": (torch.optim.Adam, lambda h: {"betas": (h["beta1"], h["beta2"]), "eps": h["epsilon"]}),
    "adamw": (
        torch.optim.AdamW,
        lambda h: {
            "betas": (h["beta1"], h["beta2"]),
            "eps": h["epsilon"],
            "weight_decay": h["weight_decay"],
        },
    ),
}
CASES = [(name, example) for name in ORACLES for example in OPTIMIZERS[name].examples]
each = pytest.mark.parametrize("name, example", CASES, ids=[f"{n}-{i}" for i, (n, _) in enumerate(CASES)])


@each
def test_sixty_steps_on_random_gradients(name, example):
    """Oracle: `torch.optim` with the same settings, float64."""
    entry = OPTIMIZERS[name]
    hyper = entry.default_values() | example
    generator = torch.Generator().manual_seed(5)
    value = torch.randn(7, 3, generator=generator, dtype=torch.float64)
    make, settings = ORACLES[name]
    parameter = torch.nn.Parameter(value.clone())
    oracle = make([parameter], lr=hyper["learning_rate"], **settings(hyper))
    slots = {slot: torch.zeros_like(value) for slot in entry.slots}
    for t in range(1, 61):
        # Gradients of very different sizes, some of them zero, as a ReLU network has them.
        gradient = torch.randn(7, 3, generator=generator, dtype=torch.float64) * 10.0 ** (t % 5 - 3)
        gradient[torch.rand(7, 3, generator=generator) < 0.2] = 0
        parameter.grad = gradient.clone()
        oracle.step()
        value, slots = entry.update(value, gradient, slots, hyper, t)
        torch.testing.assert_close(value, parameter.detach(), rtol=1e-9, atol=1e-12)


@each
def test_sixty_steps_down_a_valley_in_place(name, example):
    """Oracle: `torch.optim` on Rosenbrock's valley, where an error feeds on itself; float32, in place."""
    entry = OPTIMIZERS[name]
    hyper = entry.default_values() | example | {"learning_rate": 1e-4}

    def valley(p):
        return (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2

    make, settings = ORACLES[name]
    parameter = torch.nn.Parameter(torch.tensor([-0.5, 0.8]))
    oracle = make([parameter], lr=hyper["learning_rate"], **settings(hyper))
    value = parameter.detach().clone()
    slots = {slot: torch.zeros_like(value) for slot in entry.slots}
    for t in range(1, 61):
        oracle.zero_grad()
        valley(parameter).backward()
        oracle.step()
        (gradient,) = torch.autograd.grad(valley(leaf := value.clone().requires_grad_()), leaf)
        entry.update(value, gradient, slots, hyper, t, out=(value, slots, torch.zeros(2)))
    torch.testing.assert_close(value, parameter.detach(), rtol=1e-5, atol=1e-6)


def test_defaults_are_torchs_where_torch_has_one():
    """Oracle: the defaults of `torch.optim`; the learning rate is ours (see each file)."""
    blank = [torch.nn.Parameter(torch.zeros(1))]
    adam, adamw = torch.optim.Adam(blank).defaults, torch.optim.AdamW(blank).defaults
    for name, torchs in (("adam", adam), ("adamw", adamw)):
        ours = OPTIMIZERS[name].default_values()
        assert (ours["beta1"], ours["beta2"]) == torchs["betas"] and ours["epsilon"] == torchs["eps"]
    assert OPTIMIZERS["adamw"].default_values()["weight_decay"] == adamw["weight_decay"]
    rmsprop, adagrad = torch.optim.RMSprop(blank).defaults, torch.optim.Adagrad(blank).defaults
    assert OPTIMIZERS["rmsprop"].default_values()["alpha"] == rmsprop["alpha"]
    assert OPTIMIZERS["rmsprop"].default_values()["epsilon"] == rmsprop["eps"]
    assert OPTIMIZERS["adagrad"].default_values()["epsilon"] == adagrad["eps"]


@pytest.mark.parametrize("name", ["adam", "adagrad"])
def test_first_step_is_the_learning_rate_whatever_the_gradient(name):
    """Oracle: paper. m̂ = g and √v̂ = |g| at t = 1; √s = |g| likewise."""
    entry, value = OPTIMIZERS[name], torch.zeros(3, dtype=torch.float64)
    gradient = torch.tensor([1e-3, -1.0, 1e3], dtype=torch.float64)
    slots = {slot: torch.zeros_like(value) for slot in entry.slots}
    new, _ = entry.update(value, gradient, slots, entry.default_values() | {"learning_rate": 0.1}, 1)
    torch.testing.assert_close(new, -0.1 * gradient.sign(), rtol=1e-4, atol=0)


def test_weight_decay_is_taken_before_the_step():
    """Oracle: paper. w = 2, η = 0.5, λ = 0.1, first gradient positive: 2·(1 − 0.05) − 0.5 = 1.4."""
    entry, value = OPTIMIZERS["adamw"], torch.tensor([2.0], dtype=torch.float64)
    slots = {slot: torch.zeros_like(value) for slot in entry.slots}
    hyper = entry.default_values() | {"learning_rate": 0.5, "weight_decay": 0.1}
    assert entry.update(value, torch.ones_like(value), slots, hyper, 1)[0].item() == pytest.approx(1.4)


def test_memory_that_never_fades_does_not_divide_by_zero():
    """Oracle: the rule for β = 1: a running mean that takes in nothing new stays 0."""
    for name in ("adam", "adamw"):
        entry, value = OPTIMIZERS[name], torch.ones(2)
        slots = {slot: torch.zeros_like(value) for slot in entry.slots}
        hyper = entry.default_values() | {"beta1": 1.0, "beta2": 1.0}
        assert torch.isfinite(entry.update(value, torch.ones(2), slots, hyper, 1)[0]).all()
