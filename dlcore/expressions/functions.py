"""What formulas are written with, besides the operators; see `dlcore.expressions`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dlcore.expressions.tree import (
    DIGITS,
    Expression,
    Function,
    Leaf,
    Leaves,
    Named,
    Number,
    Sample,
    Sum,
    Total,
    Where,
    as_expression,
)


def named(
    symbol: str,
    part: Any,
    address: str = "",
    sample: Sample = None,
    *,
    name: str = "",
) -> Named:
    """An intermediate result with a symbol, worth a line of its own; with an address it can be followed.

    Where it stands for several numbers, the symbol ends with the letter that counts them: "ẑᵢ".
    """
    return Named((part,), symbol=symbol, address=address, sample=sample, name=name)


def constants(params: Iterable[Any], values: Mapping[str, float]) -> dict[str, Expression]:
    """The settings of a catalogue entry, given its declared `params`, as numbers that are shown by their symbols."""
    return {param.id: Number(values[param.id], param.formula) for param in params}


def next_address(address: str) -> str:
    """Where a value is found after the coming step: "layers.0.weight.next[2,0]" for "layers.0.weight[2,0]"."""
    name, bracket, place = address.partition("[")
    return f"{name}.next{bracket}{place}" if name else ""


def total(term: Expression, index: str = "i") -> Total:
    """The sum of all numbers that `term` stands for. ValueError where it is a single one."""
    if term.size is None:
        raise ValueError("a total is of something that stands for several numbers")
    return Total((term,), index=index)


def mean(term: Expression, index: str = "i", count: str = "n") -> Expression:
    """Their mean, 1/n times the total; `count` is the symbol of n."""
    return total(term, index) / Number(term.size, count)


def length(vector: Expression, index: str = "i") -> Expression:
    """√Σ g²: the length of a vector that has been given as its numbers."""
    return sqrt(total(vector**2, index))


def where(condition: Expression, yes: Any, no: Any) -> Where:
    """`yes` where the condition holds (a comparison such as z > 0), else `no`."""
    return Where((condition, yes, no))


def exp(x: Any) -> Function:
    """eˣ."""
    return Function((x,), name="exp")


def expm1(x: Any) -> Function:
    """eˣ − 1, exact near 0 as well."""
    return Function((x,), name="expm1")


def log(x: Any) -> Function:
    """The natural logarithm."""
    return Function((x,), name="log")


def log1p(x: Any) -> Function:
    """ln(1 + x), exact near 0 as well."""
    return Function((x,), name="log1p")


def sqrt(x: Any) -> Function:
    """The square root."""
    return Function((x,), name="sqrt")


def tanh(x: Any) -> Function:
    """The hyperbolic tangent."""
    return Function((x,), name="tanh")


def erf(x: Any) -> Function:
    """The error function."""
    return Function((x,), name="erf")


def sin(x: Any) -> Function:
    """The sine, x in radians."""
    return Function((x,), name="sin")


def cos(x: Any) -> Function:
    """The cosine, x in radians."""
    return Function((x,), name="cos")


def absolute(x: Any) -> Function:
    """|x|."""
    return Function((x,), name="abs")


def sign(x: Any) -> Function:
    """−1, 0 or 1."""
    return Function((x,), name="sign")


def floor(x: Any) -> Function:
    """The next whole number below."""
    return Function((x,), name="floor")


def atan2(y: Any, x: Any) -> Function:
    """The direction of the point (x, y), in radians from −π to π."""
    return Function((y, x), name="atan2")


def maximum(*parts: Any) -> Function:
    """The largest."""
    return Function(parts, name="max")


def minimum(*parts: Any) -> Function:
    """The smallest."""
    return Function(parts, name="min")


def sigmoid(x: Any) -> Expression:
    """1 / (1 + e⁻ˣ)."""
    return 1 / (1 + exp(-as_expression(x)))


def softmax(logits: Sequence[Expression], column: int) -> Expression:
    """Share number `column` of the shares that add up to 1, e^(z_k − M) / Σⱼ e^(z_j − M).

    M, the largest logit, is taken away first, which changes no share, so that no power grows too large.
    """
    largest, powers = _powers(logits)
    share = exp(logits[column] - largest) / powers
    return share.told("Raise e to ", logits[column], " less ", largest, ", and divide by ", powers, ".")


def log_sum_exp(logits: Sequence[Expression]) -> Expression:
    """ln Σⱼ e^(z_j), written as ln Σⱼ e^(z_j − M) + M with the largest logit M, so that no power grows too large."""
    largest, powers = _powers(logits)
    return log(powers) + largest


def _powers(logits: Sequence[Expression]) -> tuple[Named, Named]:
    """M and Σⱼ e^(z_j − M)."""
    largest = named("M", maximum(*logits).told("Find the largest of the sums."), name="the largest sum")
    powers = total(exp(gathered(logits, "ⱼ") - largest), "j")
    powers = powers.told("Take ", largest, " away from every sum, raise e to what is left, and add the powers up.")
    return largest, named("S", powers, name="the sum of the powers")


def gathered(parts: Sequence[Leaf | Named], index: str = "ᵢ") -> Leaves:
    """Numbers that are given one by one as one symbol, that of the first with the letter that counts them."""
    symbol = parts[0].symbol.rstrip(DIGITS) + index
    return Leaves(symbol, [part.value for part in parts], parts.__getitem__, [part.magnitude for part in parts])


def change(after: Expression, before: Expression) -> Expression:
    """What was added to `before` to get `after`: where `after` is a sum that starts with it, the rest of the sum."""
    result = after.expression if isinstance(after, Named) else after
    if isinstance(result, Sum) and result.terms[0] is before and len(result.terms) > 1:
        return added(result.terms[1:]).told(*result.told_as)
    return after - before


def added(terms: Iterable[Expression]) -> Expression:
    """Their sum; a single one as it is."""
    terms = tuple(terms)
    return terms[0] if len(terms) == 1 else Sum(terms)
