"""Binary cross-entropy: how surprising the true answer is to a yes-or-no prediction.

    p = σ(z)
    L = −y·ln p − (1 − y)·ln(1 − p) = max(z, 0) − y·z + ln(1 + e^(−|z|))            dL/dz = p − y

z is the logit, the output before the sigmoid, and y is 0 or 1. The right-hand form never takes
the logarithm of 0. Being surely wrong costs without limit, and its gradient does not fade as
that of a squared error on a sigmoid does.

Source: Good, Rational decisions (1952); Bishop (2006), equation 4.90.
"""

from __future__ import annotations

from dlcore.expressions import absolute, added, exp, log1p, maximum, named, sigmoid
from dlcore.lazy import torch
from dlcore.losses import Loss


def value(prediction, target):
    """Logits (…, samples, columns) and targets 0/1 → (…, samples), summed over columns, in nats."""
    each = torch.nn.functional.binary_cross_entropy_with_logits(
        prediction, target.expand_as(prediction), reduction="none"
    )
    return each.sum(-1)


def derivative(prediction, target, out=None):
    """d loss / d logit = σ(logit) − target, (…, samples, columns). `out` must not be `target`."""
    return torch.sigmoid(prediction, out=out).sub_(target)


def expression(outputs, targets):
    """The loss of one sample, as an expression; see `Loss`."""
    surprise = added(maximum(z, 0) - y * z + log1p(exp(-absolute(z))) for z, y in zip(outputs, targets, strict=True))
    return surprise.told(
        "The loss is −ln p, p being the share that the output gives to the right answer. It is worked out from ",
        outputs[0], " and ", targets[0], ", in a way that never takes the logarithm of 0.",
    )  # fmt: skip


def slope_expression(outputs, targets, column):
    """d loss / d outputs[column] of one sample, as an expression."""
    z, y = outputs[column], targets[column]
    share = named("p", sigmoid(z), name="the share of yes").told("Squeeze ", z, " with the sigmoid to a share.")
    return (share - y).told("The slope is ", share, " less ", y, ".")


ENTRY = Loss(
    id="binary_cross_entropy",
    label="Binary cross-entropy",
    sentence="For two classes: how surprising the right answer is, given the probability from the network.",
    formula="L = −y·ln p − (1 − y)·ln(1 − p), p = σ(z)",
    source="Bishop (2006), Pattern Recognition and Machine Learning, equation 4.90",
    order=30,
    value=value,
    derivative=derivative,
    expression=expression,
    slope_expression=slope_expression,
    codings={"binary": ("zero_one", "sigmoid")},
    from_logits=True,
    free_output=False,
)
