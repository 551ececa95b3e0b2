"""Warm-up and cosine: the learning rate rises in a straight line and then sinks along half a wave.

    t < W:  η(t) = η · (s + (1 − s)·t/W)
    t ≥ W:  η(t) = η · ½·(1 + cos(π·min((t − W)/E, 1)))

The schedule that most transformers are trained with.

Source: Loshchilov & Hutter, SGDR (2017), with the warm-up of Goyal et al. (2017).
"""

from __future__ import annotations

import math

from dlcore.expressions import where
from dlcore.schedules import Schedule, half_wave, rising, rising_expression, span, warmup


def factor(epoch, hyper):
    """The warm-up's share until it is over, then the wave's, 0 at the end and after."""
    if epoch < hyper["warmup"]:
        return rising(epoch, hyper)
    return 0.5 * (1 + math.cos(math.pi * min((epoch - hyper["warmup"]) / hyper["epochs"], 1.0)))


def expression(epoch, hyper):
    """The factor at the time `epoch`, as an expression; see `Schedule`."""
    wave = half_wave(epoch - hyper["warmup"], hyper["epochs"])
    share = where(epoch < hyper["warmup"], rising_expression(epoch, hyper), wave)
    return share.told("Rise in a straight line during the warm-up; take the wave ", wave, " after it.")


ENTRY = Schedule(
    id="warm_up_cosine",
    label="Warm-up, cosine",
    sentence="The learning rate rises in a straight line and then sinks along half a wave to 0.",
    formula="η(t) = η · (s + (1 − s)·t/W), then η · ½·(1 + cos(π·(t − W)/E))",
    source="Loshchilov & Hutter (2017), SGDR; Goyal et al. (2017)",
    params=(
        *warmup("W"),
        span("epochs", "Then over", 100, "How many epochs it takes to sink to 0 after the warm-up.", "E", "over"),
    ),
    examples=({}, {"warmup": 2, "first": 0.5, "epochs": 3}),
    order=50,
    factor=factor,
    expression=expression,
)
