"""Adagrad: weights that have moved a lot take smaller and smaller steps.

    s ← s + g²
    w ← w − η·g / (√s + ε)

Each weight has a learning rate of its own, divided by the root of all its squared gradients so
far. s only grows, so in the end learning comes to rest.

Source: Duchi, Hazan & Singer, Adaptive subgradient methods (2011); ε as in `torch.optim.Adagrad`.
"""

from __future__ import annotations

from dlcore.expressions import sqrt
from dlcore.lazy import torch
from dlcore.optimizers import Optimizer, add_ratio, epsilon, learning_rate, moved


def update(value, gradient, slots, hyper, t, out=None):
    """One step, see `Optimizer`; all tensors share one shape."""
    result, room, spare = (None, {}, None) if out is None else out
    squares = torch.addcmul(slots["squares"], gradient, gradient, out=room.get("squares"))
    denominator = torch.sqrt(squares, out=spare).add_(hyper["epsilon"])
    result = add_ratio(value, -hyper["learning_rate"], gradient, denominator, out=result)
    return result, {"squares": squares}


def pytorch(hyper):
    """The same with `torch.optim`, see `Optimizer`."""
    return f"torch.optim.Adagrad(parameters, lr={hyper['learning_rate']!r}, eps={hyper['epsilon']!r})"


def expression(value, gradient, slots, hyper, t):
    """What comes after one step, as expressions; see `Optimizer`."""
    grown = slots["squares"] + gradient**2
    squares = moved(slots["squares"], grown.told("Add the square of ", gradient, " to all squares so far."))
    after = value - hyper["learning_rate"] * gradient / (sqrt(squares) + hyper["epsilon"])
    after = after.told("Divide ", gradient, " by the root of ", squares, " and step against that, by the rate.")
    return {"value": after, "squares": squares}


ENTRY = Optimizer(
    id="adagrad",
    label="Adagrad",
    sentence="Gives each weight its own step, which shrinks the more that weight has been pushed.",
    formula="s ← s + g²,  w ← w − η·g / (√s + ε)",
    source="Duchi, Hazan & Singer (2011), Adaptive subgradient methods",
    # The very first step is η for every weight whatever its gradient; 0.01 is torch's default too.
    params=(learning_rate(0.01), epsilon(1e-10)),
    examples=({}, {"learning_rate": 0.3, "epsilon": 1e-4}),
    order=40,
    update=update,
    expression=expression,
    slots=("squares",),
    symbols=("s",),
    pytorch=pytorch,
)
