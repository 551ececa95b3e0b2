"""Exploding gradients: the error grows from layer to layer on its way back.

    ‖∂L/∂W‖ > 10 for some layer

Every layer multiplies the error that passes back through it by its weights; where these are large,
a few layers make it enormous, and the first update throws the network far away.

Source: Pascanu, Mikolov & Bengio, On the difficulty of training recurrent neural networks (2013),
section 2. The bound is measured: over 14 settings that learn (two-input sets, 0 to 2 hidden
layers, after 10 to 300 epochs) the largest norm of a layer was 0.42; with start weights of spread
5 in three ReLU layers it was 30 to 9,000.
"""

from __future__ import annotations

from dlcore.checks import Check, CheckContext, Example, Finding, Remedy
from dlcore.checks._remedies import offered, smaller_rate, start

MOST = 10.0
CLIPPING = "learning.clipping"


def examine(context: CheckContext) -> Finding | None:
    """The layer whose gradient is the largest, where that is past the bound."""
    if context.spec.get(CLIPPING)["kind"] != "none":
        return None
    norms = {name: context.norm(f"{name}.grad") for name in context.parameters if name.endswith(".weight")}
    worst = max(norms, key=norms.get)
    if not norms[worst] > MOST:
        return None
    number = int(worst.split(".")[1])
    clip = Remedy("Clip the gradient", "Shortens every gradient that is too long.", {CLIPPING: "norm"})
    remedies = offered(start(context, "he", "Smaller start weights") or smaller_rate(context), clip)
    layer = "the output layer" if number == len(context.network.blocks) - 1 else f"layer {number + 1}"
    return ENTRY.found([worst], remedies, norm=f"{norms[worst]:.3g}", layer=layer)


DEEP = {
    "data.samples": 100,
    "network.layers": [{"kind": "dense", "units": 6, "activation": "relu"}] * 3,
    "learning.loss": "binary_cross_entropy",
}
LARGE = {"network.initializer": {"kind": "normal", "std": 5.0}, "learning.optimizer.learning_rate": 1e-5}

ENTRY = Check(
    id="exploding",
    label="Exploding gradients",
    sentence="The gradient of a layer is so large that one update throws its weights far away.",
    message=(
        "The gradient explodes: at {layer} its length is {norm}, where networks that learn have less than 1, "
        "so one update throws the weights far away."
    ),
    formula="‖∂L/∂W‖ > 10",
    source="Pascanu, Mikolov & Bengio (2013), On the difficulty of training recurrent neural networks, section 2",
    order=10,
    severity=10,
    after_epochs=1,
    after_steps=1,
    examine=examine,
    provoke=(Example(DEEP | LARGE, epochs=5),),
    silent=(Example(DEEP, epochs=5),),
)
