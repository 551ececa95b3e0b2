"""Which rows, columns and channels of its input each number of a picture is made of, asked of the layers' own rules."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from dlcore.catalogue import catalogue
from dlcore.structure import Block

Stretch = tuple[int, int] | None  # first and last, inclusive; None where nothing is read


def reach(block: Block) -> dict[str, Any] | None:
    """{"rows": a stretch of the input's rows for each row of the result, "columns": the same, "channels": how many
    channels each channel of the result reads}; of several pictures that are merged {"parts": for each channel of the
    result the [port, channel] that its pixels are made of}. None unless pictures are made of pictures."""
    shapes = (*block.input_shapes, block.output_shape)
    if not block.fits or not all(len(shape) == 3 for shape in shapes):
        return None
    values = tuple(sorted(block.values.items()))
    if catalogue("layers")[block.kind].merges:
        return _parts(block.kind, values, block.input_shapes, block.output_shape)
    return _reach(block.kind, values, block.input_shape, block.output_shape)


@lru_cache(maxsize=256)
def _parts(kind: str, values: tuple, input_shapes: tuple[tuple[int, ...], ...], output_shape: tuple[int, ...]) -> Any:
    """Of a merge, which leaves every pixel in its place."""
    reads = catalogue("layers")[kind].reads
    made_of = (reads((channel, 0, 0), input_shapes, **dict(values)).inputs for channel in range(output_shape[0]))
    return {"parts": [[[port, index[0]] for port, index in inputs] for inputs in made_of]}


@lru_cache(maxsize=256)
def _reach(kind: str, values: tuple, input_shape: tuple[int, ...], output_shape: tuple[int, ...]) -> dict[str, Any]:
    reads = catalogue("layers")[kind].reads
    _, rows, columns = output_shape
    middle = rows // 2, columns // 2
    # where a window lies is the same with a single channel, and many of them would take long
    one = (1, *input_shape[1:]), dict(values) | ({"groups": 1} if "groups" in dict(values) else {})

    def read(row: int, column: int) -> list[tuple[int, ...]]:
        return [index for _, index in reads((0, row, column), one[0], **one[1]).inputs]

    return {
        "rows": [_stretch(index[1] for index in read(row, middle[1])) for row in range(rows)],
        "columns": [_stretch(index[2] for index in read(middle[0], column)) for column in range(columns)],
        "channels": len({index[0] for _, index in reads((0, *middle), input_shape, **dict(values)).inputs}),
    }


def _stretch(places: Any) -> Stretch:
    found = list(places)
    return (min(found), max(found)) if found else None
