"""Step decay: every so many epochs the learning rate is multiplied by a factor below 1.

    η(t) = η · f^⌊t/E⌋

Large steps first, to come near a valley; small ones later, to settle in it.

Source: as `torch.optim.lr_scheduler.StepLR`; used by Krizhevsky, Sutskever & Hinton (2012).
"""

from __future__ import annotations

import math

from dlcore.expressions import floor
from dlcore.schedules import Schedule, share, span


def factor(epoch, hyper):
    """f^⌊t/E⌋ at the time t in epochs."""
    return hyper["factor"] ** math.floor(epoch / hyper["every"])


def expression(epoch, hyper):
    """The factor at the time `epoch`, as an expression; see `Schedule`."""
    share = hyper["factor"] ** floor(epoch / hyper["every"])
    return share.told("Count the drops until ", epoch, ", and multiply by the share kept once for each.")


ENTRY = Schedule(
    id="step_decay",
    label="Step decay",
    sentence="Every so many epochs the learning rate drops to a share of what it was.",
    formula="η(t) = η · f^⌊t/E⌋",
    source="Krizhevsky, Sutskever & Hinton (2012)",
    params=(
        span("every", "Drop every", 50, "How many epochs lie between two drops.", "E", "every"),
        share("factor", "Share kept", 0.5, "The share of the learning rate that is left after a drop.", "f", "factor"),
    ),
    examples=({}, {"every": 2, "factor": 0.1}),
    order=20,
    factor=factor,
    expression=expression,
)
