"""The dense layer against `torch.nn.Linear`."""

from __future__ import annotations

import pytest
import torch

from dlcore.catalogue import catalogue
from dlcore.params import SpecError

DENSE = catalogue("layers")["dense"]


def test_forward_is_torchs_linear():
    """Oracle: `torch.nn.Linear` with the same weight and bias."""
    torch.manual_seed(0)
    oracle = torch.nn.Linear(5, 3).double()
    x = torch.randn(11, 5, dtype=torch.float64)
    weights = {"weight": oracle.weight.detach(), "bias": oracle.bias.detach()}
    torch.testing.assert_close(DENSE.forward(x, weights, units=3), oracle(x).detach())


def test_shapes_are_torchs():
    """Oracle: `torch.nn.Linear`, whose weight is (units, inputs)."""
    oracle = dict(torch.nn.Linear(5, 3).named_parameters())
    declared = DENSE.parameters((5,), units=3)
    assert {name: shape for name, (shape, _, _) in declared.items()} == {
        name: tuple(tensor.shape) for name, tensor in oracle.items()
    }
    assert declared["weight"][1:] == (5, 3) and DENSE.output_shape((5,), units=3) == (3,)


def test_leading_axis_is_several_networks():
    """Oracle: each network alone, on the samples of all and on samples of its own."""
    torch.manual_seed(1)
    many = {"weight": torch.randn(4, 3, 5), "bias": torch.randn(4, 3)}
    shared, own = torch.randn(7, 5), torch.randn(4, 7, 5)
    for k in range(4):
        one = {name: tensor[k] for name, tensor in many.items()}
        torch.testing.assert_close(DENSE.forward(shared, many)[k], DENSE.forward(shared, one))
        torch.testing.assert_close(DENSE.forward(own, many)[k], DENSE.forward(own[k], one))


@pytest.mark.parametrize("shape, said", [((16, 8, 8), "16×8×8"), ((4, 4), "4×4")])
def test_refuses_what_is_not_a_vector(shape, said):
    """Oracle: the sentence."""
    for ask in (DENSE.output_shape, DENSE.parameters):
        with pytest.raises(SpecError) as caught:
            ask(shape, units=3)
        assert caught.value.message == f"A dense layer needs a vector, this is {said}."


def test_units_have_limits():
    """Oracle: the engine's limits, 1 to 4,096 units."""
    units = DENSE.param("units")
    assert units.validate(4096) == 4096 and units.default == 4 and units.on_change == "reset"
    for bad in (0, 4097, 2.5):
        with pytest.raises(SpecError):
            units.validate(bad)
