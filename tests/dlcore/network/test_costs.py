"""What a network costs. Oracles: the State's own buffers, torch's counter of operations, sums by hand."""

from __future__ import annotations

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from dlcore import Run, RunSpec
from dlcore.catalogue import catalogue
from dlcore.network.costs import costs
from dlcore.network.shapes import blocks, describe

LAYERS = [{"kind": "dense", "units": 64}, {"kind": "dense", "units": 128, "norm": "batch"}]


def found(**changes):
    spec = RunSpec.default().with_(**changes)
    return costs(spec, blocks(spec))


def test_2_4_2_1_by_hand():
    """Weights 2·4, 4·2 and 2·1 are a multiply–add each; each neuron has a bias besides."""
    cost = found()
    assert [layer["multiply_adds"] for layer in cost["layers"]] == [8, 8, 2]
    assert [layer["parameters"] for layer in cost["layers"]] == [12, 10, 3]
    assert (cost["parameters"], cost["multiply_adds"], cost["training"]) == (25, 18, 54)
    assert cost["bytes"] == {"weights": 100, "gradients": 100, "slots": 0}
    assert describe(RunSpec.default())["cost"] == cost


@pytest.mark.parametrize("penalty", catalogue("penalties"))
@pytest.mark.parametrize("optimizer", catalogue("optimizers"))
def test_memory_is_what_a_run_keeps(optimizer, penalty):
    changes = {"network.layers": LAYERS, "learning.optimizer": optimizer, "learning.penalty": penalty}
    state = Run(RunSpec.default().with_(**changes)).state.copy()
    sizes = {name: tensor.numel() * tensor.element_size() for name, tensor in state.items()}
    cost = found(**changes)
    assert cost["bytes"]["weights"] == cost["bytes"]["gradients"] == sizes["parameters"]
    assert cost["bytes"]["slots"] == sum(
        size for name, size in sizes.items() if name.startswith(("optimizer.", "penalty."))
    )


def test_a_training_step_takes_about_three_times_the_forward_pass():
    """Less only by the gradient of the first layer's input, which nobody needs."""
    run = Run(RunSpec.default().with_(**{"network.layers": LAYERS}))
    learned = {name: value.clone().requires_grad_() for name, value in run.state.group("parameters").items()}
    with FlopCounterMode(display=False) as counter:
        output = run.network.forward(torch.randn(10, 2), {**run.state.group("buffers"), **learned})[1]
        output.sum().backward()
    cost = found(**{"network.layers": LAYERS})
    counted = counter.get_total_flops() / 2 / 10
    assert counted == cost["training"] - cost["layers"][0]["multiply_adds"]
