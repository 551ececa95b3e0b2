"""A tree told in three ways: with its numbers, in words, and as code. See `layout`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from dlcore.expressions import figures
from dlcore.expressions.code import source
from dlcore.expressions.tree import DIGITS, Expression, Leaf, Named, Negative, Number, Sum, Total
from dlcore.expressions.words import sentence
from dlcore.expressions.writing import (
    DEEPEST_FOLD,
    MOST,
    NUMBERS,
    SYMBOLS,
    Token,
    Writer,
    figure,
    figure_of,
    fold,
    operator,
    symbol,
    width,
)

Line = list[Token]
FEW = 3  # rows of a long sum that is only an intermediate result
# Where a line that is too wide is broken: before the first of these that make it fit.
_BREAKS = ((" else ", " as "), (" where ",), (" + ", " − "), (" / ", "·", " × "))
WIDEST = 40  # characters of a line: what the receipt's column holds
_INDENT = 2


def layout(
    tree: Expression, symbol: str = "", address: str = "", sample: Any = None, *, code: str = ""
) -> dict[str, Any]:
    """{"numbers": lines, "words": lines, "code": text} of a tree; a line is a list of tokens (see `writing`).

    The result goes by `symbol` (a `Named` tree has its own) and its number is written as that of `address`.
    Numbers: the formula, its intermediate results, the live values, the result; in a font of one width the
    columns stand under each other, and the tokens of a fold hold their line breaks, "\\n". `code` replaces
    the line that is made of the tree.
    """
    if not isinstance(tree, Named):
        tree = Named((tree,), symbol=symbol or "result", address=address, sample=sample, name="")
    steps = _steps(tree.expression)
    return {
        "numbers": _numbers(tree, steps),
        "words": [sentence(step) for step in (*steps, tree) if step.size is None],
        "code": code or "\n".join(source(step) for step in (*steps, tree)),
    }


def _steps(part: Expression) -> list[Named]:
    """The intermediate results within a part, each once, after those that it needs."""
    found: dict[str, Named] = {}

    def look(at: Expression) -> None:
        for child in at.children:
            look(child)
        if isinstance(at, Named):
            found.setdefault(at.symbol, at)

    look(part)
    return list(found.values())


def _numbers(tree: Named, steps: Sequence[Named]) -> list[Line]:
    lines = _wrapped(_equation(tree, Writer(SYMBOLS).write(tree.expression)))
    single = {step.symbol.rstrip(DIGITS) for step in steps if step.symbol[-1] in DIGITS}
    for step in steps:
        if step.size is not None and step.symbol[:-1] in single:
            continue  # what is done for all is plain from one of them: ẑ₃ = (z₃ − μ) / s
        lines += map(_indented, _step(step))
    if isinstance(tree.expression, Number) and not tree.expression.symbol:
        return lines  # its formula is its value
    if not steps:
        return lines + _values(tree, MOST, WIDEST)
    values = _values(tree, MOST, WIDEST)
    for at, line in enumerate(values):
        if line[0] == _margin(tree):  # the formula is far above by now, so its symbol is written again
            values[at] = [symbol(tree), operator(" "), *line[1:]]
            break
    return lines + values


def _indented(line: Line) -> Line:
    """The line further right, and what it folds too."""
    space = " " * _INDENT
    moved = []
    for token in line:
        if token["kind"] == "fold":
            inside = (part | {"text": part["text"].replace("\n", f"\n{space}")} for part in token["tokens"])
            token = token | {"tokens": list(inside)}
        moved.append(token)
    return [operator(space), *moved]


def _step(step: Named) -> list[Line]:
    """An intermediate result: its formula, and below it values and result, in one line where they fit."""
    lines = _wrapped(_equation(step, Writer(SYMBOLS).write(step.expression)), WIDEST - _INDENT)
    if step.size is not None:
        return lines
    values = _values(step, FEW, WIDEST - _INDENT)
    if len(values) == 2 and width(values[0]) + width(values[1]) < WIDEST - _INDENT:
        values = [[*values[0], operator(" "), *values[1][1:]]]
    return lines + values


def _equation(step: Named, right: Line) -> Line:
    return [symbol(step), operator(" = "), *right]


def _margin(step: Named) -> Token:
    return operator(" " * (width([symbol(step)]) + 1))


def _values(step: Named, most: int, widest: int) -> list[Line]:
    """What follows the formula: the rows of a long sum, `most` of them, the live values, the result."""
    result = figure(step.value, step.address, text="")
    result.pop("address", None)
    margin = _margin(step)
    part, known, lines = step.expression, [], []
    longest = _long_sum(part)
    if longest is not None:
        whole = longest is part
        lines = _rows(longest, most, *((symbol(step), result) if whole else (operator("Σ"), None)))
        if whole:
            return lines
        known = [longest]
    if isinstance(part, Leaf | Named | Number):
        return [[margin, operator("= "), *Writer(NUMBERS).write(part)]]
    lines += _wrapped([margin, operator("= "), *Writer(NUMBERS, known).write(part)], widest)
    return [*lines, [margin, operator("= "), result]]


def _long_sum(part: Expression) -> Expression | None:
    """The first sum within a part that is told in rows: a total, or one of terms too many for a line."""
    if isinstance(part, Total) or (isinstance(part, Sum) and any(isinstance(term, Total) for term in part.terms)):
        return part
    if isinstance(part, Sum) and len(part.terms) > 2 and width(Writer(NUMBERS).write(part)) > WIDEST:
        columns = _Columns([_Row(term, place) for place, term in enumerate(part.terms[:MOST])])
        return part if columns.left + 12 <= WIDEST else None
    if isinstance(part, Named):
        return None
    return next((found for found in map(_long_sum, part.children) if found is not None), None)


def _terms(part: Expression) -> tuple[int, Iterator[Expression]]:
    """How many terms a long sum has in all, and the terms."""
    if isinstance(part, Total):
        return part.term.size, (part.term.at(index) for index in range(part.term.size))
    counted = [_terms(term) if isinstance(term, Total) else (1, iter((term,))) for term in part.children]
    return sum(count for count, _ in counted), (term for _, terms in counted for term in terms)


def _rows(part: Expression, most: int, name: Token, value: Token | None) -> list[Line]:
    """The terms of a long sum one below the other, all but `most` of them folded, and what they add up to."""
    count, terms = _terms(part)
    rows = [_Row(term, place) for place, term in enumerate(islice(terms, most + DEEPEST_FOLD))]
    shown = rows if count <= most + 1 else rows[:most]
    more, hidden = count - len(shown), rows[len(shown) :]
    text = f"+ {more:,} more terms" if more else ""
    value = value or rows[0].alike(part.value)
    rest = rows[0].alike(part.value - sum(row.signed for row in shown))
    columns = _Columns(shown, text, [value, rest] if more else [value])
    lines = [columns.line(row) for row in shown]
    if more:
        inside = _Columns(rows, text, [value])
        tokens = [token for row in hidden for token in (operator("\n"), *inside.line(row))]
        if more > len(hidden):
            tokens.append(operator(f"\n  and {more - len(hidden):,} more"))
        text += "".join(token["text"] for token in columns.right(len(text), rest))
        lines.append([fold(more, tokens, text) | ({"value": rest["value"]} if "value" in rest else {})])
    lines.append([name, *columns.right(width([name]), value)])
    return lines


class _Row:
    """A term of a long sum: its sign, its symbols, its numbers, its value."""

    def __init__(self, term: Expression, place: int):
        taken = isinstance(term, Negative)
        term = term.children[0] if taken else term
        simple = isinstance(term, Leaf | Named)
        self.signed = -term.value if taken else term.value
        self.sign = operator("− " if taken else "+ " if place else "  ")
        self.symbols = Writer(SYMBOLS).write(term)
        self.numbers = [] if simple else Writer(NUMBERS).write(term)
        self.address = term.address if simple else ""
        self.value = figure_of(term) if simple else figure(term.value)
        self.wide, self.long = width(self.symbols), width(self.numbers)

    def alike(self, value: float) -> Token:
        """Another number, written with as many digits as this row's."""
        return figure(value, text=figures.of(value, self.address))


