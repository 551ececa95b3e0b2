"""A tree as a line of Python with NumPy that computes it."""

from __future__ import annotations

import keyword
import re
import unicodedata

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

_ASKED, _SUM, _PRODUCT, _SIGN, _POWER, _WHOLE = range(6)
_RELATIONS = {">": ">", "≥": ">=", "<": "<", "≤": "<="}
_NUMPY = {"atan2": "arctan2", "max": "maximum", "min": "minimum"}
_MARKS = {"\N{COMBINING CIRCUMFLEX ACCENT}": "_hat", "\N{COMBINING MACRON}": "_bar", "′": "_next", "″": "_pulled"}
_MARKS |= {"∂": "d", "²": "_squared", "³": "_cubed", "|": "_size"}


def source(step: Named) -> str:
    """The line that computes an intermediate result: "z = w @ x + b"."""
    return f"{identifier(step.symbol, step.size is not None)} = {_write(step.expression)}"


def identifier(symbol: str, several: bool = False) -> str:
    """A name for code: "m̂" as m_hat, "β₁" as beta1; of several numbers without the letter that counts them."""
    if several and symbol[-1] in INDICES:
        symbol = symbol[:-1]
    if symbol.startswith("|"):
        symbol = symbol[1:]
    letters = "".join(map(_spelled, unicodedata.normalize("NFD", symbol)))
    found = re.sub("~(?=[A-Za-z])", "_", letters).replace("~", "")
    found = re.sub("_+", "_", found).strip("_") or "value"
    found = f"v{found}" if found[0].isdigit() else found
    return f"{found}_" if keyword.iskeyword(found) else found


def _spelled(character: str) -> str:
    """One character of a symbol in letters, digits and underscores; ~ after a name of several letters."""
    if character in _MARKS:
        return _MARKS[character]
    plain = unicodedata.normalize("NFKD", character)
    if plain.isascii():
        return plain if plain.isalnum() else "_"
    if not plain.isalpha():
        return ""
    name = unicodedata.name(plain).split()
    return (name[-1].title() if "CAPITAL" in name else name[-1].lower()) + "~"


def _write(part: Expression, hold: int = _SUM) -> str:
    text, own = _form(part)
    return f"({text})" if own < hold else text


def _form(part: Expression) -> tuple[str, int]:
    """The text, and how tightly it holds together."""
    if isinstance(part, Number):
        return _constant(part)
    if isinstance(part, Leaf | Leaves | Named):
        return identifier(part.symbol, part.size is not None), _WHOLE
    if isinstance(part, Sum):
        return _sum(part), _SUM
    if isinstance(part, Negative):
        return f"-{_write(part.children[0], _SIGN)}", _SIGN
    if isinstance(part, Product):
        return " * ".join(_write(child, _SIGN) for child in part.children), _PRODUCT
    if isinstance(part, Quotient):
        return _quotient(part)
    if isinstance(part, Power):
        return f"{_write(part.children[0], _WHOLE)}**{_write(part.children[1], _POWER)}", _POWER
    if isinstance(part, Comparison):
        left, right = map(_write, part.children)
        return f"{left} {_RELATIONS[part.relation]} {right}", _ASKED
    if isinstance(part, Where):
        return f"np.where({', '.join(_write(child, _ASKED) for child in part.children)})", _WHOLE
    if isinstance(part, Total):
        return _total(part)
    assert isinstance(part, Function)
    arguments = ", ".join(map(_write, part.children))
    if part.name in ("max", "min") and len(part.children) != 2:
        return f"np.{part.name}([{arguments}])", _WHOLE
    if part.name == "erf":
        return f"math.erf({arguments})", _WHOLE
    return f"np.{_NUMPY.get(part.name, part.name)}({arguments})", _WHOLE


def _constant(part: Number) -> tuple[str, int]:
    if part.symbol == "π":
        return "np.pi", _WHOLE
    if part.symbol[:1].isalpha():
        return identifier(part.symbol), _WHOLE
    whole = part.number == int(part.number) if abs(part.number) < 1e15 else False
    return str(int(part.number)) if whole else repr(float(part.number)), _WHOLE if part.number >= 0 else _SIGN


def _sum(part: Sum) -> str:
    text = _write(part.terms[0], _SUM)
    for term in part.terms[1:]:
        if isinstance(term, Negative):
            text += f" - {_write(term.children[0], _PRODUCT)}"
        else:
            text += f" + {_write(term, _PRODUCT)}"
    return text


def _quotient(part: Quotient) -> tuple[str, int]:
    top, bottom = part.children
    if isinstance(top, Total) and isinstance(bottom, Number) and bottom.number == top.term.size:
        return f"np.mean({_write(top.term)})", _WHOLE
    return f"{_write(top, _PRODUCT)} / {_write(bottom, _SIGN)}", _PRODUCT


def _total(part: Total) -> tuple[str, int]:
    factors = part.term.children
    if isinstance(part.term, Product) and len(factors) == 2 and all(factor.size is not None for factor in factors):
        return " @ ".join(_write(factor, _WHOLE) for factor in factors), _PRODUCT
    return f"np.sum({_write(part.term)})", _WHOLE
