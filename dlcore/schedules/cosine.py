"""Cosine: the learning rate sinks along half a wave, slowly, then faster, then slowly again.

    η(t) = η · (r + (1 − r) · ½·(1 + cos(π·min(t/E, 1))))

r is the share that is left at the end, where it stays.

Source: Loshchilov & Hutter, SGDR (2017), one cycle; `torch.optim.lr_scheduler.CosineAnnealingLR`.
"""

from __future__ import annotations

import math

from dlcore.schedules import Schedule, half_wave, share, span


def factor(epoch, hyper):
    """From 1 at t = 0 to r at t = E and after."""
    wave = 0.5 * (1 + math.cos(math.pi * min(epoch / hyper["epochs"], 1.0)))
    return hyper["last"] + (1 - hyper["last"]) * wave


def expression(epoch, hyper):
    """The factor at the time `epoch`, as an expression; see `Schedule`."""
    wave = half_wave(epoch, hyper["epochs"])
    share = hyper["last"] + (1 - hyper["last"]) * wave
    return share.told("Go from 1 to the last share as the wave ", wave, " comes down.")


ENTRY = Schedule(
    id="cosine",
    label="Cosine",
    sentence="The learning rate sinks along half a wave and stays at its last share.",
    formula="η(t) = η · (r + (1 − r)·½·(1 + cos(π·t/E)))",
    source="Loshchilov & Hutter (2017), SGDR",
    params=(
        span("epochs", "Over", 100, "How many epochs it takes to sink to the last share.", "E", "over"),
        share("last", "Last share", 0, "The share of the learning rate that is left at the end.", "r", "last"),
    ),
    examples=({}, {"epochs": 3, "last": 0.1}),
    order=30,
    factor=factor,
    expression=expression,
)
