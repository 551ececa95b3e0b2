"""What holds for every activation. Oracle: `torch.autograd` on the entry's own forward."""

from __future__ import annotations

import pytest
import torch

from dlcore.catalogue import catalogue
from dlcore.expressions import Leaf, Leaves

CASES = [(entry, example) for entry in catalogue("activations").values() for example in entry.examples]
each = pytest.mark.parametrize(
    "entry, params", CASES, ids=[f"{entry.id}-{i}" for i, (entry, _) in enumerate(CASES)]
)


def points(dtype=torch.float64):
    generator = torch.Generator().manual_seed(0)
    near = torch.randn(200, 3, generator=generator, dtype=dtype)
    return torch.cat([near, near * 10])


@each
def test_derivative_equals_autograd(entry, params):
    z = points().requires_grad_()
    a = entry.forward(z, **params)
    (expected,) = torch.autograd.grad(a.sum(), z)
    found = entry.derivative(z.detach(), a.detach(), **params)
    torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-12)


@each
def test_derivative_equals_autograd_at_zero(entry, params):
    """A weight of 0 makes z = 0 exactly, so both steppers must agree there too, kink or not."""
    z = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    a = entry.forward(z, **params)
    (expected,) = torch.autograd.grad(a.sum(), z)
    torch.testing.assert_close(entry.derivative(z.detach(), a.detach(), **params), expected)


@each
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_out_equals_pure(entry, params, dtype):
    z = points(dtype)
    before = z.clone()
    a = entry.forward(z, **params)
    slope = entry.derivative(z, a, **params)
    room, slope_room = torch.full_like(z, 7), torch.full_like(z, 7)
    assert entry.forward(z, out=room, **params) is room
    assert entry.derivative(z, a, out=slope_room, **params) is slope_room
    torch.testing.assert_close(room, a)
    torch.testing.assert_close(slope_room, slope)
    assert torch.equal(z, before), "the input must not be changed"
    assert a.dtype == slope.dtype == dtype and a.shape == slope.shape == z.shape
    assert a.data_ptr() != z.data_ptr(), "the result must be a tensor of its own"


@each
def test_stays_in_its_range(entry, params):
    a = entry.forward(torch.linspace(-30, 30, 6001, dtype=torch.float64), **params)
    low, high = entry.range
    if low is not None:
        assert a.min() >= low and a.min() < low + 0.05, "the range is to be tight"
    if high is not None:
        assert a.max() <= high and a.max() > high - 0.05, "the range is to be tight"
    if low is None or high is None:
        assert a.abs().max() > 20, "an open end is to be open"


@each
def test_finite_far_out(entry, params):
    z = torch.tensor([-1e4, -100.0, 100.0, 1e4])
    a = entry.forward(z, **params)
    assert torch.isfinite(a).all() and torch.isfinite(entry.derivative(z, a, **params)).all()


@each
def test_has_gradient_tells_the_truth(entry, params):
    z = points()
    slope = entry.derivative(z, entry.forward(z, **params), **params)
    assert bool(slope.any()) == entry.has_gradient


@each
def test_expressions_equal_what_trains(entry, params):
    """The trees' values in float64 against the entry's own functions in float32, on ordinary and extreme numbers."""
    far = torch.tensor([-1e4, -100.0, -20.0, -1e-6, 0.0, 1e-6, 20.0, 100.0, 1e4])
    z = torch.cat([points(torch.float32).flatten()[::5], far])
    a = entry.forward(z, **params)
    slope = entry.derivative(z, a, **params)
    for number, activation, steepness in zip(z.tolist(), a.tolist(), slope.tolist(), strict=True):
        leaf, result = Leaf("z", number, "z"), Leaf("a", activation, "a")
        pairs = (
            (entry.expression(leaf, **params), activation),
            (entry.slope_expression(leaf, result, **params), steepness),
        )
        for found, expected in pairs:
            close = 3e-6 * found.magnitude + torch.finfo(torch.float32).tiny  # below which float32 counts as 0
            assert abs(found.value - expected) <= close, (number, found.value, expected)
    every = Leaves("z", z, lambda i: Leaf("z", z[i]))
    whole = entry.expression(every, **params)
    assert whole.size == len(z) and whole.at(5).value == whole.value[5]
