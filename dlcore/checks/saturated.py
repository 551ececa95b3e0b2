"""Saturated units: sums so far out that tanh or sigmoid is flat there.

    |f′(z)| < 2 % of its largest value, for 90 % of the samples, in half of a layer

A flat activation passes almost no gradient back, so the weights before it hardly move. A network
that has learned may well be sharp; therefore the loss must still be bad.

Source: Glorot & Bengio, Understanding the difficulty of training deep feedforward neural networks
(2010), section 3. The bounds are measured: over seven settings with tanh or sigmoid that learn
no neuron was that flat; with start weights of spread 10 half of the layers were, in each of 20
seeds.
"""

from __future__ import annotations

from dlcore.checks import Check, CheckContext, Example, Finding
from dlcore.checks._remedies import offered, smaller_rate, start, usual_rate

FLAT, MOSTLY, SHARE = 0.02, 0.9, 0.5
BAD = 0.5  # of the loss that the best constant answer has


def examine(context: CheckContext) -> Finding | None:
    """All layers of which so many units are flat, in a network that has not learned."""
    places: list[str] = []
    guilty = []
    for layer in context.layers:
        bounded = layer.hidden and layer.kind is not None and None not in layer.kind.range
        if not bounded or not layer.kind.has_gradient:
            continue
        steepest = 0.25 if layer.kind.range[0] == 0 else 1.0
        flat = layer.always(abs(layer.slope) < FLAT * steepest, MOSTLY)
        if flat.mean() >= SHARE:
            places += layer.units(flat)
            guilty.append((layer.index, int(flat.sum()), len(flat), layer.called))
    if not guilty or context.metrics["train_loss"] < BAD * context.constant_loss:
        return None
    index, count, units, what = guilty[0]
    slower = smaller_rate(context) if context.rate > usual_rate(context) else None
    smaller = start(context, "xavier", "Smaller start weights")
    return ENTRY.found(places, offered(smaller, slower), layer=index + 1, count=count, units=units, what=what)


TANH = {"data.samples": 100, "network.layers": [{"kind": "dense", "units": 6, "activation": "tanh"}] * 3}

ENTRY = Check(
    id="saturated",
    label="Saturated neurons",
    sentence="The sums of many neurons are so large that their activation is flat there and passes no gradient.",
    message=(
        "Saturated {what} in layer {layer}: the sums of {count} of {units} are so large that the activation is "
        "flat there, and hardly any gradient gets through."
    ),
    formula="|f′(z)| < 0.02 · max |f′|",
    source="Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward neural networks",
    order=40,
    severity=40,
    examine=examine,
    provoke=(Example(TANH | {"network.initializer": {"kind": "normal", "std": 10.0}}, epochs=10, recovery=30),),
    silent=(Example(TANH, epochs=20),),
)
