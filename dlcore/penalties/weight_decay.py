"""Weight decay: every weight shrinks by the same share at each step, whatever the optimizer does.

    w ← w′ − η·λ·w            w before the update, w′ what the optimizer made of it

With plain gradient descent this is the L2 penalty, R = λ·½·Σw². In optimizers that divide by the
size of past gradients, such as Adam, it is not: there L2's pull would be divided too. AdamW has a
decay of its own; chosen together, the two shares add up.

Source: Loshchilov & Hutter, Decoupled weight decay regularization (2019).
"""

from __future__ import annotations

from dlcore.expressions import Number, total
from dlcore.penalties import Penalty, rate


def value(weight, hyper):
    """λ·½·Σw² over all weights of the tensor, as a scalar: the price whose slope the decay is."""
    return weight.square().sum() * (0.5 * hyper["rate"])


def decoupled(before, after, slots, hyper, learning_rate):
    """The weight after the decay, in one shape with `before` and `after`."""
    return after - before * (learning_rate * hyper["rate"]), {}


def expression(weights, hyper):
    """The penalty on all weights, as an expression; see `Penalty`."""
    price = hyper["rate"] * Number(0.5, "½") * total(weights**2)
    return price.told("Add up the squares of all weights, and take half of that times the penalty rate.")


def decoupled_expression(before, after, slots, hyper, learning_rate):
    """One weight after the penalty's step, as expressions; see `Penalty`."""
    shrunk = after - learning_rate * hyper["rate"] * before
    return {"value": shrunk.told("Shrink by the learning rate times the penalty rate times ", before, ".")}


ENTRY = Penalty(
    id="weight_decay",
    label="Weight decay",
    sentence="Every weight shrinks by the same share at each step, whatever the optimizer does.",
    formula="w ← w − η·λ·w, apart from the gradient",
    source="Loshchilov & Hutter (2019), Decoupled weight decay regularization",
    params=(rate(),),
    examples=({}, {"rate": 0.3}),
    order=50,
    value=value,
    expression=expression,
    decoupled=decoupled,
    decoupled_expression=decoupled_expression,
)
