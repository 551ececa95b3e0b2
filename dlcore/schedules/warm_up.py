"""Warm-up: the learning rate rises in a straight line, then stays.

    η(t) = η · (s + (1 − s)·min(t/E, 1))

At the start gradients are large and an optimizer's means rest on few steps; small steps keep it
from going astray.

Source: Goyal et al., Accurate, large minibatch SGD (2017); `torch.optim.lr_scheduler.LinearLR`.
"""

from __future__ import annotations

from dlcore.schedules import Schedule, rising, rising_expression, warmup

ENTRY = Schedule(
    id="warm_up",
    label="Warm-up",
    sentence="The learning rate rises in a straight line from a small share and then stays.",
    formula="η(t) = η · (s + (1 − s)·min(t/E, 1))",
    source="Goyal et al. (2017), Accurate, large minibatch SGD",
    params=warmup(),
    examples=({}, {"warmup": 2, "first": 0.5}),
    order=40,
    factor=rising,
    expression=rising_expression,
)
