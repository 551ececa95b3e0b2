"""Numbers as texts for people, digit for digit as the screen writes them (`pages/_stage/js/format.js`)."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal

_MINUS = "−"


def number(value: float) -> str:
    """Three significant digits, thousands separated; very small or large like "1.23e−5"."""
    if not math.isfinite(value):
        return _odd(value)
    if value == 0:
        return "0"
    size = abs(value)
    if size < 0.001 or size >= 1e7:
        return _scientific(value, 3)
    rounded = _significant(Decimal(repr(float(value))), 3)  # Intl rounds the shortest text, toExponential the float
    return _minus(f"{rounded:,f}" if rounded.as_tuple().exponent <= 0 else f"{int(rounded):,}")


def loss(value: float) -> str:
    """Four decimals; below 0.001 like "1.2e−4", from 1,000 like "1.2e3"."""
    if not math.isfinite(value):
        return _odd(value)
    if value != 0 and not 0.001 <= abs(value) < 1000:
        return _scientific(value, 2)
    return _minus(str(Decimal(value + 0.0).quantize(Decimal("0.0001"), ROUND_HALF_UP))) if value else "0.0000"


def constant(value: float) -> str:
    """A number of a formula, as short as it is: "1", "0.9", "1e−8"."""
    if not math.isfinite(value):
        return _odd(value)
    if value == int(value) and abs(value) < 1e7:
        return _minus(f"{int(value):,}")
    digits, _, power = f"{value:.6g}".partition("e")
    return _minus(f"{digits}e{int(power)}" if power else digits)


def of(value: float, address: str = "") -> str:
    """The text of the number at that address: losses and penalties have four decimals, other numbers three digits."""
    name = address.partition("[")[0]
    return loss(value) if name.endswith("loss") or name == "penalty" else number(value)


def _odd(value: float) -> str:
    return "NaN" if math.isnan(value) else "∞" if value > 0 else f"{_MINUS}∞"


def _significant(value: Decimal, digits: int) -> Decimal:
    """The number with that many digits, trailing zeros among them."""
    rounded = Context(prec=digits, rounding=ROUND_HALF_UP).plus(value)
    last = rounded.adjusted() - digits + 1
    return rounded if rounded.as_tuple().exponent <= last else rounded.quantize(Decimal((0, (1,), last)))


def _scientific(value: float, digits: int) -> str:
    rounded = _significant(Decimal(value), digits)
    places = "".join(map(str, rounded.as_tuple().digits))
    sign = _MINUS if value < 0 else ""
    return _minus(f"{sign}{places[0]}.{places[1:]}e{rounded.adjusted()}")


def _minus(text: str) -> str:
    return text.replace("-", _MINUS)
