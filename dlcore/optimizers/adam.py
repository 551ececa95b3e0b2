"""Adam: momentum, with a step size of its own for each weight.

    m ← β₁·m + (1 − β₁)·g            v ← β₂·v + (1 − β₂)·g²
    w ← w − η·m̂ / (√v̂ + ε),   m̂ = m / (1 − β₁ᵗ),   v̂ = v / (1 − β₂ᵗ)

m is a running mean of the gradient, v one of its square. Both start at 0 and are therefore too
small at first; dividing by 1 − βᵗ at update number t puts that right.

Source: Kingma & Ba, Adam: a method for stochastic optimization (2015), algorithm 1 and its
suggested constants.
"""

from __future__ import annotations

from dlcore.expressions import sqrt
from dlcore.lazy import torch
from dlcore.optimizers import (
    Optimizer,
    adaptive_means,
    add_ratio,
    corrected,
    epsilon,
    fraction,
    learning_rate,
    toward,
    unbiased,
)


def update(value, gradient, slots, hyper, t, out=None):
    """One step, see `Optimizer`; all tensors share one shape."""
    result, room, spare = (None, {}, None) if out is None else out
    keep, keep_squares = hyper["beta1"], hyper["beta2"]
    mean = toward(slots["mean"], 1 - keep, gradient, out=room.get("mean"))
    square = torch.mul(gradient, gradient, out=spare)
    squares = toward(slots["squares"], 1 - keep_squares, square, out=room.get("squares"))
    # m̂ / (√v̂ + ε) = m·c / (√v + ε·c) / (1 − β₁ᵗ) with c = √(1 − β₂ᵗ): one pass over the weights less.
    scale = unbiased(keep_squares, t) ** 0.5
    denominator = torch.sqrt(squares, out=spare).add_(hyper["epsilon"] * scale)
    step = hyper["learning_rate"] * scale / unbiased(keep, t)
    return add_ratio(value, -step, mean, denominator, out=result), {"mean": mean, "squares": squares}


def pytorch(hyper):
    """The same with `torch.optim`, see `Optimizer`; there β must be below 1."""
    betas = (hyper["beta1"], hyper["beta2"])
    if max(betas) >= 1:
        return ""
    rate, tiny = hyper["learning_rate"], hyper["epsilon"]
    return f"torch.optim.Adam(parameters, lr={rate!r}, betas={betas!r}, eps={tiny!r})"


def expression(value, gradient, slots, hyper, t):
    """What comes after one step, as expressions; see `Optimizer`."""
    mean, squares = adaptive_means(gradient, slots, hyper)
    sure_mean, sure_squares = corrected("m̂", mean, hyper["beta1"], t), corrected("v̂", squares, hyper["beta2"], t)
    step = hyper["learning_rate"] * sure_mean / (sqrt(sure_squares) + hyper["epsilon"])
    after = value - step
    after = after.told("Divide ", sure_mean, " by the root of ", sure_squares, " and step against that, by the rate.")
    return {"value": after, "mean": mean, "squares": squares}


ENTRY = Optimizer(
    id="adam",
    label="Adam",
    sentence="Combines momentum with a step size of its own for each weight; a good first choice.",
    formula="w ← w − η·m̂ / (√v̂ + ε)",
    source="Kingma & Ba (2015), Adam: a method for stochastic optimization",
    params=(
        # A step is about η whatever the gradient. The paper's 0.001 is for networks of millions of
        # weights; a few dozen weights take ten times that and still settle.
        learning_rate(0.01),
        fraction("beta1", "Memory of the mean", 0.9, "The share of the mean gradient that is kept.", "β₁"),
        fraction("beta2", "Memory of the square", 0.999, "The share of the mean square that is kept.", "β₂"),
        epsilon(1e-8),
    ),
    examples=({}, {"learning_rate": 0.1, "beta1": 0.5, "beta2": 0.9, "epsilon": 1e-4}),
    order=60,
    update=update,
    expression=expression,
    slots=("mean", "squares"),
    symbols=("m", "v"),
    pytorch=pytorch,
)
