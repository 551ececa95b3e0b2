"""Contract of every optimizer and penalty with what is frozen: it stays to the bit, and the rest trains on.

Oracles: the State before; PyTorch's optimizer and clipping over the parameters that are not frozen."""

import numpy as np
import pytest
import torch

from dlcore import Run, RunSpec, SpecError
from dlcore.catalogue import catalogue

FROZEN = ("layers.0.weight[1,0]", "layers.1.weight", "layers.0.bias[2]", "layers.2.bias[0]")


def held(name, shape):
    """Whether each number of a parameter is frozen."""
    mask = np.zeros(shape, bool)
    for address in FROZEN:
        whole, _, indices = address.partition("[")
        if whole == name:
            mask[tuple(map(int, indices.rstrip("]").split(","))) if indices else ...] = True
    return mask


@pytest.mark.parametrize("clipping", ["none", "norm"])
@pytest.mark.parametrize("penalty", catalogue("penalties"))
@pytest.mark.parametrize("optimizer", catalogue("optimizers"))
def test_what_is_frozen_stays_to_the_bit_and_the_rest_learns(optimizer, penalty, clipping):
    changes = {"learning.optimizer": optimizer, "learning.penalty": penalty, "learning.clipping": clipping}
    if penalty != "none":
        changes["learning.penalty.rate"] = 0.3  # L1 with dead weights: kills within these steps
    for stepper, members in (("dense", [{}, {"seed": 5}]), ("autograd", [{}])):
        run = Run(RunSpec.default().with_(**changes), stepper=stepper, members=members)
        run.advance(steps=3)
        before, weights = run.state.copy(), run.parameters["layers.1.weight"]
        run.stepper.freeze(FROZEN)
        run.advance(steps=12, mark=False)
        for group, start in before.items():
            if start.dim() == 1 or not group.startswith(("parameters", "optimizer.", "penalty.")):
                continue
            mask = np.concatenate([held(name, shape).T.ravel() for name, shape in run.network.layout.items()])
            now = run.state.buffer(group)
            assert torch.equal(now[:, mask], start[:, mask]), group
            assert group.endswith(".dead") or not torch.equal(now[:, ~mask], start[:, ~mask]), group
        run.stepper.freeze(())
        run.advance(steps=1, mark=False)
        assert (run.parameters["layers.1.weight"] != weights).any(), "free again"


@pytest.mark.parametrize("stepper", ["dense", "autograd"])
def test_the_rest_trains_as_pytorch_trains_it(stepper):
    """The frozen gradient is large, so that a length that counted it would clip the others."""
    changes = {"learning.optimizer": "adam", "learning.clipping": "norm", "learning.clipping.limit": 0.02}
    run = Run(RunSpec.default().with_(**changes), stepper=stepper)
    run.stepper.freeze(["layers.2.weight", "layers.2.bias"])
    values = {name: tensor.clone().requires_grad_() for name, tensor in run.state.group("parameters").items()}
    free = [tensor for name, tensor in values.items() if not name.startswith("layers.2.")]
    optimizer = torch.optim.Adam(free, lr=0.01)
    train = run.data("train")
    for _ in range(20):
        indices = torch.from_numpy(run.task.coming_batch(run.state))
        optimizer.zero_grad()
        (0.5 * (run.network.forward(train.inputs[indices], values)[1] - train.target[indices]) ** 2).mean().backward()
        torch.nn.utils.clip_grad_norm_(free, 0.02)
        trace = run.trace()
        for name, tensor in values.items():
            expected = 0 * tensor.detach() if name.startswith("layers.2.") else tensor.grad
            np.testing.assert_allclose(trace[f"{name}.total_grad"], expected, atol=1e-6)
        optimizer.step()
        run.advance(steps=1)
    for name, tensor in values.items():
        torch.testing.assert_close(run.state[name], tensor.detach(), atol=1e-5, rtol=1e-4)


def test_the_trace_says_what_stays():
    """The data's gradient is shown as it is; the update is none; walked and trained steps agree to the bit."""
    changes = {"learning.optimizer": "adamw", "learning.penalty": "l1_tfp", "learning.clipping": "value"}
    run = Run(RunSpec.default().with_(**changes))
    run.stepper.freeze(FROZEN)
    for _ in range(3):
        trace = run.trace()
        run.advance(steps=1)
        for name in run.network.layout:
            mask = held(name, trace[name].shape)
            assert not trace[f"{name}.update"][mask].any() and not trace[f"{name}.free_grad"][mask].any()
            assert not mask.any() or trace[f"{name}.grad"][mask].any()
            assert (trace[f"{name}.next"] == run.state[name].numpy()).all()
            for slot in ("optimizer.adamw.mean", "optimizer.adamw.squares", "penalty.l1_tfp.dead"):
                assert (trace[f"{slot}.{name}.next"] == run.state[f"{slot}.{name}"].numpy()).all()


@pytest.mark.parametrize("address", ["layers.9.weight", "layers.0.weight[9,0]", "layers.0.weight[1]", "step", 3])
def test_what_is_no_parameter_can_not_be_frozen(address):
    with pytest.raises(SpecError, match=r"not the name of a number|not a weight or bias|outside"):
        Run(RunSpec.default()).stepper.freeze([address])
