"""What a network costs: its learned numbers, its multiply–adds, and the memory of what training keeps of each.

A multiply–add is one product added to a sum. Counted is what a layer's forward pass makes of one sample, as the
layer declares it (`Layer.multiply_adds`); norms, activations and the optimizer's own arithmetic are left out, which
grow with the neurons and not with the weights. A training step makes about three times as many for each sample: the
forward pass, the gradient of the weights and the gradient of each layer's input (the first layer needs none).
Memory is float32: a number each for the weight, its gradient, and every slot of optimizer and penalty.

Source: Kaplan et al. (2020), Scaling Laws for Neural Language Models, section 2.1 (backward = twice forward).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlcore.catalogue import catalogue
from dlcore.spec import RunSpec
from dlcore.structure import Block, multiply_adds

BYTES = 4  # of a float32
TRAINING = 3  # times the forward pass


def costs(spec: RunSpec, network: Sequence[Block]) -> dict[str, Any]:
    """{"layers": [{"parameters", "multiply_adds"}], "parameters", "multiply_adds", "training", "bytes"} of a network.

    Multiply–adds are per sample, "training" those of a training step; "bytes" has "weights", "gradients" and "slots".
    """
    layers = [
        {"parameters": block.sizes(), "multiply_adds": multiply_adds(block) if block.fits else 0} for block in network
    ]
    parameters, forward = (sum(layer[name] for layer in layers) for name in ("parameters", "multiply_adds"))
    chosen = spec.tree["learning"]
    slots = sum(
        len(catalogue(folder)[chosen[name]["kind"]].slots)
        for folder, name in (("optimizers", "optimizer"), ("penalties", "penalty"))
    )
    one = BYTES * parameters
    return {
        "layers": layers,
        "parameters": parameters,
        "multiply_adds": forward,
        "training": TRAINING * forward,
        "bytes": {"weights": one, "gradients": one, "slots": one * slots},
    }

