"""Softmax cross-entropy: how surprising the true class is.

    p_k = e^(z_k) / Σⱼ e^(z_j)
    L = −ln p_c for the true class c = ln Σⱼ e^(z_j) − z_c            dL/dz_k = p_k − y_k

The softmax turns one logit z per class into shares that add up to 1; y is 1 in the column of the
true class and 0 elsewhere ("one-hot").

Source: Bridle, Probabilistic interpretation of feedforward classification network outputs (1990).
"""

from __future__ import annotations

from dlcore.expressions import log_sum_exp, named, softmax
from dlcore.lazy import torch
from dlcore.losses import Loss


def value(prediction, target):
    """Logits (…, samples, classes) and one-hot targets → (…, samples), in nats."""
    return -(target * torch.log_softmax(prediction, -1)).sum(-1)


def derivative(prediction, target, out=None):
    """d loss / d logit = softmax(logits) − target, (…, samples, classes). `out` must not be `target`."""
    return torch.softmax(prediction, -1, out=out).sub_(target)


def expression(outputs, targets):
    """The loss of one sample, as an expression; see `Loss`."""
    true = outputs[max(range(len(targets)), key=lambda column: targets[column].value)]
    surprise = log_sum_exp(outputs) - true
    return surprise.told(
        "The loss is −ln p, p being the right class's share of the powers. That is the logarithm of all powers "
        "together, plus the largest sum, less ", true, ". Worked out like this, nobody takes the logarithm of 0.",
    )  # fmt: skip


def slope_expression(outputs, targets, column):
    """d loss / d outputs[column] of one sample, as an expression."""
    share = named("p", softmax(outputs, column), name="the share of this class")
    return (share - targets[column]).told("The slope is ", share, " less ", targets[column], ".")


ENTRY = Loss(
    id="softmax_cross_entropy",
    label="Softmax cross-entropy",
    sentence="For any number of classes: how surprising the right class is, given each one's probability.",
    formula="L = −ln pₖ for the true class k, pₖ = e^(zₖ) / Σⱼ e^(zⱼ)",
    source="Bridle (1990), Probabilistic interpretation of feedforward classification network outputs",
    order=40,
    value=value,
    derivative=derivative,
    expression=expression,
    slope_expression=slope_expression,
    codings={"binary": ("one_hot", "softmax"), "classes": ("one_hot", "softmax")},
    from_logits=True,
    free_output=False,
)
