"""AdamW: Adam whose weights also shrink a little at every step.

    w ← w − η·λ·w − η·m̂ / (√v̂ + ε)

m̂ and v̂ are Adam's means of the gradient and of its square. The decay λ·w is taken at the weight
before the step and stays out of both means ("decoupled"), so that every weight shrinks at the
same rate, whatever its gradients were. With an L2 penalty in Adam it would not.

Source: Loshchilov & Hutter, Decoupled weight decay regularization (2019), algorithm 2; η
multiplies the decay as in `torch.optim.AdamW`.
"""

from __future__ import annotations

from dlcore.expressions import sqrt
from dlcore.lazy import torch
from dlcore.optimizers import (
    Optimizer,
    adaptive_means,
    add_ratio,
    add_scaled,
    corrected,
    epsilon,
    fraction,
    learning_rate,
    toward,
    unbiased,
)
from dlcore.params import KEEP, Param


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
    rate = hyper["learning_rate"]
    shrunk = add_scaled(value, -rate * hyper["weight_decay"], value, out=result)
    result = add_ratio(shrunk, -rate * scale / unbiased(keep, t), mean, denominator, out=result)
    return result, {"mean": mean, "squares": squares}


def pytorch(hyper):
    """The same with `torch.optim`, see `Optimizer`; there β must be below 1."""
    betas = (hyper["beta1"], hyper["beta2"])
    if max(betas) >= 1:
        return ""
    rate, tiny, decay = hyper["learning_rate"], hyper["epsilon"], hyper["weight_decay"]
    return f"torch.optim.AdamW(parameters, lr={rate!r}, betas={betas!r}, eps={tiny!r}, weight_decay={decay!r})"


def expression(value, gradient, slots, hyper, t):
    """What comes after one step, as expressions; see `Optimizer`."""
    mean, squares = adaptive_means(gradient, slots, hyper)
    sure_mean, sure_squares = corrected("m̂", mean, hyper["beta1"], t), corrected("v̂", squares, hyper["beta2"], t)
    step = hyper["learning_rate"] * sure_mean / (sqrt(sure_squares) + hyper["epsilon"])
    after = value - hyper["learning_rate"] * hyper["weight_decay"] * value - step
    after = after.told(
        "Shrink ", value, " by the decay; divide ", sure_mean, " by the root of ", sure_squares,
        " and step against that, by the rate.",
    )  # fmt: skip
    return {"value": after, "mean": mean, "squares": squares}


ENTRY = Optimizer(
    id="adamw",
    label="AdamW",
    sentence="Adam that also shrinks every weight a little at each step, which keeps weights small.",
    formula="w ← w − η·λ·w − η·m̂ / (√v̂ + ε)",
    source="Loshchilov & Hutter (2019), Decoupled weight decay regularization",
    params=(
        learning_rate(0.01),  # as Adam, for the reason given there
        fraction("beta1", "Memory of the mean", 0.9, "The share of the mean gradient that is kept.", "β₁"),
        fraction("beta2", "Memory of the square", 0.999, "The share of the mean square that is kept.", "β₂"),
        epsilon(1e-8),
        Param(
            id="weight_decay",
            label="Weight decay",
            kind="number",
            default=0.01,  # torch's default
            sentence="How strongly every weight shrinks towards 0 at each step.",
            minimum=0,
            maximum=10,
            choices=(0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1),
            formula="λ",
            on_change=KEEP,
            advanced=True,
        ),
    ),
    examples=({}, {"learning_rate": 0.1, "beta1": 0.5, "beta2": 0.9, "weight_decay": 0.3}),
    order=70,
    update=update,
    expression=expression,
    slots=("mean", "squares"),
    symbols=("m", "v"),
    pytorch=pytorch,
)
