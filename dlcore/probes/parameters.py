"""All weights and biases, for links, dots and fields, and which of them are frozen."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcore.probes import OF_PARAMETER, Named, Probe, ProbeContext


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """layers.<i>.weight F32 (units, inputs) and layers.<i>.bias F32 (units,); of a parameter in which a number is
    frozen also frozen.layers.<i>.weight I32, 1 where it is."""
    found = {name: Named(values, OF_PARAMETER[values.ndim]) for name, values in context.parameters.items()}
    for name, held in context.frozen.items():
        found[f"frozen.{name}"] = Named(held.astype(np.int32), OF_PARAMETER[held.ndim])
    return found


ENTRY = Probe(
    id="parameters",
    label="Weights and biases",
    sentence="The numbers that training changes, and which of them are frozen.",
    arrays=arrays,
    needs=("parameters",),
)
