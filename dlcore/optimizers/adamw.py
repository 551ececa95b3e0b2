"""AdamW: Adam whose weights also shrink a little at every step.

    w ← w − η·λ·w − η·m̂ / (√v̂ + ε)

m̂ and v̂ are Adam's means of the gradient and of its square. The decay λ·w is taken at the weight
before the step and stays out of both means ("decoupled"), so that every weight shrinks at the
same rate, whatever its gradients were. With an L2 penalty in Adam it would not.

Source: Loshchilov & Hutter, Decoupled weight decay regularization (2019), algorithm 2; η
multiplies the decay as in `torch.optim.AdamW`.
"""

from __future__ import annotations

import math

from dlcore.lazy import torch
from dlcore.optimizers import Optimizer, epsilon, fraction, learning_rate
from dlcore.params import KEEP, Param


def update(value, gradient, slots, hyper, t, out=None):
    """One step, see `Optimizer`. The denominator needs one tensor of the parameters' size."""
    result, room = (None, {}) if out is None else out
    keep, keep_squares = hyper["beta1"], hyper["beta2"]
    mean = torch.lerp(slots["mean"], gradient, 1 - keep, out=room.get("mean"))
    squares = torch.mul(slots["squares"], keep_squares, out=room.get("squares"))
    squares.addcmul_(gradient, gradient, value=1 - keep_squares)
    # β = 1 never lets go of the zero it starts from: then the mean stays 0 and nothing moves.
    unbias, unbias_squares = (1 - keep**t) or 1.0, (1 - keep_squares**t) or 1.0
    denominator = squares.sqrt().div_(math.sqrt(unbias_squares)).add_(hyper["epsilon"])
    rate = hyper["learning_rate"]
    result = torch.mul(value, 1 - rate * hyper["weight_decay"], out=result)
    return result.addcdiv_(mean, denominator, value=-rate / unbias), {"mean": mean, "squares": squares}


def pytorch(hyper):
    """The same with `torch.optim`, see `Optimizer`; there β must be below 1."""
    betas = (hyper["beta1"], hyper["beta2"])
    if max(betas) >= 1:
        return ""
    rate, tiny, decay = hyper["learning_rate"], hyper["epsilon"], hyper["weight_decay"]
    return f"torch.optim.AdamW(parameters, lr={rate!r}, betas={betas!r}, eps={tiny!r}, weight_decay={decay!r})"


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
    slots=("mean", "squares"),
    pytorch=pytorch,
)
