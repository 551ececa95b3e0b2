"""Receipts of updates and of what optimizers remember. Oracle: `torch.optim` in float64, step by step."""

from __future__ import annotations

import ast

import numpy as np
import pytest
import torch

from dlcore import Run, RunSpec
from dlcore.catalogue import catalogue

STATE = {"velocity": "momentum_buffer", "mean": "exp_avg"}
SQUARES = {"adagrad": "sum", "rmsprop": "square_avg", "adam": "exp_avg_sq", "adamw": "exp_avg_sq"}


@pytest.mark.parametrize("name", [name for name, entry in catalogue("optimizers").items() if entry.pytorch])
def test_every_step_is_that_of_torch_optim(name):
    run = Run(RunSpec.default().with_(**{"learning.optimizer": name, "learning.penalty": "l2"}))
    text = catalogue("optimizers")[name].pytorch(run.spec.tree["learning"]["optimizer"])
    call = ast.parse(text, mode="eval").body
    settings = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
    owner, place = "layers.1.weight", (1, 2)
    parameter = torch.tensor(run.parameters[owner].astype(np.float64), requires_grad=True)
    optimizer = getattr(torch.optim, call.func.attr)([parameter], **settings)
    for _ in range(4):
        parameter.grad = torch.from_numpy(run.trace()[f"{owner}.total_grad"].astype(np.float64))
        before = parameter.detach().clone()
        optimizer.step()
        at = f"[{place[0]},{place[1]}]"
        update = run.receipt(f"{owner}.update{at}")
        assert update.agrees and update.value == pytest.approx(float((parameter.detach() - before)[place]), rel=1e-4)
        assert run.receipt(f"{owner}.next{at}").value == pytest.approx(float(parameter.detach()[place]), rel=1e-5)
        for slot in catalogue("optimizers")[name].slots:
            kept = optimizer.state[parameter][STATE.get(slot) or SQUARES[name]]
            receipt = run.receipt(f"optimizer.{name}.{slot}.{owner}.next{at}")
            assert receipt.agrees and receipt.value == pytest.approx(float(kept[place]), rel=1e-4)
        run.advance(steps=1, mark=False)
