"""What layers that bring several others together share."""

from __future__ import annotations

from dlcore.layers import size
from dlcore.params import Unfit


def several(shapes, label):
    """The shapes again; Unfit where there is only one."""
    if len(shapes) < 2:
        raise Unfit(f"{label} brings two or more layers together. Draw a connection to it from an earlier layer.")
    return tuple(shapes)


def alike(shapes, label):
    """The one shape that all have; Unfit where they differ."""
    first, *others = several(shapes, label)
    for other in others:
        if other != first:
            raise Unfit(f"{label} needs layers of one shape; these are {size(first)} and {size(other)}.")
    return first
