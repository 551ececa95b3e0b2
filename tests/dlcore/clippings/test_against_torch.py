"""Gradient clipping in a run. Oracle: `torch.nn.utils.clip_grad_norm_` / `clip_grad_value_`, and `torch.optim.SGD`
with `weight_decay`, which PyTorch adds after the clipping."""

from __future__ import annotations

import pytest
import torch

from dlcore.spec import RunSpec
from dlcore.training.run import Run


@pytest.mark.parametrize(
    ("kind", "limit", "oracle"),
    [("norm", 0.3, torch.nn.utils.clip_grad_norm_), ("value", 0.05, torch.nn.utils.clip_grad_value_)],
)
@pytest.mark.parametrize("stepper", ["dense", "autograd"])
def test_a_clipped_step_with_decay_is_torch_s(kind, limit, oracle, stepper):
    """The decay is on weights alone, as here: torch is told so by two groups."""
    clipping = {"learning.clipping": {"kind": kind, "limit": limit}, "learning.penalty": {"kind": "l2", "rate": 0.1}}
    run = Run(RunSpec.default().with_(**clipping), stepper=stepper)
    for _ in range(3):
        before = {name: tensor.clone().requires_grad_() for name, tensor in run.state.group("parameters").items()}
        indices = torch.from_numpy(run.task.coming_batch(run.state))
        train = run.data("train")
        _, output = run.network.forward(train.inputs[indices], before)
        (0.5 * (output - train.target[indices]).square()).sum(1).mean().backward()
        largest = max(tensor.grad.abs().max() for tensor in before.values())
        assert largest > (0.05 if kind == "value" else 0)
        oracle(list(before.values()), limit)
        weights = [tensor for name, tensor in before.items() if name.endswith("weight")]
        biases = [tensor for name, tensor in before.items() if name.endswith("bias")]
        torch.optim.SGD([{"params": weights, "weight_decay": 0.1}, {"params": biases}], lr=0.03).step()
        clipped = run.trace()["layers.0.weight.clipped_grad"]
        torch.testing.assert_close(torch.from_numpy(clipped), before["layers.0.weight"].grad)
        run.advance(steps=1)
        for name, tensor in before.items():
            torch.testing.assert_close(run.state[name], tensor.detach(), rtol=1e-5, atol=1e-7)


def test_the_recorded_gradient_norm_is_that_of_the_loss_alone():
    """Oracle: the trace's gradients. It is measured before clipping and penalty."""
    changes = {"learning.clipping": {"kind": "norm", "limit": 0.001}, "learning.penalty": {"kind": "l2", "rate": 1}}
    run = Run(RunSpec.default().with_(**changes))
    run.advance(steps=7)
    gradients = [value for name, value in run.trace().items() if name.endswith((".weight.grad", ".bias.grad"))]
    assert len(gradients) == 6
    expected = sum((gradient**2).sum() for gradient in gradients) ** 0.5
    assert run.history["gradient_norm"].iloc[-1] == pytest.approx(float(expected), rel=1e-5)
    assert expected > 0.001
