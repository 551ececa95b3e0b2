"""Vanishing gradients: the error fades from layer to layer on its way back.

    ‖∂L/∂W first‖ < 1/1000 · ‖∂L/∂W output‖,   three or more hidden layers

Every layer multiplies the error by its weights and slopes; a sigmoid's slope is at most 1/4. After
a few layers hardly anything arrives, and the first layers stay as they began.

Source: Hochreiter (1991); Glorot & Bengio (2010), section 4. The bound is measured: over 14
settings that learn the ratio lay between 0.04 and 12; with four sigmoid layers it was below
0.0007 in each of 20 seeds.
"""

from __future__ import annotations

from dlcore.checks import Check, CheckContext, Example, Finding, Remedy
from dlcore.checks._remedies import INITIALIZER, offered

RATIO = 1e-3
DEEP = 3
BAD = 0.5  # of the loss that the best constant answer has


def examine(context: CheckContext) -> Finding | None:
    """Whether the first layer's gradient is that much smaller than the output's."""
    names = [f"{block.address}.weight" for block in context.network.blocks]
    names = [name for name in names if name in context.parameters]
    if len(names) <= DEEP or context.metrics["train_loss"] < BAD * context.constant_loss:
        return None
    first, last = (context.norm(f"{name}.grad") for name in (names[0], names[-1]))
    # A gradient of nothing at all is that of dead or identical neurons, which have checks of their own.
    if not 0 < first < RATIO * last:
        return None
    faded = [name for name in names if context.norm(f"{name}.grad") < 0.1 * last]
    times = float(f"{last / first:.2g}")  # what follows the second digit means nothing
    return ENTRY.found(faded, offered(_steeper(context), _shallower(context)), times=f"{times:,.0f}")


def _steeper(context: CheckContext) -> Remedy | None:
    # ELU, because it keeps a slope on both sides: of 8 seeds with eight layers it learned in 8, ReLU in 4.
    layers = context.spec.get("network.layers")
    changes = {f"network.layers.{i}.activation": "elu" for i, layer in enumerate(layers) if "activation" in layer}
    if all(context.spec.get(path) == kind for path, kind in changes.items()):
        changes = {}
    if context.spec.get(INITIALIZER)["kind"] != "he":
        changes[INITIALIZER] = "he"
    if not changes:
        return None
    sentence = "Starts anew with activations and weights that keep the gradient up."
    return Remedy("Use ELU and He start", sentence, changes)


def _shallower(context: CheckContext) -> Remedy | None:
    layers = context.spec.get("network.layers")
    if len(layers) <= 2:
        return None
    return Remedy("Keep two layers", "Starts anew with the first two layers only.", {"network.layers": layers[:2]})


def deep(activation: str, layers: int) -> dict:
    """A stack of equal layers on few points."""
    stack = [{"kind": "dense", "units": 6, "activation": activation}] * layers
    return {"data.samples": 100, "network.layers": stack}


ENTRY = Check(
    id="vanishing",
    label="Vanishing gradients",
    sentence="The gradient fades from layer to layer on its way back, so the first layers hardly learn.",
    message=(
        "The gradient vanishes: the first layer gets {times} times less of it than the output, "
        "so the layers at the front hardly learn."
    ),
    formula="‖∂L/∂W first‖ < 0.001 · ‖∂L/∂W output‖",
    source="Hochreiter (1991); Glorot & Bengio (2010), section 4",
    order=50,
    severity=50,
    examine=examine,
    provoke=(Example(deep("sigmoid", 8), epochs=10, recovery=40),),
    silent=(
        Example(deep("relu", 2), epochs=10),
        Example(deep("tanh", 4) | {"network.initializer": "xavier"}, epochs=10),
    ),
)
