"""Schedules. Oracle: `torch.optim.lr_scheduler`, stepped once an epoch, and the closed form where torch has none."""

from __future__ import annotations

import math

import pytest
import torch

from dlcore.catalogue import catalogue


def rates(make, epochs):
    """What torch's scheduler gives a learning rate of 1 at the start of each epoch."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = make(optimizer)
    found = []
    for _ in range(epochs):
        found.append(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()
    return found


@pytest.mark.parametrize(
    ("name", "hyper", "make", "epochs"),
    [
        ("step_decay", {"every": 3, "factor": 0.5}, lambda o: torch.optim.lr_scheduler.StepLR(o, 3, 0.5), 12),
        ("cosine", {"epochs": 10, "last": 0.0}, lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 10), 11),
        ("cosine", {"epochs": 10, "last": 0.1},
         lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 10, eta_min=0.1), 11),
        ("warm_up", {"warmup": 5, "first": 0.1},
         lambda o: torch.optim.lr_scheduler.LinearLR(o, 0.1, 1.0, total_iters=5), 9),
        ("warm_up_cosine", {"warmup": 4, "first": 0.2, "epochs": 6},
         lambda o: torch.optim.lr_scheduler.SequentialLR(o, [
             torch.optim.lr_scheduler.LinearLR(o, 0.2, 1.0, total_iters=4),
             torch.optim.lr_scheduler.CosineAnnealingLR(o, 6)], [4]), 11),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:The epoch parameter in:UserWarning")
def test_at_whole_epochs_it_is_torch(name, hyper, make, epochs):
    factor = catalogue("schedules")[name].factor
    assert [factor(epoch, hyper) for epoch in range(epochs)] == pytest.approx(rates(make, epochs), abs=1e-12)


def test_between_epochs_a_curve_goes_on_and_steps_stay():
    entries = catalogue("schedules")
    assert entries["cosine"].factor(2.5, {"epochs": 10, "last": 0}) == pytest.approx((1 + math.cos(math.pi / 4)) / 2)
    assert entries["warm_up"].factor(2.5, {"warmup": 5, "first": 0.1}) == pytest.approx(0.55)
    assert entries["step_decay"].factor(5.9, {"every": 3, "factor": 0.5}) == 0.5
    assert entries["cosine"].factor(50, {"epochs": 10, "last": 0.1}) == pytest.approx(0.1)
