"""Weights as pictures: the windows of convolutions, and what a dense layer that reads a flattened picture gives each
pixel.

Whether weights are a picture is told by their axes, and by what comes in: four axes are (unit, channel, row, column),
and a vector that holds a picture's numbers in their order gives the weights that picture's form.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcore.limits import LIMITS
from dlcore.probes import Named, Probe, ProbeContext, quantize
from dlcore.probes._samples import symmetric

MAX_BYTES = 2**18  # of all layers together in a frame; with 15 frames a second that is 4 MB
AXES = ("unit", "channel", "row", "column")


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """layers.<i>.weight: U8 (unit, channel, row, column), one range around zero for each layer. Of many units and
    channels only the first are sent; a layer for which no room is left is not there."""
    found, room = {}, MAX_BYTES
    for block in context.network.blocks:
        address = f"{block.address}.weight"
        weight = context.parameters.get(address)
        shape = None if weight is None else _shape(context, block, weight)
        if shape is None:
            continue
        shown = weight.reshape(shape)[: LIMITS.picture_units, : LIMITS.picture_units]
        if shown.size <= room:
            room -= shown.size
            span = symmetric(weight)
            found[address] = Named(quantize(shown, span), AXES, span)
    return found


def _shape(context: ProbeContext, block: Any, weight: np.ndarray) -> tuple[int, ...] | None:
    """The weights' shape with four axes; None where they are no pictures."""
    if weight.ndim == 4:
        return weight.shape
    if weight.ndim != 2 or len(block.input_shape) != 1:
        return None
    source, blocks = block, context.network.blocks
    while len(source.input_shape) == 1:
        index = source.sources[0]
        if index < 0:
            return None
        source = blocks[index]
        # only what hands on each number as it came keeps the pixels' places
        same = source.width == weight.shape[1] and len(source.output_shape) == 1
        if len(source.sources) > 1 or source.parameters or not same:
            return None
    picture = source.input_shape
    fits = len(picture) == 3 and np.prod(picture) == weight.shape[1] and min(picture[1:]) > 1
    return (len(weight), *picture) if fits else None


ENTRY = Probe(
    id="filters",
    label="Filters",
    sentence="The weights that look at pictures, as pictures.",
    arrays=arrays,
    needs=("pictures", "parameters"),
)
