"""All outputs alike: the network gives nearly the same answer, whatever it is shown.

    max ŷ − min ŷ < 1 % of (max y − min y), over the training points

It has found the best constant answer and no more: nothing that depends on the inputs reaches the
output. Behind it are weights that a penalty holds at 0, a start at 0, or layers that let nothing
through.

Source: Karpathy, A recipe for training neural networks (2019), on the input-independent baseline.
The bound is measured: networks that learn span at least 10 % after 10 epochs (default network on
the four TensorFlow Playground sets, 5 seeds each); a penalty L2 of rate 3 leaves less than 0.1 %.
"""

from __future__ import annotations

import numpy as np

from dlcore.checks import Check, CheckContext, Example, Finding
from dlcore.checks._remedies import INITIALIZER, activation, no_penalty, offered, start

SHARE = 0.01


def examine(context: CheckContext) -> Finding | None:
    """Whether the outputs span that little of what the targets span."""
    output, target = context.layers[-1].values, context.target
    wanted, given = float(np.ptp(target, axis=0).max()), float(np.ptp(output, axis=0).max())
    if not wanted or not given < SHARE * wanted:
        return None
    hidden = [layer for layer in context.layers if layer.hidden and layer.kind]
    weak = [layer.index for layer in hidden if layer.kind.id not in ("relu", "leaky_relu", "tanh")]
    random = larger = None
    if not no_penalty(context):
        larger = start(context, "he", "Larger start weights")
    if context.spec.get(INITIALIZER)["kind"] in ("zeros", "normal", "given"):
        random = start(context, "xavier", "Random start weights")
    remedies = offered(
        no_penalty(context),
        random,
        activation(context, weak, "tanh", "Use tanh"),
        larger,
    )
    return ENTRY.found([context.layers[-1].address], remedies)


SMALL = {"data.samples": 100}

ENTRY = Check(
    id="same_outputs",
    label="All outputs alike",
    sentence="The network gives nearly the same answer for every training point, whatever its inputs are.",
    message=(
        "The network gives nearly the same answer for every training point: nothing that depends on the inputs "
        "reaches the output."
    ),
    formula="max ŷ − min ŷ < 0.01 · (max y − min y)",
    source="Karpathy (2019), A recipe for training neural networks",
    order=60,
    severity=60,
    examine=examine,
    provoke=(
        Example(SMALL | {"learning.penalty": {"kind": "l2", "rate": 3.0}}, epochs=20, recovery=40),
        Example(SMALL | {"network.initializer": "zeros"}, epochs=10, recovery=40),
    ),
    silent=(Example(SMALL, epochs=10),),
)
