"""Trees: values, magnitudes, leaves. Oracles: NumPy on the same numbers, and the same tree rounded to float32."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore.expressions import (
    Leaf,
    Leaves,
    Number,
    Sum,
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
    subscript,
    tanh,
    total,
    where,
)
from dlcore.params import Param

X, Y = 0.7, -1.3
x, y = Leaf("x", X, "inputs[0]", 3), Leaf("y", Y, "inputs[1]", 3)


@pytest.mark.parametrize(
    "tree, expected",
    [
        (x + y, X + Y), (x - y, X - Y), (x * y, X * Y), (x / y, X / Y), (-x, -X), (x**2, X**2), (x**0.5, X**0.5),
        (2 + x, 2 + X), (2 - x, 2 - X), (2 * x, 2 * X), (2 / x, 2 / X), (x + y - 1 - (x - y), X + Y - 1 - (X - Y)),
        (np.float64(2) * x, 2 * X), (exp(y), math.exp(Y)), (expm1(y), math.expm1(Y)), (log(x), math.log(X)),
        (log1p(x), math.log1p(X)), (sqrt(x), math.sqrt(X)), (tanh(y), math.tanh(Y)), (erf(y), math.erf(Y)),
        (sin(y), math.sin(Y)), (cos(y), math.cos(Y)), (absolute(y), 1.3), (sign(y), -1), (floor(y), -2),
        (atan2(y, x), math.atan2(Y, X)), (maximum(x, y, 0), X), (minimum(x, y, 0), Y), (where(x > y, x, y), X),
        (where(x <= y, 1, 2), 2), (x >= X, 1), (x < X, 0), (sigmoid(y), 1 / (1 + math.exp(-Y))),
        (named("m", x * y) + 1, X * Y + 1), (added([x]), X), (added([x, y, x]), 2 * X + Y),
        (softmax([x, y], 1), math.exp(Y) / (math.exp(X) + math.exp(Y))),
        (log_sum_exp([x, y]), math.log(math.exp(X) + math.exp(Y))),
    ],
)  # fmt: skip
def test_a_tree_has_the_value_of_its_formula(tree, expected):
    assert tree.value == pytest.approx(expected, rel=1e-15)
    assert isinstance(tree.value, float) and tree.magnitude >= abs(tree.value)


def test_nothing_ever_raises_for_its_numbers():
    zero = Leaf("o", 0.0)
    assert (x / zero).value == math.inf and math.isnan((zero / zero).value)
    assert log(zero).value == -math.inf and exp(Leaf("z", 1e4)).value == math.inf
    assert softmax([Leaf("z", 1e4), Leaf("z", -1e4)], 0).value == 1


def test_trees_never_change():
    with pytest.raises(AttributeError, match="never change"):
        x.value = 3
    told = x.told("Take ", x, ".")
    assert told.told_as and not x.told_as and told.value == x.value


VALUES, WEIGHTS = np.array([0.5, -2.0, 3.0]), np.array([1.0, 4.0, -0.25])
xs = Leaves("xᵢ", VALUES, lambda i: Leaf(f"x{subscript(i + 1)}", VALUES[i], f"inputs[{i}]", 7))
ws = Leaves("wᵢ", WEIGHTS, lambda i: Leaf(f"w{subscript(i + 1)}", WEIGHTS[i], f"layers.0.weight[0,{i}]"))


def test_one_symbol_stands_for_many_numbers():
    assert total(xs * ws).value == VALUES @ WEIGHTS
    assert total(xs * ws).magnitude == np.abs(VALUES * WEIGHTS).sum()
    assert mean(xs**2).value == np.mean(VALUES**2)
    assert length(xs).value == pytest.approx(np.linalg.norm(VALUES))
    assert np.array_equal(where(xs > 0, xs, -xs).value, np.abs(VALUES))
    assert (xs + 1).size == 3 and total(xs).size is None


def test_each_of_many_is_a_tree_of_its_own():
    term = named("pᵢ", xs * ws + 1).at(1)
    assert term.value == VALUES[1] * WEIGHTS[1] + 1 and term.symbol == "p₂"
    assert [(leaf.symbol, leaf.address, leaf.sample) for leaf in term.leaves()] == [
        ("x₂", "inputs[1]", 7),
        ("w₂", "layers.0.weight[0,1]", None),
    ]
    assert (x * total(xs)).at(0).value == X * VALUES.sum()


def test_counts_that_do_not_fit_are_an_error():
    with pytest.raises(ValueError, match="different counts"):
        _ = (xs + Leaves("yᵢ", [1, 2], lambda i: x)).size
    with pytest.raises(ValueError, match="several numbers"):
        total(x)


def test_leaves_come_once_each_in_the_order_of_writing():
    z = named("z", total(ws * xs) + Leaf("b", 1.0, "layers.0.bias[0]"))
    symbols = [leaf.symbol for leaf in (z * z).leaves()]
    assert symbols == ["w₁", "x₁", "w₂", "x₂", "w₃", "x₃", "b"]
    assert [leaf.symbol for leaf in where(x > 0, x, y).leaves()] == ["x"]
    assert [leaf.symbol for leaf in where(x > 1, x, y).leaves()] == ["x", "y"]


def test_what_was_added_is_told_apart_from_what_it_was_added_to():
    tree = named("w′", (x - 0.1 * y).told("Go."))
    assert change(tree, x).value == pytest.approx(-0.1 * Y)
    assert change(x - y - 1, x).value == pytest.approx(-Y - 1)
    assert change(y * 2, x).value == 2 * Y - X
    assert change(Sum([x]), x).value == 0


def test_small_helpers():
    assert subscript(120) == "₁₂₀"
    assert next_address("optimizer.adam.mean.layers.0.weight[2,0]") == "optimizer.adam.mean.layers.0.weight.next[2,0]"
    assert next_address("layers.0.bias") == "layers.0.bias.next" and next_address("") == ""
    rate = Param(id="rate", label="Rate", kind="number", default=1, sentence="", formula="λ")
    found = constants([rate], {"rate": 0.3, "kind": "l2"})
    assert found["rate"].value == 0.3 and found["rate"].symbol == "λ"


def in_float32(tree):
    """The tree computed as float32 does it: every leaf and every result rounded."""
    if isinstance(tree, Number | Leaf):
        return np.float32(tree.value)
    with np.errstate(all="ignore"):
        return np.float32(tree._value(*[in_float32(child) for child in tree.children]))


numbers = st.floats(-30, 30, width=32).map(lambda value: Leaf("x", value))


def grown(parts):
    pair = st.tuples(parts, parts)
    return st.one_of(
        pair.map(lambda p: p[0] + p[1]), pair.map(lambda p: p[0] - p[1]), pair.map(lambda p: p[0] * p[1]),
        pair.map(lambda p: p[0] / (1 + absolute(p[1]))), pair.map(lambda p: maximum(*p)), parts.map(tanh),
        parts.map(sigmoid), parts.map(lambda p: log1p(absolute(p))), parts.map(lambda p: sqrt(1 + p * p)),
        parts.map(sin), parts.map(lambda p: exp(-absolute(p))), parts.map(lambda p: p**2),
    )  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.recursive(numbers, grown, max_leaves=12))
def test_the_magnitude_bounds_what_rounding_can_do(tree):
    """Each of at most 60 operations of a tree adds about 6·10⁻⁸ of the magnitude, and none much more."""
    if not tree.magnitude < 1e30:
        return
    assert abs(float(in_float32(tree)) - tree.value) <= 60 * 2**-23 * tree.magnitude + 1e-37
