"""Where a learned number goes, as each layer with weights says. Oracle: `torch.autograd` of the layer's own forward."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlcore.catalogue import catalogue
from dlcore.params import Unfit

SHAPES = ((3,), (2, 5, 4), (4, 4, 5))
LEARNED = [
    (entry, entry.default_values() | {name: 4 for name in ("units", "channels") if entry.param(name)} | example)
    for entry in catalogue("layers").values()
    for example in entry.examples
]


def shapes(entry, params):
    """Those that fit and give it something to learn."""
    for shape in () if entry.merges else SHAPES:
        try:
            if entry.parameters(shape, **params) and min(entry.output_shape(shape, **params)):
                yield shape
        except Unfit:
            continue


@pytest.mark.parametrize("entry, params", LEARNED, ids=[f"{entry.id}-{at}" for at, (entry, _) in enumerate(LEARNED)])
def test_the_gradient_of_every_learned_number_is_the_sum_over_what_it_goes_into(entry, params):
    """∂(Σ δ·z) / ∂w = Σ δ·x over all pairs of a result and the input that w multiplies there, δ alone where it is
    only added."""
    for shape in shapes(entry, params):
        torch.manual_seed(3)
        x = torch.randn(1, *shape, dtype=torch.float64)
        learned = {
            name: torch.randn(size, dtype=torch.float64, requires_grad=True)
            for name, (size, *_) in entry.parameters(shape, **params).items()
        }
        z = entry.forward(x, learned, **params)
        delta = torch.randn_like(z)
        gradients = torch.autograd.grad((delta * z).sum(), list(learned.values()))
        for (name, tensor), gradient in zip(learned.items(), gradients, strict=True):
            for index in np.ndindex(*tensor.shape):
                found = entry.parameter_feeds(name, index, shape, **params)
                factors = [1.0 if read is None else x[0][read[1]].item() for _, read in found]
                total = sum(
                    delta[0][result].item() * factor for (result, _), factor in zip(found, factors, strict=True)
                )
                assert total == pytest.approx(gradient[index].item(), abs=1e-9), (name, index)
