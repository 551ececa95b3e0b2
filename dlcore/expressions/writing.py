"""A tree as one line of tokens, in symbols or with its numbers; see `dlcore.expressions.telling`.

A token is {"text", "kind", "address"?, "sample"?, "value"?, "tokens"?}: what is written, whether it is a
"symbol", a "number", an "operator", a "word" or a "fold" (of `tokens` that it stands for), and where a
person gets to who follows it.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from dlcore.expressions import figures
from dlcore.expressions.tree import (
    INDICES,
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
    Sum,
    Total,
    Where,
)

Token = dict[str, Any]
SYMBOLS, NUMBERS = "symbols", "numbers"
MOST = 6  # terms of a sum that are shown before the rest is folded
ARGUMENTS = 4  # of a function, which all fit in a line
DEEPEST_FOLD = 100  # terms that a fold holds; of more only the sum is told
# How tightly each kind of part holds together; a looser one within a tighter one gets brackets.
_CHOICE, _SUM, _PRODUCT, _POWER, _WHOLE = range(5)
_RAISED = {**dict(zip("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True)), "t": "ᵗ", "z": "ᶻ", "n": "ⁿ", "x": "ˣ", "−": "⁻"}
_CALLED = {"log": "ln", "atan2": "atan2"}
_AROUND = {"abs": ("|", "|"), "floor": ("⌊", "⌋")}


def operator(text: str) -> Token:
    """A token of punctuation or space."""
    return {"text": text, "kind": "operator"}


def word(text: str) -> Token:
    """A token of running text."""
    return {"text": text, "kind": "word"}


def figure(value: float, address: str = "", sample: Any = None, text: str = "") -> Token:
    """A number's token, which can be followed where there is an address."""
    return _followed({"text": text or figures.of(value, address), "kind": "number"}, value, address, sample)


def figure_of(part: Leaf | Named) -> Token:
    """A part's number; where nobody can follow it and it is whole, it counts something and has no decimals."""
    counts = isinstance(part, Leaf) and not part.address and float(part.value).is_integer()
    return figure(part.value, part.address, part.sample, figures.constant(part.value) if counts else "")


def symbol(part: Leaf | Named | Leaves) -> Token:
    """A symbol's token, which can be followed where its part has an address."""
    made = {"text": part.symbol, "kind": "symbol"}
    if isinstance(part, Leaves) or part.size is not None:
        return made
    return _followed(made, part.value, part.address, part.sample)


def _followed(made: Token, value: float, address: str, sample: Any) -> Token:
    if math.isfinite(value):
        made["value"] = float(value)
    if address:
        made["address"] = address
        if sample is not None:
            made["sample"] = list(sample) if isinstance(sample, tuple) else sample
    return made


def width(tokens: Iterable[Token]) -> int:
    """How many characters wide a line is; marks above letters take no room."""
    return sum(not unicodedata.combining(character) for token in tokens for character in token["text"])


def plain(lines: Iterable[Sequence[Token]]) -> str:
    """Lines as text."""
    return "\n".join("".join(token["text"] for token in line).rstrip() for line in lines)


def fold(count: int, tokens: list[Token], text: str = "") -> Token:
    """What stands for that many terms until it is unfolded."""
    return {"text": text or f"{count:,} more", "kind": "fold", "tokens": tokens}


