"""L1 with dead weights: TensorFlow Playground's L1.

    R = λ·Σ|w|            w″ = w′ − η·λ·sign(w);  if w″ and w′ differ in sign: w = 0 for good

w is the weight before the update and w′ what the optimizer made of it. The penalty's step comes
after that update and is measured at w. Where it would carry a weight across zero, the weight is
set to 0 and stays there: dead. The picture then shows which links the network can do without.

Source: TensorFlow Playground, nn.ts, updateWeights (2016).
"""

from __future__ import annotations

from dlcore.expressions import absolute, maximum, named, next_address, sign, total, where
from dlcore.lazy import torch
from dlcore.penalties import Penalty, rate


def value(weight, hyper):
    """λ·Σ|w| over all weights of the tensor, as a scalar."""
    return weight.abs().sum() * hyper["rate"]


def decoupled(before, after, slots, hyper, learning_rate):
    """The weight after the penalty's step, and which weights are dead; all in one shape.

    A weight that the gradient alone carried across zero lives on: only the penalty's own step
    kills, so `after` is compared with the result, not `before`.
    """
    shrunk = after - torch.sign(before) * (learning_rate * hyper["rate"])
    crossed = (after * shrunk < 0).to(after.dtype)
    dead = torch.maximum(slots["dead"], crossed)
    # masked_fill, not a product: an optimizer's overflow in a dead weight must not come back as NaN.
    return shrunk.masked_fill(dead > 0, 0.0), {"dead": dead}


def expression(weights, hyper):
    """The penalty on all weights, as an expression; see `Penalty`."""
    price = hyper["rate"] * total(absolute(weights))
    return price.told("Add up the sizes of all weights, their signs left out, and multiply by the penalty rate.")


def decoupled_expression(before, after, slots, hyper, learning_rate):
    """One weight after the penalty's step, as expressions; see `Penalty`."""
    shrunk = after - learning_rate * hyper["rate"] * sign(before)
    shrunk = named("w″", shrunk.told("Pull ", after, " towards 0 by the learning rate times the penalty rate."))
    dead = maximum(slots["dead"], where(after * shrunk < 0, 1, 0)).told(
        "The weight is dead (1) if it was so before, or if the pull carries it across 0; else it is alive (0)."
    )
    dead = named(f"{slots['dead'].symbol}′", dead, next_address(slots["dead"].address))
    return {"value": where(dead > 0, 0, shrunk).told("A dead weight is 0; else take ", shrunk, "."), "dead": dead}


ENTRY = Penalty(
    id="l1_tfp",
    label="L1, dead weights",
    sentence="Every weight costs its size, and a weight that is pushed across 0 stays 0 for good.",
    formula="R = λ·Σ|w|, and w = 0 for good where its sign would flip",
    source="TensorFlow Playground (2016), nn.ts",
    params=(rate(),),
    examples=({}, {"rate": 0.3}),
    order=40,
    value=value,
    expression=expression,
    decoupled=decoupled,
    decoupled_expression=decoupled_expression,
    slots=("dead",),
)
