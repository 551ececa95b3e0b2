"""Stochastic gradient descent: a step straight downhill.

    w ← w − η·g

g is the gradient of the batch's mean loss, η the learning rate. "Stochastic" because a batch is a
random handful of samples: its slope only resembles that of the whole set.

Source: Robbins & Monro, A stochastic approximation method (1951).
"""

from __future__ import annotations

from dlcore.optimizers import Optimizer, add_scaled, learning_rate


def update(value, gradient, slots, hyper, t, out=None):
    """One step, see `Optimizer`; all tensors share one shape."""
    result = None if out is None else out[0]
    return add_scaled(value, -hyper["learning_rate"], gradient, out=result), {}


def pytorch(hyper):
    """The same with `torch.optim`, see `Optimizer`."""
    return f"torch.optim.SGD(parameters, lr={hyper['learning_rate']!r})"


def expression(value, gradient, slots, hyper, t):
    """What comes after one step, as expressions; see `Optimizer`."""
    after = value - hyper["learning_rate"] * gradient
    return {"value": after.told("Step against ", gradient, ", by the learning rate times it.")}


ENTRY = Optimizer(
    id="sgd",
    label="SGD",
    sentence="Takes a step straight downhill, the longer the steeper it is.",
    formula="w ← w − η·g",
    source="Robbins & Monro (1951), A stochastic approximation method",
    params=(learning_rate(0.03),),  # TensorFlow Playground's default
    examples=({}, {"learning_rate": 1.0}),
    order=10,
    update=update,
    expression=expression,
    pytorch=pytorch,
)
