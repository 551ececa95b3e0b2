"""Places of numbers in shapes, row by row, the last axis fastest: what flatten and reshape share."""

from __future__ import annotations

from collections.abc import Sequence


def place_of(index: Sequence[int], shape: Sequence[int]) -> int:
    """The place of an index in one long row: 7 of (1, 2) in (3, 5)."""
    place = 0
    for at, extent in zip(index, shape, strict=True):
        place = place * extent + at
    return place


def spread(place: int, shape: Sequence[int]) -> tuple[int, ...]:
    """The index of a place in one long row: (1, 2) of 7 in (3, 5)."""
    found = []
    for extent in reversed(shape):
        place, at = divmod(place, extent)
        found.append(at)
    return tuple(reversed(found))
