"""RMSProp: steps of about equal size for steep and for flat directions.

    s ← α·s + (1 − α)·g²
    w ← w − η·g / (√s + ε)

s is a running mean of the squared gradient. Unlike Adagrad's sum it forgets, so that learning
does not come to rest.

Source: Tieleman & Hinton, Neural Networks for Machine Learning, lecture 6.5 (2012); α and ε as in
`torch.optim.RMSprop`.
"""

from __future__ import annotations

from dlcore.expressions import sqrt
from dlcore.lazy import torch
from dlcore.optimizers import Optimizer, add_ratio, epsilon, fraction, learning_rate, moved, toward


def update(value, gradient, slots, hyper, t, out=None):
    """One step, see `Optimizer`; all tensors share one shape."""
    result, room, spare = (None, {}, None) if out is None else out
    square = torch.mul(gradient, gradient, out=spare)
    squares = toward(slots["squares"], 1 - hyper["alpha"], square, out=room.get("squares"))
    denominator = torch.sqrt(squares, out=spare).add_(hyper["epsilon"])
    result = add_ratio(value, -hyper["learning_rate"], gradient, denominator, out=result)
    return result, {"squares": squares}


def pytorch(hyper):
    """The same with `torch.optim`, see `Optimizer`."""
    rate, keep, tiny = hyper["learning_rate"], hyper["alpha"], hyper["epsilon"]
    return f"torch.optim.RMSprop(parameters, lr={rate!r}, alpha={keep!r}, eps={tiny!r})"


def expression(value, gradient, slots, hyper, t):
    """What comes after one step, as expressions; see `Optimizer`."""
    recent = hyper["alpha"] * slots["squares"] + (1 - hyper["alpha"]) * gradient**2
    squares = moved(slots["squares"], recent.told("Move the mean square a little towards that of ", gradient, "."))
    after = value - hyper["learning_rate"] * gradient / (sqrt(squares) + hyper["epsilon"])
    after = after.told("Divide ", gradient, " by the root of ", squares, " and step against that, by the rate.")
    return {"value": after, "squares": squares}


ENTRY = Optimizer(
    id="rmsprop",
    label="RMSProp",
    sentence="Divides each weight's gradient by its recent size, so steep and flat directions move alike.",
    formula="s ← α·s + (1 − α)·g²,  w ← w − η·g / (√s + ε)",
    source="Tieleman & Hinton (2012), Neural Networks for Machine Learning, lecture 6.5",
    params=(
        # A step is about η whatever the gradient, and weights are of size 1: a hundredth is a
        # careful step. It is also torch's default.
        learning_rate(0.01),
        fraction("alpha", "Memory", 0.99, "The share of the old mean square that is kept.", "α"),
        epsilon(1e-8),
    ),
    examples=({}, {"learning_rate": 0.1, "alpha": 0.9, "epsilon": 1e-4}),
    order=50,
    update=update,
    expression=expression,
    slots=("squares",),
    symbols=("s",),
    pytorch=pytorch,
)
