"""A tree in words: the sentence that was given to it, or one made of its parts."""

from __future__ import annotations

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
    Sum,
    Total,
    Where,
)
from dlcore.expressions.writing import SYMBOLS, Token, Writer, figure, figure_of, word

_FUNCTIONS = {
    "exp": "e to the power of ",
    "log": "the logarithm of ",
    "sqrt": "the root of ",
    "abs": "the size of ",
    "sign": "the sign of ",
    "floor": "the whole number below ",
    "max": "the largest of ",
    "min": "the smallest of ",
    "sin": "the sine of ",
    "cos": "the cosine of ",
    "log1p": "the logarithm of 1 plus ",
    "expm1": "1 less than e to the power of ",
    "atan2": "the direction of ",
}
_RELATIONS = {">": " is more than ", "≥": " is at least ", "<": " is less than ", "≤": " is at most "}


def sentence(step: Named) -> list[Token]:
    """What is done to get an intermediate result, and what it gives."""
    part = step.expression
    told = step.told_as or part.told_as
    if told:
        tokens = [token for piece in told for token in ([word(piece)] if isinstance(piece, str) else phrase(piece))]
    else:
        tokens = [word("Take "), *phrase(part), word(".")]
    result = figure(step.value, step.address)
    result.pop("address", None)
    if step.told_as or part.told_as or not isinstance(part, Leaf | Named):
        tokens += [word(" That gives "), result, word(".")]
    return _joined(tokens)


def phrase(part: Expression) -> list[Token]:
    """A part as words in a sentence: numbers by name with their value, what is computed as "… times …"."""
    if isinstance(part, Leaf | Named) and part.size is None:
        return [word(f"{part.name or part.symbol} ("), figure_of(part), word(")")]
    if isinstance(part, Number | Leaves | Named):
        return Writer(SYMBOLS).write(part)
    if isinstance(part, Negative):
        return [word("minus "), *phrase(part.children[0])]
    if isinstance(part, Sum):
        tokens = phrase(part.terms[0])
        for term in part.terms[1:]:
            taken = isinstance(term, Negative)
            tokens += [word(" less " if taken else " plus "), *phrase(term.children[0] if taken else term)]
        return tokens
    if isinstance(part, Product):
        return _listed(part, ", all times " if isinstance(part.children[0], Sum) else " times ")
    if isinstance(part, Quotient):
        top, bottom = part.children
        if isinstance(top, Total) and isinstance(bottom, Number) and bottom.number == top.term.size:
            return [word("the mean of all "), *Writer(SYMBOLS).write(top.term)]
        return _listed(part, ", all divided by " if isinstance(top, Sum) else " divided by ")
    if isinstance(part, Comparison):
        return _listed(part, _RELATIONS[part.relation])
    return _applied(part)


def _applied(part: Expression) -> list[Token]:
    if isinstance(part, Total):
        return [word("the sum of all "), *Writer(SYMBOLS).write(part.term)]
    if isinstance(part, Power):
        base, exponent = part.children
        if isinstance(exponent, Number) and exponent.number == 2:
            return [word("the square of "), *phrase(base)]
        return _listed(part, " to the power of ")
    if isinstance(part, Where):
        condition, yes, no = part.children
        return [*phrase(yes), word(" where "), *phrase(condition), word(", and "), *phrase(no), word(" elsewhere")]
    assert isinstance(part, Function)
    return [word(_FUNCTIONS.get(part.name, f"the {part.name} of ")), *_listed(part, " and ")]


def _listed(part: Expression, between: str) -> list[Token]:
    tokens = phrase(part.children[0])
    for child in part.children[1:]:
        tokens += [word(between), *phrase(child)]
    return tokens


def _joined(tokens: list[Token]) -> list[Token]:
    """Words side by side as one token."""
    found: list[Token] = []
    for token in tokens:
        if found and token["kind"] == found[-1]["kind"] == "word":
            found[-1] = word(found[-1]["text"] + token["text"])
        else:
            found.append(token)
    return found
