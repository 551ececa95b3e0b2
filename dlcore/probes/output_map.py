"""The output over the plane, at 100×100; or, with option `unit`, one neuron's or input's value."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from dlcore.params import SpecError
from dlcore.probes import Named, Probe, ProbeContext, quantize

MAX_SIZE = 200
_UNIT = re.compile(r"^(inputs|layers\.\d+\.activation)\[(\d+)\]$")


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """output: U8 (size, size), rows from the top; (class, size, size) for more than two classes.

    `beyond` {column's id: value}: where the plane lies among the inputs that are columns beyond it.
    With a `unit`, output is that unit's map, and whole the network's own, for who goes on recording it.
    """
    size = options.get("size", 100)
    if not isinstance(size, int) or not 1 <= size <= MAX_SIZE:
        raise SpecError("probe.size", f"A map is between 1 and {MAX_SIZE} pixels wide.")
    grid = context.grid(size, options.get("beyond"))
    resolved = context.spec.resolved
    values = grid[f"layers.{len(context.network.blocks) - 1}.activation"]
    if resolved.target == "classes":
        stacked = quantize(values.reshape(-1, size, size), resolved.range)
        whole = Named(stacked, ("class", "row", "column"), resolved.range)
    else:
        whole = Named(quantize(values[-1].reshape(size, size), resolved.range), ("row", "column"), resolved.range)
    unit = options.get("unit")
    if unit:
        name, values = _chosen(grid, unit)
        bound = float(np.abs(values).max()) if name == "inputs" else 1.0
        is_output = name == f"layers.{len(context.network.blocks) - 1}.activation"
        span = resolved.range if is_output else (-max(bound, 1e-12), max(bound, 1e-12))
        shown = Named(quantize(values.reshape(size, size), span), ("row", "column"), span)
        return {"output": shown, "whole": whole}
    return {"output": whole}


def _chosen(grid: dict[str, np.ndarray], unit: Any) -> tuple[str, np.ndarray]:
    match = _UNIT.match(unit) if isinstance(unit, str) else None
    if match and match[1] in grid and int(match[2]) < len(grid[match[1]]):
        return match[1], grid[match[1]][int(match[2])]
    raise SpecError("probe.unit", f"“{str(unit)[:60]}” is not a neuron or input of this network.")


ENTRY = Probe(
    id="output_map",
    label="Output map",
    sentence="What the network answers at each place of the plane.",
    arrays=arrays,
    needs=("grid",),
)
