"""Formulas as trees: written once beside the function they explain, evaluated with NumPy, told with `layout`.

A tree's leaves are numbers that a person can follow to where they come from; evaluating it gives the number
that is on screen, or shows that it does not. Trees are written with the operators of Python and the
functions below, and never change:

    w, x, b = Leaf("w", 0.5, "layers.0.weight[0,0]"), Leaf("x", 2.0, "inputs[0]", sample=3), Leaf("b", 1.0)
    z = w * x + b                           z.value is 2.0

`value` is a float64. `magnitude` says what size of numbers it was made of: for a sum the sum of the absolute
terms. A computer that rounds every number to a share of itself (float32: 6·10⁻⁸) makes errors of about that
share of the magnitude, so this is what a difference is to be compared with.

Sums over a batch or a layer are written with `Leaves`, one symbol that stands for n numbers, and `total`:

    total(weights * inputs, "i") + b        Σᵢ wᵢ·xᵢ + b

Source of the magnitudes: running error analysis, Higham, Accuracy and stability of numerical algorithms
(2002), section 3.3, first order.
"""

from dlcore.expressions.functions import (
    absolute,
    added,
    atan2,
    change,
    constants,
    cos,
    erf,
    exp,
    expm1,
    floor,
    gathered,
    length,
    log,
    log1p,
    log_sum_exp,
    maximum,
    mean,
    minimum,
    named,
    next_address,
    sigmoid,
    sign,
    sin,
    softmax,
    sqrt,
    tanh,
    total,
    where,
)
from dlcore.expressions.telling import layout
from dlcore.expressions.tree import (
    Comparison,
    Expression,
    Function,
    Leaf,
    Leaves,
    Named,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sample,
    Sum,
    Total,
    Where,
    as_expression,
    subscript,
)
from dlcore.expressions.writing import plain

__all__ = [
    "Comparison",
    "Expression",
    "Function",
    "Leaf",
    "Leaves",
    "Named",
    "Negative",
    "Number",
    "Power",
    "Product",
    "Quotient",
    "Sample",
    "Sum",
    "Total",
    "Where",
    "absolute",
    "added",
    "as_expression",
    "atan2",
    "change",
    "constants",
    "cos",
    "erf",
    "exp",
    "expm1",
    "floor",
    "gathered",
    "layout",
    "length",
    "log",
    "log1p",
    "log_sum_exp",
    "maximum",
    "mean",
    "minimum",
    "named",
    "next_address",
    "plain",
    "sigmoid",
    "sign",
    "sin",
    "softmax",
    "sqrt",
    "subscript",
    "tanh",
    "total",
    "where",
]
