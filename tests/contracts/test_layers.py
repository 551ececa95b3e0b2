"""What holds for every kind of layer. Oracle: its own declared shapes, and `torch.autograd.gradcheck`."""

from __future__ import annotations

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from dlcore.catalogue import catalogue
from dlcore.expressions import Leaf, Leaves
from dlcore.params import SpecError

SHAPES = [(1,), (5,), (2, 6, 6), (3, 8)]  # vector, vector, picture, sequence
CASES = [(entry, example) for entry in catalogue("layers").values() for example in entry.examples]
each = pytest.mark.parametrize(
    "entry, params", CASES, ids=[f"{entry.id}-{i}" for i, (entry, _) in enumerate(CASES)]
)


def fitting(entry, params):
    """The input shapes that the layer accepts; those that it refuses, it refuses with a sentence."""
    accepted = []
    for shape in SHAPES:
        try:
            entry.output_shape(shape, **params)
            accepted.append(shape)
        except SpecError as error:
            assert error.message[0].isupper() and error.message.endswith(".")
            assert "×".join(map(str, shape)) in error.message, "it is to name the shape that it got"
    return accepted


def weights(entry, shape, params):
    generator = torch.Generator().manual_seed(4)
    return {
        name: torch.randn(size, generator=generator, dtype=torch.float64)
        for name, (size, _, _) in entry.parameters(shape, **params).items()
    }


@each
def test_forward_has_the_declared_shape(entry, params):
    params = entry.default_values() | params
    assert fitting(entry, params), "some input must fit"
    for shape in fitting(entry, params):
        x = torch.randn(3, *shape, dtype=torch.float64)
        z = entry.forward(x, weights(entry, shape, params), **params)
        assert z.shape == (3, *entry.output_shape(shape, **params))


@each
def test_samples_do_not_mix(entry, params):
    params = entry.default_values() | params
    for shape in fitting(entry, params):
        x, learned = torch.randn(3, *shape, dtype=torch.float64), weights(entry, shape, params)
        together = entry.forward(x, learned, **params)
        torch.testing.assert_close(together[1:2], entry.forward(x[1:2], learned, **params))


@each
def test_gradient_reaches_input_and_weights(entry, params):
    params = entry.default_values() | params
    for shape in fitting(entry, params):
        x = torch.randn(2, *shape, dtype=torch.float64, requires_grad=True)
        learned = weights(entry, shape, params)
        names, tensors = list(learned), [tensor.requires_grad_() for tensor in learned.values()]

        def run(x, *tensors, names=names):
            return entry.forward(x, dict(zip(names, tensors, strict=True)), **params)

        assert torch.autograd.gradcheck(run, (x, *tensors))


@each
def test_multiply_adds_are_those_that_torch_counts(entry, params):
    """Oracle: torch's own counter, for which a multiply–add is two operations."""
    params = entry.default_values() | params
    for shape in fitting(entry, params):
        with FlopCounterMode(display=False) as counter:
            entry.forward(torch.randn(3, *shape, dtype=torch.float64), weights(entry, shape, params), **params)
        assert counter.get_total_flops() == 2 * 3 * entry.multiply_adds(shape, **params)


@each
def test_fans_are_positive(entry, params):
    params = entry.default_values() | params
    for shape in fitting(entry, params):
        for _, fan_in, fan_out in entry.parameters(shape, **params).values():
            assert fan_in >= 1 and fan_out >= 1


@each
def test_the_expression_equals_forward(entry, params):
    """Every number of the pre-activation, of a vector's layer: its own row of each tensor, its own bias."""
    params = entry.default_values() | params
    for shape in (shape for shape in fitting(entry, params) if len(shape) == 1):
        x, learned = torch.randn(*shape) * 3, {n: w.float() for n, w in weights(entry, shape, params).items()}
        z = entry.forward(x[None], learned, **params)[0]
        for unit in range(len(z)):
            rows = {name: tensor[unit] for name, tensor in learned.items()}
            given = {
                name: Leaves(name, row, lambda i, row=row: Leaf("w", row[i])) if row.ndim else Leaf(name, row)
                for name, row in rows.items()
            }
            found = entry.expression(Leaves("xᵢ", x, lambda i, x=x: Leaf(f"x{i}", x[i])), given, **params)
            assert abs(found.value - z[unit].item()) <= 3e-6 * found.magnitude
            assert len(list(found.leaves())) == 2 * len(x) + 1
