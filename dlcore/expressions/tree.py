"""The nodes of expressions and how they are evaluated; see `dlcore.expressions`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from dlcore.expressions.rules import RULES

DIGITS = "₀₁₂₃₄₅₆₇₈₉"
_SUBSCRIPTS = str.maketrans("0123456789", DIGITS)
INDICES = "ᵢⱼₖₙ"  # the letters that count the numbers of a sum
Sample = Any  # an index into train, ("test", i), ("point", x1, x2), or None for the batch


def subscript(number: int) -> str:
    """A whole number in small digits: 12 as ₁₂."""
    return str(number).translate(_SUBSCRIPTS)


class Expression:
    """A tree. `children` are its parts; `size` is how many numbers it stands for, None for a single one."""

    told_as: tuple[str | Expression, ...] = ()
    __array_ufunc__ = None  # NumPy leaves 2.0 * expression to the expression

    def __init__(self, **fields: Any):
        self.__dict__.update(fields)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"expressions never change, so {name} can't be set")

    @property
    def children(self) -> tuple[Expression, ...]:
        """The parts that it is computed from."""
        return ()

    @cached_property
    def value(self) -> Any:
        """The number, float64; an array (size,) where it stands for several. Never raises: 1 / 0 is inf."""
        with np.errstate(all="ignore"):
            return self._value(*[child.value for child in self.children])

    @cached_property
    def magnitude(self) -> Any:
        """The size of the numbers it was made of, see the module; at least |value|, and shaped like it."""
        with np.errstate(all="ignore"):
            return np.fmax(np.abs(self.value), self._magnitude())

    @cached_property
    def size(self) -> int | None:
        """How many numbers it stands for; None for a single one. ValueError where the parts differ."""
        sizes = {child.size for child in self.children} - {None}
        if len(sizes) > 1:
            raise ValueError(f"these stand for different counts of numbers: {sorted(sizes)}")
        return sizes.pop() if sizes else None

    def at(self, index: int) -> Expression:
        """The tree of one of the numbers that it stands for; itself where it is a single one."""
        return self if self.size is None else self._with([child.at(index) for child in self.children])

    def leaves(self) -> Iterator[Leaf]:
        """Every leaf that the value depends on, each once, in the order of writing."""
        seen = set()
        for leaf in self._leaves():
            key = (leaf.address, leaf.sample) if leaf.address else (leaf.symbol, float(leaf.value))
            if key not in seen:
                seen.add(key)
                yield leaf

    def told(self, *words: str | Expression) -> Expression:
        """The same tree with a sentence of its own: texts, and expressions where their values belong."""
        return self._copy(told_as=words)

    def _value(self, *parts: Any) -> Any:
        raise NotImplementedError

    def _magnitude(self) -> Any:
        raise NotImplementedError

    def _with(self, children: Sequence[Expression]) -> Expression:
        raise NotImplementedError

    def _leaves(self) -> Iterator[Leaf]:
        for child in self.children:
            yield from child._leaves()

    def _copy(self, **changes: Any) -> Any:
        copy = object.__new__(type(self))
        copy.__dict__.update(self.__dict__ | changes)
        return copy

    def __add__(self, other: Any) -> Expression:
        return Sum((*_terms(self), as_expression(other)))

    def __radd__(self, other: Any) -> Expression:
        return as_expression(other) + self

    def __sub__(self, other: Any) -> Expression:
        return Sum((*_terms(self), -as_expression(other)))

    def __rsub__(self, other: Any) -> Expression:
        return as_expression(other) - self

    def __mul__(self, other: Any) -> Expression:
        return Product((*_factors(self), as_expression(other)))

    def __rmul__(self, other: Any) -> Expression:
        return Product((as_expression(other), *_factors(self)))

    def __truediv__(self, other: Any) -> Expression:
        return Quotient((self, as_expression(other)))

    def __rtruediv__(self, other: Any) -> Expression:
        return as_expression(other) / self

    def __pow__(self, other: Any) -> Expression:
        return Power((self, as_expression(other)))

    def __neg__(self) -> Expression:
        return Negative((self,))

    def __gt__(self, other: Any) -> Expression:
        return Comparison((self, as_expression(other)), relation=">")

    def __ge__(self, other: Any) -> Expression:
        return Comparison((self, as_expression(other)), relation="≥")

    def __lt__(self, other: Any) -> Expression:
        return Comparison((self, as_expression(other)), relation="<")

    def __le__(self, other: Any) -> Expression:
        return Comparison((self, as_expression(other)), relation="≤")


def as_expression(value: Any, symbol: str = "") -> Expression:
    """An expression as it is; a plain number as a `Number`, shown as `symbol` in formulas."""
    return value if isinstance(value, Expression) else Number(value, symbol)


def _terms(expression: Expression) -> tuple[Expression, ...]:
    return expression.terms if isinstance(expression, Sum) and not expression.told_as else (expression,)


def _factors(expression: Expression) -> tuple[Expression, ...]:
    return expression.children if isinstance(expression, Product) and not expression.told_as else (expression,)


class Number(Expression):
    """A constant of a formula, such as the 2 of a square; in symbols shown as `symbol`, if it has one."""

    def __init__(self, number: float, symbol: str = ""):
        super().__init__(number=number, symbol=symbol)

    def _value(self) -> Any:
        return np.float64(self.number)

    def _magnitude(self) -> Any:
        return np.abs(self.value)


class Leaf(Expression):
    """A number that a person can follow: under `address`, of one `sample` (None: of the batch or of none).

    `name` is what people call it ("the weight from x₁"), or a function that says so when it is asked for. `magnitude`
    may tell the size of the numbers that it was itself made of, where that is known to be more than its own.
    """

    def __init__(
        self,
        symbol: str,
        value: float,
        address: str = "",
        sample: Sample = None,
        *,
        name: str | Callable[[], str] = "",
        magnitude: float = 0.0,
    ):
        fields = {"symbol": symbol, "value": np.float64(value), "address": address, "sample": sample}
        super().__init__(**fields, _called=name, _made_of=magnitude)

    @cached_property
    def name(self) -> str:
        """What people call it."""
        return self._called if isinstance(self._called, str) else self._called()

    def _magnitude(self) -> Any:
        return np.float64(self._made_of)

    def _leaves(self) -> Iterator[Leaf]:
        yield self


class Leaves(Expression):
    """n numbers under one symbol ("wᵢ"): `values` (n,), and `each(i)` makes the leaf of number i, from 0.

    `magnitudes` (n,) may tell the size of the numbers that each was itself made of. With `count`, which is n, `values`
    is a function that looks them up when they are needed.
    """

    def __init__(
        self, symbol: str, values: Any, each: Callable[[int], Expression], magnitudes: Any = 0.0, count: Any = None
    ):
        known = {"_look": values, "size": count} if count is not None else {"value": np.asarray(values, np.float64)}
        super().__init__(symbol=symbol, each=each, _made_of=magnitudes, **known)

    @cached_property
    def size(self) -> int:
        """n."""
        return len(self.value)

    def at(self, index: int) -> Expression:
        """The leaf of one of the numbers."""
        return self.each(index)

    def _value(self) -> Any:
        return np.asarray(self._look(), dtype=np.float64)

    def _magnitude(self) -> Any:
        return np.asarray(self._made_of, dtype=np.float64)

    def _leaves(self) -> Iterator[Leaf]:
        return (leaf for index in range(self.size) for leaf in self.each(index)._leaves())


class _Operation(Expression):
    """What is computed from `children`; `fields` are what it is given besides."""

    children: tuple[Expression, ...] = ()
    fields: tuple[str, ...] = ()

    def __init__(self, children: Sequence[Expression], **fields: Any):
        super().__init__(children=tuple(map(as_expression, children)), **fields)

    def _with(self, children: Sequence[Expression]) -> Expression:
        return type(self)(children, **{name: self.__dict__[name] for name in self.fields})


class Sum(_Operation):
    """terms[0] + terms[1] + …; a term that is taken away is a `Negative`."""

    @property
    def terms(self) -> tuple[Expression, ...]:
        """What is added up."""
        return self.children

    def _value(self, *parts: Any) -> Any:
        return sum(parts, np.float64(0))

    def _magnitude(self) -> Any:
        return sum((term.magnitude for term in self.terms), np.float64(0))


class Product(_Operation):
    """children[0] · children[1] · …"""

    def _value(self, *parts: Any) -> Any:
        return math.prod(parts, start=np.float64(1))

    def _magnitude(self) -> Any:
        value, size = np.float64(1), np.float64(1)
        for child in self.children:
            here = np.abs(child.value)
            size = size * here + value * child.magnitude - value * here
            value = value * here
        return size


class Quotient(_Operation):
    """children[0] / children[1]."""

    def _value(self, top: Any, bottom: Any) -> Any:
        return top / bottom

    def _magnitude(self) -> Any:
        top, bottom = self.children
        ratio = np.abs(self.value)
        return top.magnitude / np.abs(bottom.value) + ratio * (bottom.magnitude / np.abs(bottom.value) - 1)


class Power(_Operation):
    """children[0] to the power of children[1]."""

    def _value(self, base: Any, exponent: Any) -> Any:
        return np.power(base, exponent)

    def _magnitude(self) -> Any:
        base, exponent = self.children
        return np.abs(exponent.value * np.power(np.abs(base.value), exponent.value - 1)) * base.magnitude


class Negative(_Operation):
    """− children[0]."""

    def _value(self, part: Any) -> Any:
        return -part

    def _magnitude(self) -> Any:
        return self.children[0].magnitude


class Comparison(_Operation):
    """1 where children[0] `relation` children[1], else 0: what `where` asks."""

    fields = ("relation",)
    _ASK = {">": np.greater, "≥": np.greater_equal, "<": np.less, "≤": np.less_equal}  # noqa: RUF012

    def _value(self, left: Any, right: Any) -> Any:
        return np.where(self._ASK[self.relation](left, right), 1.0, 0.0)[()]

    def _magnitude(self) -> Any:
        return np.abs(self.value)


class Where(_Operation):
    """children[1] where the condition children[0] holds, else children[2]."""

    def _value(self, condition: Any, yes: Any, no: Any) -> Any:
        return np.where(condition, yes, no)[()]

    def _magnitude(self) -> Any:
        condition, yes, no = self.children
        return np.where(condition.value, yes.magnitude, no.magnitude)[()]

    def _leaves(self) -> Iterator[Leaf]:
        condition, yes, no = self.children
        yield from condition._leaves()
        yield from (yes if np.any(condition.value) else no)._leaves()


class Total(_Operation):
    """The sum of all the numbers that children[0] stands for, counted by `index`: Σᵢ."""

    fields = ("index",)

    @property
    def term(self) -> Expression:
        """What is added up, for all of them."""
        return self.children[0]

    @cached_property
    def size(self) -> None:
        """A total is a single number."""
        return None

    def _value(self, term: Any) -> Any:
        return np.sum(term)

    def _magnitude(self) -> Any:
        return np.sum(self.term.magnitude)

    def _leaves(self) -> Iterator[Leaf]:
        for index in range(self.term.size):
            yield from self.term.at(index)._leaves()


class Named(_Operation):
    """children[0], an intermediate result that has a symbol and gets a line of its own."""

    fields = ("symbol", "address", "sample", "name")

    @property
    def expression(self) -> Expression:
        """What it names."""
        return self.children[0]

    def at(self, index: int) -> Expression:
        """One of the numbers; where the symbol ends with the letter that counts them, that becomes its number."""
        if self.size is None:
            return self
        symbol = self.symbol[:-1] + subscript(index + 1) if self.symbol[-1] in INDICES else self.symbol
        return Named((self.expression.at(index),), symbol=symbol, address="", sample=None, name=self.name)

    def _value(self, part: Any) -> Any:
        return part

    def _magnitude(self) -> Any:
        return self.expression.magnitude


class Function(_Operation):
    """One of `RULES` by its name, of children."""

    fields = ("name",)

    def _value(self, *parts: Any) -> Any:
        return RULES[self.name].compute(*parts)

    def _magnitude(self) -> Any:
        parts = [child.value for child in self.children]
        slopes = RULES[self.name].slopes(*parts, self.value)
        sizes = [np.abs(slope) * child.magnitude for slope, child in zip(slopes, self.children, strict=True)]
        return np.fmax.reduce(np.broadcast_arrays(*sizes))
