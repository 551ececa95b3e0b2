"""Drawn points: [x, y, target] each, as a link writes them and as the journal tells what changed.

In a link every number is two characters of the URL's own base 64 (RFC 4648, section 5): hundredths,
counted from −20.48. So a point takes six characters, and two hundred of them fit into a chat.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dlcore.params import SpecError

DRAWN = "data.points"  # where a spec holds them
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_OFFSET = 2048  # the middle of what two digits hold
_VALUE = {digit: value for value, digit in enumerate(DIGITS)}


def encode(points: Iterable[Sequence[float]]) -> str:
    """Six characters for each point."""
    numbers = (min(max(round(number * 100) + _OFFSET, 0), 4095) for point in points for number in point)
    return "".join(DIGITS[number >> 6] + DIGITS[number & 63] for number in numbers)


def decode(text: str) -> list[list[float]]:
    """What `encode` wrote; SpecError where it can't have been."""
    if len(text) % 6 or any(character not in _VALUE for character in text):
        raise SpecError(DRAWN, "These drawn points can't be read; perhaps the link was cut short.")
    pairs = zip(text[::2], text[1::2], strict=True)
    numbers = [((_VALUE[high] << 6) + _VALUE[low] - _OFFSET) / 100 for high, low in pairs]
    return [numbers[start : start + 3] for start in range(0, len(numbers), 3)]


def difference(old: Sequence[Sequence[float]], new: Sequence[Sequence[float]]) -> dict[str, Any]:
    """How `old` becomes `new`: {"erased": [indices], "drawn": [points]}, so that a journal stays short."""
    left = Counter(map(tuple, new))
    erased, kept = [], []
    for index, point in enumerate(old):
        if left[tuple(point)]:
            left[tuple(point)] -= 1
            kept.append(list(point))
        else:
            erased.append(index)
    added = [list(point) for point in new]
    if added[: len(kept)] == kept:
        return {"erased": erased, "drawn": added[len(kept) :]}
    return {"erased": list(range(len(old))), "drawn": added}  # another order: the whole list anew


def changed(old: Sequence[Sequence[float]], what: Mapping[str, Any]) -> list[list[float]]:
    """`old` after what `difference` told."""
    erased = set(what["erased"])
    return [list(point) for index, point in enumerate(old) if index not in erased] + [
        list(point) for point in what["drawn"]
    ]
