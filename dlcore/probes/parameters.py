"""All weights and biases, for links, dots and fields."""

from __future__ import annotations

from typing import Any

from dlcore.probes import Named, Probe, ProbeContext

AXES = {1: ("unit",), 2: ("unit", "input")}


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """layers.<i>.weight F32 (units, inputs) and layers.<i>.bias F32 (units,)."""
    return {name: Named(values, AXES[values.ndim]) for name, values in context.parameters.items()}


ENTRY = Probe(
    id="parameters",
    label="Weights and biases",
    sentence="The numbers that training changes.",
    arrays=arrays,
    needs=("parameters",),
)
