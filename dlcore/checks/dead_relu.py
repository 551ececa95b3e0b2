"""Dead ReLUs: neurons that give 0 for every training point.

    z ≤ 0 for all samples   ⇒   a = 0, f′(z) = 0   ⇒   no gradient reaches their weights

One large update can push a neuron's sum below 0 for all points at once; since its slope is 0
there, no later update brings it back.

Source: Maas, Hannun & Ng, Rectifier nonlinearities improve neural network acoustic models (2013);
Lu, Shin, Su & Karniadakis, Dying ReLU and initialization (2020). The share is measured: healthy
ReLU networks of 8 and 8 neurons lose one of eight in 3 of 5 seeds and learn all the same, so a
quarter of a layer must be dead.
"""

from __future__ import annotations

from dlcore.checks import Check, CheckContext, Example, Finding
from dlcore.checks._remedies import activation, offered, smaller_rate, usual_rate

SHARE = 0.25


def examine(context: CheckContext) -> Finding | None:
    """All layers of which so many units are dead."""
    places: list[str] = []
    guilty = []
    for layer in context.layers:
        if not layer.hidden or layer.kind is None or not layer.kind.has_gradient:
            continue
        dead = layer.always((layer.slope == 0) & (layer.values == 0))
        if dead.mean() >= SHARE:
            places += layer.units(dead)
            guilty.append((layer.index, int(dead.sum()), len(dead), layer.called))
    if not guilty:
        return None
    index, count, units, what = guilty[0]
    rectifiers = [layer.index for layer in context.layers if layer.hidden and layer.kind and layer.kind.id == "relu"]
    slower = smaller_rate(context) if context.rate > usual_rate(context) else None
    point = "picture" if context.spec.resolved.pictures else "point"
    remedies = offered(slower, activation(context, rectifiers, "leaky_relu", "Use leaky ReLU"))
    return ENTRY.found(places, remedies, layer=index + 1, count=count, units=units, what=what, point=point)


RELU = {
    "data.samples": 100,
    "network.layers": [{"kind": "dense", "units": 4, "activation": "relu"}] * 2,
}
WIDE = {"data.samples": 100, "network.layers": [{"kind": "dense", "units": 8, "activation": "relu"}] * 2}

ENTRY = Check(
    id="dead_relu",
    label="Dead neurons",
    sentence="Neurons give 0 for every training point, so no gradient reaches them and they cannot learn.",
    message=(
        "Dead {what} in layer {layer}: {count} of {units} give 0 for every training {point}, "
        "so no gradient reaches them."
    ),
    formula="z ≤ 0 for all samples ⇒ f′(z) = 0",
    source="Maas, Hannun & Ng (2013); Lu, Shin, Su & Karniadakis (2020), Dying ReLU and initialization",
    order=30,
    severity=30,
    examine=examine,
    provoke=(Example(RELU | {"learning.optimizer.learning_rate": 3.0}, epochs=10),),
    silent=(Example(RELU, epochs=20), Example(WIDE, epochs=20)),
)
