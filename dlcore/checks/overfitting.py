"""Overfitting: the loss on new points grows while that on the training points still falls.

    test loss > 1.2 · its lowest   and   train loss < 0.8 · what it was there

The network learns the chance in its few points instead of the rule behind them.

Source: Prechelt, Early stopping – but when? (1998): generalization loss, 100 · (E/E lowest − 1),
with 20 % as in the largest of the classes GL that he tries but one. Measured: of 20 seeds the default
network on 500 points without noise shows none; with 20 points, noise 50 % and 16 neurons all do.
"""

from __future__ import annotations

import numpy as np

from dlcore.checks import Check, CheckContext, Example, Finding, Remedy
from dlcore.checks._remedies import PENALTY, offered

WORSE, BETTER = 1.2, 0.8
SHARE = "data.train_share"
MORE = 80.0
STRENGTH = 0.1  # at 0.03 only 4 of 8 such runs recovered within 200 epochs, at 0.1 all 8


def examine(context: CheckContext) -> Finding | None:
    """Whether the held-out loss has turned while the training loss went on."""
    unseen = next((name for name in ("validation", "test") if len(context.curve(f"{name}_loss"))), None)
    if unseen is None:
        return None
    test, train = context.curve(f"{unseen}_loss"), context.curve("train_loss")
    lowest = int(np.nanargmin(test))
    if not test[-1] > WORSE * test[lowest] or not train[-1] < BETTER * train[lowest]:
        return None
    words = {"now": f"{test[-1]:.3g}", "lowest": f"{test[lowest]:.3g}", "set": unseen}
    return ENTRY.found([f"{unseen}_loss"], offered(_penalty(context), _more_data(context)), **words)


def _penalty(context: CheckContext) -> Remedy | None:
    if context.spec.get(PENALTY).get("rate", 0) >= STRENGTH:
        return None
    return Remedy("Add an L2 penalty", "Puts a price on large weights and keeps what was learned.",
                  {PENALTY: {"kind": "l2", "rate": STRENGTH}})  # fmt: skip


def _more_data(context: CheckContext) -> Remedy | None:
    if context.spec.get(SHARE) >= MORE:
        return None
    return Remedy("More training data", f"Starts anew and trains on {MORE:g} % of the points.", {SHARE: MORE})


FEW = {
    "data": "spiral", "data.samples": 100, "data.train_share": 30, "data.noise": 50,
    "learning.optimizer": "adam", "learning.optimizer.learning_rate": 0.1,
    "network.layers": [{"kind": "dense", "units": 8, "activation": "tanh"}] * 2,
}  # fmt: skip

ENTRY = Check(
    id="overfitting",
    label="Overfitting",
    sentence="The loss on points that the network never learned from grows, while the training loss still falls.",
    message=(
        "The network overfits: its {set} loss was {lowest} and is {now} now, while the training loss went on falling."
    ),
    formula="test loss > 1.2 · its lowest",
    source="Prechelt (1998), Early stopping – but when?",
    order=80,
    severity=80,
    after_epochs=20,
    helped="test_loss",
    examine=examine,
    provoke=(Example(FEW, epochs=60, recovery=60),),
    silent=(Example({"data.samples": 200}, epochs=30),),
)
