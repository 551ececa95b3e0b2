"""Every neuron's value over the plane: one small picture for each unit and each input.

Values run from −1 to +1 and are clamped there, as in TensorFlow Playground, so that colours
compare across the network; inputs have ranges of their own, since x₁² reaches 36.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcore.probes import Named, Probe, ProbeContext, quantize

GRID = 100
# every third pixel centre of the output map's grid, so that one pass serves both pictures
PICKED = slice(1, GRID - 1, 3)
AXES = ("unit", "row", "column")


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """inputs and layers.<i>: U8 (units, 33, 33), rows from the top. Option `beyond` as for the output map."""
    found = {}
    grid = context.grid(GRID, options.get("beyond"))
    last = len(context.network.blocks) - 1
    for name, values in grid.items():
        if values.ndim != 2:  # a layer that makes pictures of points has no one number at each place
            continue
        thinned = values.reshape(len(values), GRID, GRID)[:, PICKED, PICKED]
        if name == "inputs":
            bound = np.maximum(np.abs(thinned).max(axis=(1, 2)), 1e-12)
            span = np.stack([-bound, bound], axis=1)
            found["inputs"] = Named(quantize(thinned, span), AXES, span)
            continue
        name = name.removesuffix(".activation")
        span = context.spec.resolved.range if name == f"layers.{last}" else (-1.0, 1.0)
        found[name] = Named(quantize(thinned, span), AXES, span)
    return found


ENTRY = Probe(
    id="neuron_maps",
    label="Neuron maps",
    sentence="What every neuron's output is at each place of the plane.",
    arrays=arrays,
    needs=("grid",),
)