class _Columns:
    """Rows one below the other: symbols and numbers from the left, values by their decimal point."""

    def __init__(self, rows: Sequence[_Row], text: str = "", values: Sequence[Token] = ()):
        """`text` stands on the left of a row as well, and `values` on the right."""
        self.symbols = max(row.wide for row in rows)
        numbers = max(row.long for row in rows)
        self.left = max(2 + self.symbols + (2 + numbers if numbers else 0), len(text))
        self.before = max(_before(value["text"]) for value in (*values, *(row.value for row in rows)))

    def line(self, row: _Row) -> Line:
        """One row."""
        line, end = [row.sign, *row.symbols], 2 + row.wide
        if row.numbers:
            line += [operator(" " * (self.symbols - row.wide + 2)), *row.numbers]
            end = 4 + self.symbols + row.long
        return [*line, *self.right(end, row.value)]

    def right(self, end: int, value: Token) -> Line:
        """The value of a row that so far ends there."""
        gap = " " * max(self.left - end, 0) + "  = " + " " * max(self.before - _before(value["text"]), 0)
        return [operator(gap), value]


def _before(text: str) -> int:
    """How much of a number stands before its decimal point."""
    return len(text.partition(".")[0])


def _wrapped(line: Line, widest: int = WIDEST) -> list[Line]:
    """A line that is wider, broken before its outermost signs."""
    if width(line) <= widest:
        return [line]
    start = next((at for at, token in enumerate(line) if "=" in token["text"]), 0) + 1
    for tier in range(1, len(_BREAKS) + 1):
        lines = _broken(line, start, [sign for signs in _BREAKS[:tier] for sign in signs], widest)
        if max(map(width, lines)) <= widest:
            break
    return lines


def _broken(line: Line, start: int, signs: Sequence[str], widest: int) -> list[Line]:
    """The line broken where it has to be, before some of its signs that stand in no brackets."""
    margin = operator(" " * width(line[:start]))
    depth, lines, now = 0, [], list(line[:start])
    pieces: list[Line] = [[]]
    for token in line[start:]:
        if not depth and token["text"] in signs and pieces[-1]:
            pieces.append([])
        depth += (token["text"].count("(") - token["text"].count(")")) if token["kind"] == "operator" else 0
        pieces[-1].append(token)
    for piece in pieces:
        if width([*now, *piece]) > widest and len(now) > start:
            lines.append(now)
            now, piece = [margin], [piece[0] | {"text": piece[0]["text"].lstrip()}, *piece[1:]]
        now += piece
    return [*lines, now]
