"""Windows that slide over pictures: what convolutions and poolings share."""

from __future__ import annotations

import math
from collections.abc import Iterator

from dlcore.layers import Reads, size
from dlcore.limits import LIMITS
from dlcore.params import RESET, Param, Unfit

SIDE = 64  # of the largest picture that is offered for a vector


def picture(shape, label):
    """(channels, rows, columns) again; Unfit where the shape is another one, with the largest square picture that its
    numbers would make."""
    if len(shape) == 3:
        return tuple(shape)
    count = math.prod(shape)
    side = next((side for side in range(SIDE, 1, -1) if count % side**2 == 0), 0)
    insert = ({"kind": "reshape", "channels": count // side**2, "rows": side, "columns": side},) if side else ()
    raise Unfit(f"{label} needs a picture with rows and columns, this is {size(shape)}.", insert=insert)


def length(before: int, kernel: int, stride: int, padding: int, dilation: int = 1) -> int:
    """How many places a window has along an axis of so many numbers; below 1 where it does not fit."""
    return (before + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


def slid(shape, label, kernel, stride, padding, dilation=1):
    """(rows, columns) after a window has slid over a picture; Unfit where it is larger than the picture."""
    _, rows, columns = shape
    after = tuple(length(axis, kernel, stride, padding, dilation) for axis in (rows, columns))
    if min(after) < 1:
        reach = dilation * (kernel - 1) + 1
        fitting = (min(rows, columns) + 2 * padding - 1) // dilation + 1
        raise Unfit(
            f"{label} of {reach}×{reach} does not fit on {rows}×{columns}: make it smaller, or the picture larger.",
            change=({"kernel": fitting},) if fitting >= 1 else (),
        )
    return after


def window(row, column, rows, columns, kernel, stride, padding, dilation=1) -> Iterator[tuple[int, int, int, int]]:
    """(place in the window, place in the picture), both as row and column, of a window's places that lie inside."""
    for i in range(kernel):
        for j in range(kernel):
            y, x = row * stride + i * dilation - padding, column * stride + j * dilation - padding
            if 0 <= y < rows and 0 <= x < columns:
                yield i, j, y, x


def readers(row, column, after, kernel, stride, padding, dilation=1) -> Iterator[tuple[int, int]]:
    """(row, column) of every window that a place of the picture lies in, of `after` = (rows, columns) windows."""
    for y in _along(row, after[0], kernel, stride, padding, dilation):
        for x in _along(column, after[1], kernel, stride, padding, dilation):
            yield y, x


def _along(place: int, after: int, kernel: int, stride: int, padding: int, dilation: int) -> list[int]:
    starts = (place + padding - i * dilation for i in range(kernel))
    return sorted({start // stride for start in starts if start % stride == 0 and 0 <= start // stride < after})


def pooled(input_shape, label, kernel, stride):
    """(c, rows, columns) → the same channels, fewer rows and columns; Unfit where the window does not fit."""
    channels, *_ = picture(input_shape, label)
    return (channels, *slid(input_shape, "A window", kernel, stride, 0))


def pool_reads(index, input_shape, kernel, stride):
    """The numbers of a pooling's window."""
    channel, row, column = index
    _, rows, columns = input_shape
    places = window(row, column, rows, columns, kernel, stride, 0)
    return Reads(tuple((0, (channel, y, x)) for _, _, y, x in places))


def pool_feeds(port, index, input_shape, kernel, stride):
    """Every window of a pooling that the number lies in."""
    channel, row, column = index
    after = slid(input_shape, "A window", kernel, stride, 0)
    return tuple((channel, y, x) for y, x in readers(row, column, after, kernel, stride, 0))


def channels_param() -> Param:
    """The parameter `channels` of a layer with windows of weights."""
    return Param(
        id="channels", label="Channels", kind="integer", default=8, minimum=1, maximum=LIMITS.max_units, step=1,
        choices=(4, 8, 16, 32), formula="c", on_change=RESET,
        sentence="How many windows there are, each of which makes a picture of its own.",
    )  # fmt: skip


def groups_param() -> Param:
    """The parameter `groups`."""
    return Param(
        id="groups", label="Groups", kind="integer", default=1, minimum=1, maximum=LIMITS.max_units, step=1,
        on_change=RESET, advanced=True,
        sentence="Into how many parts the channels are divided, which do not read one another.",
    )  # fmt: skip


def window_params(kernel: int, stride: int, padding: int | None = None) -> tuple[Param, ...]:
    """The parameters `kernel` and `stride`, and `padding` where there is a default for it."""
    found = (
        Param(
            id="kernel", label="Window", kind="integer", default=kernel, minimum=1, maximum=32, step=1, unit="pixels",
            choices=(1, 2, 3, 5, 7), formula="k", on_change=RESET, sentence="How many rows and columns the window has.",
        ),
        Param(
            id="stride", label="Stride", kind="integer", default=stride, minimum=1, maximum=16, step=1, unit="pixels",
            choices=(1, 2, 3, 4), formula="s", on_change=RESET,
            sentence="How far the window moves from place to place.",
        ),
        Param(
            id="padding", label="Padding", kind="integer", default=padding, minimum=0, maximum=16, step=1,
            unit="pixels", choices=(0, 1, 2, 3), formula="p", on_change=RESET, advanced=True,
            sentence="How many rows and columns of zeros are put around the picture.",
        ),
    )  # fmt: skip
    return found if padding is not None else found[:2]


def dilation_param() -> Param:
    """The parameter `dilation`."""
    return Param(
        id="dilation", label="Dilation", kind="integer", default=1, minimum=1, maximum=8, step=1, choices=(1, 2, 4),
        formula="d", on_change=RESET, advanced=True,
        sentence="How far apart the pixels are that the window looks at; 1 leaves none out.",
    )  # fmt: skip
