"""The code of an autoencoder: what is left of a picture in the narrowest layer, and what is made of it again.

    code = the layer's result for the input        output = the rest of the network, applied to the code

The layer is one that all of what follows depends on alone. A code of two numbers is a place on a plane: any place of it
can be decoded.

Source: Hinton & Salakhutdinov, Reducing the dimensionality of data with neural networks (2006).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dlcore.limits import is_number
from dlcore.params import SpecError
from dlcore.probes import Named, Probe, ProbeContext
from dlcore.probes._samples import MOST_PRODUCTS, pictures, which, whole

SAMPLES = 6  # shown side by side
CODES = 300  # training samples whose codes are shown on the plane
SIDE = 7  # decoded pictures along the plane


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """Of some samples input and output U8 (sample, row, column, channel) from 0 to 1, code F32 (sample, unit), samples
    I32; layer I32 (quantity,): the code's. {} where the answer is no picture, or there are no samples.

    Of a code of two numbers also codes F32 (sample, unit) of training samples, targets F32 (sample,); extent F32 (unit,
    end) of the plane; grid U8 (sample, row, column, channel): pictures decoded over it, row by row from the top, 7 × 7;
    and with option `place`, two numbers, decoded U8 (row, column, channel) and place F32 (unit,).
    Options: `split`, `sample`: the first of those shown; `layer`, left out the narrowest one.
    """
    resolved, (split, first) = context.spec.resolved, which(options, context)
    data, layers = context.data(split), bottlenecks(context.network)
    if not resolved.picture or first is None or not layers:
        return {}
    wanted = whole(options, "layer", None, len(context.network.blocks))
    layer = wanted if wanted in layers else min(layers, key=lambda i: context.network.blocks[i].width)
    index = np.arange(first, first + min(SAMPLES, len(data))) % len(data)
    inputs = data.inputs[index].numpy()
    codes = context.inside.until(inputs, layer)
    found = {
        "input": _pictures(inputs, resolved.picture),
        "output": _pictures(context.inside.onward(layer, codes), resolved.picture),
        "code": Named(codes.reshape(len(codes), -1), ("sample", "unit")),
        "samples": Named(index.astype(np.int32), ("sample",)),
        "layer": Named(np.array([layer], np.int32), ("quantity",)),
    }
    if context.network.blocks[layer].output_shape != (2,):
        return found
    found |= context.seldom(("code", layer), lambda: _plane(context, layer))
    if (place := options.get("place")) is not None:
        at = np.array([_place(place)], np.float32)
        shown = _pictures(context.inside.onward(layer, at), resolved.picture)
        found["decoded"] = Named(shown.values[0], shown.axes[1:], shown.range)
        found["place"] = Named(at[0], ("unit",))
    return found


def bottlenecks(network: Any) -> list[int]:
    """The blocks before the output that all of what follows is computed from alone."""
    return [index for index in range(len(network.blocks) - 1) if network.is_bottleneck(index)]


def _plane(context: ProbeContext, layer: int) -> dict[str, Named]:
    train, inside = context.data("train"), context.inside
    many = max(SIDE, min(CODES, MOST_PRODUCTS // max(inside.products, 1)))
    index = np.arange(0, len(train), math.ceil(len(train) / many))
    codes = np.nan_to_num(inside.until(train.inputs[index].numpy(), layer))
    extent = [_ends(codes[:, axis]) for axis in (0, 1)]
    across, up = (low + (np.arange(SIDE) + 0.5) / SIDE * (high - low) for low, high in extent)
    places = np.stack(np.meshgrid(across, up[::-1]), axis=-1).reshape(-1, 2)
    return {
        "codes": Named(codes, ("sample", "unit")),
        "targets": Named(train.y[index].astype(np.float32), ("sample",)),
        "extent": Named(np.array(extent, np.float32), ("unit", "end")),
        "grid": _pictures(inside.onward(layer, places), context.spec.resolved.picture),
    }


def _ends(values: np.ndarray) -> tuple[float, float]:
    """Round ends a little beyond the values, so that the plane seldom changes."""
    low, high = float(values.min()), float(values.max())
    step = 10.0 ** math.floor(math.log10(max(high - low, 1e-6))) / 5
    return (math.floor(low / step - 0.1) * step, math.ceil(high / step + 0.1) * step)


def _pictures(values: np.ndarray, shape: tuple[int, ...]) -> Named:
    return pictures(values.reshape(-1, *shape))


def _place(place: Any) -> list[float]:
    if not isinstance(place, list | tuple) or len(place) != 2 or not all(map(is_number, place)):
        raise SpecError("probe.place", "A place on the plane of codes is two numbers.")
    return [float(x) for x in place]


ENTRY = Probe(
    id="code",
    label="Code",
    sentence="Pictures, what is left of them in the narrowest layer, and what the network makes of that.",
    source="Hinton & Salakhutdinov (2006), Reducing the dimensionality of data with neural networks",
    arrays=arrays,
    needs=("data", "trace", "pictures"),
    targets=("number",),
)
