"""Remedies that several checks offer. Each gives a `Remedy`, or None where it would change nothing."""

from __future__ import annotations

from collections.abc import Iterable

from dlcore.checks import CheckContext, Remedy

RATE = "learning.optimizer.learning_rate"
INITIALIZER = "network.initializer"
PENALTY = "learning.penalty"


def offered(*remedies: Remedy | None) -> list[Remedy]:
    """The first two that there are: more buttons than that nobody reads."""
    return [remedy for remedy in remedies if remedy][:2]


def undo(context: CheckContext) -> Remedy | None:
    """Back to before the last change or training."""
    if not context.can_undo:
        return None
    return Remedy("Undo", "Goes back to where the network stood before.", command="undo")


def smaller_rate(context: CheckContext) -> Remedy | None:
    """The optimizer's usual rate, or a tenth where it is that already; the network begins anew."""
    usual = usual_rate(context)
    value = usual if context.rate > usual else float(f"{context.rate / 10:.3g}")
    sentence = f"Changes the learning rate from {context.rate:g} to {value:g} and starts anew."
    return Remedy("Try a smaller rate", sentence, {RATE: value}, "reset")


def usual_rate(context: CheckContext) -> float:
    """The learning rate that the optimizer starts with."""
    return float(context.spec.params()[RATE].default)


def start(context: CheckContext, kind: str, label: str) -> Remedy | None:
    """Other start weights; the network begins anew."""
    if context.spec.get(INITIALIZER)["kind"] == kind:
        return None
    return Remedy(label, "Starts anew, with weights drawn to suit the size of each layer.", {INITIALIZER: kind})


def activation(context: CheckContext, indices: Iterable[int], kind: str, label: str) -> Remedy | None:
    """Another activation for some hidden layers, and no larger rate than usual; the weights stay."""
    layers = context.spec.get("network.layers")
    paths = [f"network.layers.{i}.activation" for i in indices if layers[i].get("activation", kind) != kind]
    if not paths:
        return None
    changes, usual = dict.fromkeys(paths, kind), usual_rate(context)
    if context.rate <= usual:
        return Remedy(label, "Changes the activation and keeps all weights.", changes)
    sentence = f"Changes the activation, and the learning rate to {usual:g}; keeps all weights."
    return Remedy(label, sentence, changes | {RATE: usual})


def no_penalty(context: CheckContext) -> Remedy | None:
    """The penalty on large weights taken away."""
    if not context.spec.get(PENALTY).get("rate"):
        return None
    sentence = "Takes away the price on large weights and starts anew."
    return Remedy("Turn the penalty off", sentence, {PENALTY: "none"}, "reset")
