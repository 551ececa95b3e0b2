"""Dense (fully connected): every unit adds up all inputs, each times a weight of its own.

    z = W·x + b            z_j = Σᵢ W[j, i]·x_i + b_j

Row j of W holds unit j's weights, as in PyTorch. Its activation comes afterwards, see `Layer`.

Symbols: n samples, k inputs, m units, … any leading axes (several networks at once).

Source: Rosenblatt (1958); as layers: Rumelhart, Hinton & Williams (1986).
"""

from __future__ import annotations

from dlcore.expressions import total
from dlcore.layers import Layer, Reads, size
from dlcore.limits import LIMITS
from dlcore.params import RESET, Param, Unfit


def parameters(input_shape, units=4):
    """(k,) → weight (m, k) and bias (m,), each as (shape, fan_in, fan_out)."""
    (inputs,) = _vector(input_shape)
    return {"weight": ((units, inputs), inputs, units), "bias": ((units,), inputs, units)}


def output_shape(input_shape, units=4):
    """(k,) → (m,); Unfit where the input is not a vector."""
    _vector(input_shape)
    return (units,)


def forward(x, weights, units=4):
    """The pre-activation z (…, n, m) of x (…, n, k) with weight (…, m, k) and bias (…, m)."""
    return x @ weights["weight"].mT + weights["bias"].unsqueeze(-2)


def multiply_adds(input_shape, units=4):
    """(k,) → k·m, one for each weight; a bias is where its sum begins."""
    (inputs,) = _vector(input_shape)
    return inputs * units


def _vector(shape):
    """The shape again if it has one axis; Unfit naming it otherwise."""
    if len(shape) != 1:
        raise Unfit(
            f"A dense layer needs a vector, this is {size(shape)}.",
            insert=({"kind": "flatten"}, {"kind": "adaptive_avg_pool2d"}),
        )
    return tuple(shape)


def expression(x, weights, units=4):
    """One unit's pre-activation, as an expression; `weights` are its row of the weight, and its bias."""
    products = total(weights["weight"] * x) + weights["bias"]
    return products.told("Multiply each input by its weight, add the results, and add ", weights["bias"], ".")


def reads(index, input_shape, units=4):
    """All inputs, each with its weight of the unit's row."""
    (unit,), (inputs,) = index, input_shape
    row = tuple((unit, column) for column in range(inputs))
    return Reads(tuple((0, (column,)) for column in range(inputs)), {"weight": row, "bias": ((unit,),)})


def feeds(port, index, input_shape, units=4):
    """Every unit reads every input."""
    return tuple((unit,) for unit in range(units))


def parameter_feeds(name, index, input_shape, units=4):
    """A weight multiplies one input for one unit; a bias is added to its unit."""
    if name == "bias":
        return ((tuple(index), None),)
    unit, column = index
    return (((unit,), (0, (column,))),)


def slope_expression(x, weights, at, units=4):
    """∂z / ∂x_i is its weight."""
    return weights["weight"].at(at)


def export(input_shape, units=4):
    """As PyTorch code."""
    return f"nn.Linear({input_shape[0]}, {units})"


ENTRY = Layer(
    id="dense",
    label="Dense",
    sentence="Every neuron adds up all values of the layer before, each times a weight of its own.",
    formula="z = W·x + b",
    source="Rosenblatt (1958); Rumelhart, Hinton & Williams (1986)",
    params=(
        Param(
            id="units",
            label="Neurons",
            kind="integer",
            default=4,
            sentence="How many neurons the layer has.",
            minimum=1,
            maximum=LIMITS.max_units,
            step=1,
            formula="m",
            on_change=RESET,
        ),
    ),
    examples=({}, {"units": 1}, {"units": 7}),
    order=10,
    parameters=parameters,
    output_shape=output_shape,
    forward=forward,
    multiply_adds=multiply_adds,
    expression=expression,
    reads=reads,
    feeds=feeds,
    slope_expression=slope_expression,
    parameter_feeds=parameter_feeds,
    export=export,
    lines={
        "forward": "{x} @ {weight}.T + {bias}",
        "input": "{d} @ {weight}",
        "weight": "{d}.T @ {x}",
        "bias": "{d}.sum(0)",
    },
)
