"""What layers that bring several others together share: that they fit one another, and what would make them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dlcore.layers import Reads, size
from dlcore.limits import LIMITS
from dlcore.params import Unfit

LARGEST_WINDOW = 32
Port = tuple[int, dict[str, Any]]


def one_of_each(index, input_shape):
    """The numbers that stand at that place, one of each layer."""
    return Reads(tuple((port, tuple(index)) for port in range(len(input_shape))))


def several(shapes, label):
    """The shapes again; Unfit where there is only one."""
    if len(shapes) < 2:
        raise Unfit(f"{label} brings two or more layers together. Draw a connection to it from an earlier layer.")
    return tuple(shapes)


def alike(shapes, label):
    """The one shape that all have; Unfit where they differ."""
    first, *others = several(shapes, label)
    for port, other in enumerate(others, 1):
        if other != first:
            raise Unfit(
                f"{label} needs layers of one shape; these are {size(first)} and {size(other)}.",
                insert_at=[*bridges(other, first, port), *bridges(first, other, 0)],
            )
    return first


def bridges(shape, wanted, port) -> Iterator[Port]:
    """(port, layer) of each layer that makes `wanted` of a shape, those without weights first."""
    if len(wanted) == 1:
        if len(shape) == 1:
            yield port, {"kind": "dense", "units": wanted[0], "activation": "linear"}
        elif shape[0] * shape[1] * shape[2] == wanted[0]:
            yield port, {"kind": "flatten"}
        elif shape[0] == wanted[0]:
            yield port, {"kind": "adaptive_avg_pool2d"}
    elif len(shape) == 1:
        if wanted[0] * wanted[1] * wanted[2] == shape[0]:
            yield port, dict(zip(("kind", "channels", "rows", "columns"), ("reshape", *wanted), strict=True))
    else:
        yield from ((port, layer) for layer in _between_pictures(shape, wanted))


def sized(shape, sides, port) -> Iterator[Port]:
    """(port, layer) of each layer that gives a picture those rows and columns, its channels as they are."""
    return bridges(shape, (shape[0], *sides), port)


def _between_pictures(shape, wanted) -> Iterator[dict[str, Any]]:
    (channels, *sides), (others, *goal) = shape, wanted
    smaller = _factor(sides, goal)
    larger = _factor(goal, sides)
    if channels == others and smaller:
        yield {"kind": "max_pool2d", "kernel": smaller, "stride": smaller}
        yield {"kind": "avg_pool2d", "kernel": smaller, "stride": smaller}
    if channels == others and larger:
        yield {"kind": "interpolate", "scale": larger}
    learned = {"channels": others, "activation": "linear", "padding": 0}
    cut = sides[0] - goal[0]
    if others > LIMITS.max_units:
        return
    if sides == goal:
        yield {"kind": "conv2d", "kernel": 1} | learned
    elif smaller:
        yield {"kind": "conv2d", "kernel": 1, "stride": smaller} | learned
    elif larger:
        yield {"kind": "conv_transpose2d", "kernel": larger, "stride": larger} | learned
    elif cut == sides[1] - goal[1] and 0 < cut < LARGEST_WINDOW:
        yield {"kind": "conv2d", "kernel": cut + 1} | learned
    elif cut == sides[1] - goal[1] and -LARGEST_WINDOW < cut < 0:
        yield {"kind": "conv_transpose2d", "kernel": 1 - cut, "stride": 1} | learned


def _factor(sides, goal) -> int:
    """How many times larger both sides are than those wanted, a window's size; 0 where they are not."""
    times = sides[0] // goal[0]
    fits = 1 < times <= 16 and [side * times for side in goal] == list(sides)
    return times if fits else 0
