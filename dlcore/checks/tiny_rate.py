"""A rate too small to matter: at this pace the weights would need ages to change.

    1000 · ‖Δw‖ / ‖w‖ < 1 %   where the optimizer's usual rate would give more than 10 %

Δw is the coming update. The second half tells a small rate from a small gradient: where nothing
is left to learn, or nothing gets through, no rate moves the weights.

Source: the ratio of update to weight is Karpathy's (CS231n, Neural networks part 3), who wants
about 1/1000 for each update. Measured: over 14 settings that learn, 1000 updates changed the
weights by 2 % (converged) to 400 %; at a rate of 0.0001 by 0.2 to 0.6 %.
"""

from __future__ import annotations

import math

from dlcore.checks import Check, CheckContext, Example, Finding, Remedy
from dlcore.checks._remedies import RATE, usual_rate

UPDATES = 1000
LITTLE, ENOUGH = 0.01, 0.1


def examine(context: CheckContext) -> Finding | None:
    """Whether the rate, and not the gradient, keeps the weights where they are."""
    names = [name for name in context.parameters if name.endswith(".weight")]
    update, size = (math.hypot(*(context.norm(name + what) for name in names)) for what in (".update", ""))
    usual = usual_rate(context)
    scheduled = context.spec.get("learning.schedule")["kind"] != "constant"  # which may lower it on purpose
    if not size or scheduled or not 0 < context.rate < usual:
        return None
    change = UPDATES * update / size
    if not change < LITTLE or change * usual / context.rate < ENOUGH:
        return None
    sentence = f"Changes the learning rate from {context.rate:g} to {usual:g} and keeps all weights."
    faster = Remedy(f"Use the rate {usual:g}", sentence, {RATE: usual})
    words = {"rate": f"{context.rate:.6f}".rstrip("0"), "percent": f"{100 * change:.2g}", "updates": f"{UPDATES:,}"}
    return ENTRY.found([RATE], [faster], **words)


SMALL = {"data.samples": 100}

ENTRY = Check(
    id="tiny_rate",
    label="Rate too small",
    sentence="The learning rate is so small that the weights hardly change, although there is a gradient to follow.",
    message=(
        "The learning rate {rate} is too small to matter: {updates} updates would change the weights by only "
        "{percent} %."
    ),
    formula="1000 · ‖Δw‖ / ‖w‖ < 0.01",
    source="Karpathy, CS231n, Neural networks part 3: ratio of weights to updates",
    order=70,
    severity=70,
    after_epochs=10,
    examine=examine,
    provoke=(Example(SMALL | {"learning.optimizer.learning_rate": 1e-5}, epochs=10, recovery=40),),
    silent=(Example(SMALL, epochs=10), Example(SMALL | {"learning.optimizer.learning_rate": 0.001}, epochs=10)),
)
