"""Which rows, columns and channels of its input each number of a picture is made of, asked of the layers' own rules."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from dlcore.catalogue import catalogue
from dlcore.structure import Block

Stretch = tuple[int, int] | None  # first and last, inclusive; None where nothing is read


def reach(block: Block) -> dict[str, Any] | None:
    """{"rows": a stretch of the input's rows for each row of the result, "columns": the same, "channels": how many
    channels each channel of the result reads}; None unless one picture is made of one other."""
    if not block.fits or len(block.sources) > 1 or len(block.input_shape) != 3 or len(block.output_shape) != 3:
        return None
    return _reach(block.kind, tuple(sorted(block.values.items())), block.input_shape, block.output_shape)


@lru_cache(maxsize=256)
def _reach(kind: str, values: tuple, input_shape: tuple[int, ...], output_shape: tuple[int, ...]) -> dict[str, Any]:
    layer = catalogue("layers")[kind]
    _, rows, columns = output_shape

    def read(row: int, column: int) -> list[tuple[int, ...]]:
        return [index for _, index in layer.reads((0, row, column), input_shape, **dict(values)).inputs]

    middle = rows // 2, columns // 2
    return {
        "rows": [_stretch(index[1] for index in read(row, middle[1])) for row in range(rows)],
        "columns": [_stretch(index[2] for index in read(middle[0], column)) for column in range(columns)],
        "channels": len({index[0] for index in read(*middle)}),
    }


def _stretch(places: Any) -> Stretch:
    found = list(places)
    return (min(found), max(found)) if found else None