class Writer:
    """Writes trees in one of the two ways. `known` are parts that are written as their number in any case."""

    def __init__(self, way: str, known: Sequence[Expression] = ()):
        self.way = way
        self.known = known
        self._times = "·" if way == SYMBOLS else " × "

    def write(self, part: Expression, hold: int = _CHOICE, first: bool = True) -> list[Token]:
        """The tokens of a part within one that holds together like `hold`; `first` where nothing stands before it
        that a minus could be taken for."""
        if any(part is other for other in self.known):
            return self._number(figure(part.value), first)
        return _WRITERS[type(part)](self, part, hold, first)

    def _bracketed(self, tokens: list[Token], needed: bool) -> list[Token]:
        return [operator("("), *tokens, operator(")")] if needed else tokens

    def _number(self, token: Token, first: bool) -> list[Token]:
        return self._bracketed([token], not first and token["text"].startswith("−"))

    def _constant(self, part: Number, hold: int, first: bool) -> list[Token]:
        if part.symbol and self.way == SYMBOLS:
            return [{"text": part.symbol, "kind": "symbol"}]
        return self._number(figure(part.number, text=figures.constant(part.number)), first)

    def _leaf(self, part: Leaf | Named, hold: int, first: bool) -> list[Token]:
        if self.way == SYMBOLS or part.size is not None:
            return [symbol(part)]
        number = figure_of(part)
        scientific = hold == _WHOLE and "e" in number["text"]
        return [operator("("), number, operator(")")] if scientific else self._number(number, first)

    def _sum(self, part: Sum, hold: int, first: bool) -> list[Token]:
        inside = hold > _SUM
        shown = part.terms if len(part.terms) <= MOST + 1 else part.terms[:2]
        tokens = self._added(shown, first or inside)
        if len(shown) < len(part.terms):
            rest = part.terms[len(shown) :]
            tokens += [operator(" + "), fold(len(rest), self._added(rest[:DEEPEST_FOLD], False)[1:])]
        return self._bracketed(tokens, inside)

    def _added(self, terms: Sequence[Expression], first: bool) -> list[Token]:
        tokens = []
        for term in terms:
            taken = isinstance(term, Negative)
            if tokens or not first:
                tokens.append(operator(" − " if taken else " + "))
            elif taken:
                tokens.append(operator("−"))
            tokens += self.write(term.children[0] if taken else term, _PRODUCT, not tokens)
        return tokens

    def _negative(self, part: Negative, hold: int, first: bool) -> list[Token]:
        tokens = [operator("−"), *self.write(part.children[0], _PRODUCT, False)]
        return self._bracketed(tokens, hold > _SUM or not first)

    def _product(self, part: Product, hold: int, first: bool) -> list[Token]:
        lead = part.children[0]  # x / y·z could be read in two ways
        loose = isinstance(lead, Quotient | Total)
        tokens = self.write(lead, _POWER if loose else _PRODUCT, first or hold > _PRODUCT)
        for child in part.children[1:]:
            last = child is part.children[-1] and isinstance(child, Total)  # Σ reaches to the end anyway
            tokens += [operator(self._times), *self.write(child, _PRODUCT if last else _POWER, False)]
        return self._bracketed(tokens, hold > _PRODUCT)

    def _quotient(self, part: Quotient, hold: int, first: bool) -> list[Token]:
        top, bottom = part.children
        tokens = self.write(top, _POWER if isinstance(top, Quotient) else _PRODUCT, first or hold > _PRODUCT)
        tokens += [operator(" / ")]
        tokens += self.write(bottom, _POWER, False)
        return self._bracketed(tokens, hold > _PRODUCT)

    def _power(self, part: Power, hold: int, first: bool) -> list[Token]:
        base, exponent = part.children
        return self._bracketed([*self.write(base, _WHOLE, False), *self._exponent(exponent)], hold > _POWER)

    def _exponent(self, exponent: Expression) -> list[Token]:
        """Small raised characters where there are such, else ^ and brackets."""
        tokens = self.write(exponent)
        text = "".join(token["text"] for token in tokens)
        if all(character in _RAISED for character in text) and len(text) < 6:
            kept = tokens[-1] if len(tokens) == 1 else {"kind": "symbol"}
            return [kept | {"text": "".join(_RAISED[character] for character in text)}]
        return [operator("^"), *self.write(exponent, _WHOLE, False)]

    def _function(self, part: Function, hold: int, first: bool) -> list[Token]:
        arguments = part.children
        if part.name in ("exp", "expm1"):
            power = [{"text": "e", "kind": "symbol"}, *self._exponent(arguments[0])]
            if part.name == "exp":
                return self._bracketed(power, hold > _POWER)
            return self._bracketed([*power, operator(" − 1")], hold > _SUM)
        if part.name == "sqrt":
            return [operator("√"), *self.write(arguments[0], _WHOLE, False)]
        if part.name in _AROUND:
            left, right = _AROUND[part.name]
            return [operator(left), *self.write(arguments[0], _SUM), operator(right)]
        name, lead = ("ln", [operator("1 + ")]) if part.name == "log1p" else (_CALLED.get(part.name, part.name), [])
        tokens = [operator(f"{name}("), *lead]
        shown = arguments if len(arguments) <= ARGUMENTS else arguments[:2]
        for place, argument in enumerate(shown):
            tokens += [operator(", ")] * bool(place) + self.write(argument, _SUM, not lead)
        if len(shown) < len(arguments):
            rest = [self.write(argument, _SUM) for argument in arguments[len(shown) :][:DEEPEST_FOLD]]
            inside = [token for tokens in rest for token in (*tokens, operator(", "))][:-1]
            tokens += [operator(", "), fold(len(arguments) - len(shown), inside)]
        return [*tokens, operator(")")]

    def _where(self, part: Where, hold: int, first: bool) -> list[Token]:
        """In symbols both ways; with numbers the one that is taken, and why."""
        condition, yes, no = part.children
        if self.way == SYMBOLS:
            tokens = [*self.write(yes, _SUM, first), word(" where "), *self.write(condition)]
            tokens += [word(","), word(" else "), *self.write(no, _SUM)]
            return self._bracketed(tokens, hold > _CHOICE)
        taken = self.write(yes if condition.value else no, hold, first)
        if hold > _CHOICE:
            return taken
        opposite = {">": "≤", "≥": "<", "<": "≥", "≤": ">"}
        asked = condition
        if not condition.value:
            asked = Comparison(condition.children, relation=opposite[condition.relation])
        return [*taken, word(","), word(" as "), *self.write(asked)]

    def _comparison(self, part: Comparison, hold: int, first: bool) -> list[Token]:
        left, right = part.children
        return [*self.write(left, _SUM), operator(f" {part.relation} "), *self.write(right, _SUM)]

    def _total(self, part: Total, hold: int, first: bool) -> list[Token]:
        if self.way == NUMBERS and hold == _CHOICE and part.term.size <= 2:
            return self._added([part.term.at(index) for index in range(part.term.size)], True)
        if self.way == NUMBERS:
            return self._number(figure(part.value), first)
        letter = dict(zip("ijkn", INDICES, strict=True))[part.index]
        tokens = [operator(f"Σ{letter} "), *self.write(part.term, _PRODUCT, False)]
        return self._bracketed(tokens, hold > _PRODUCT)


_WRITERS: dict[type, Callable[..., list[Token]]] = {
    Number: Writer._constant,
    Leaf: Writer._leaf,
    Leaves: Writer._leaf,
    Named: Writer._leaf,
    Sum: Writer._sum,
    Total: Writer._total,
    Negative: Writer._negative,
    Product: Writer._product,
    Quotient: Writer._quotient,
    Power: Writer._power,
    Function: Writer._function,
    Where: Writer._where,
    Comparison: Writer._comparison,
}
