"""All weights and biases, for links, dots and fields, and which of them are frozen."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dlcore.params import SpecError
from dlcore.probes import OF_PARAMETER, Named, Probe, ProbeContext


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """layers.<i>.weight F32 (units, inputs), of windows (unit, channel, row, column), and layers.<i>.bias F32 (units,);
    of a parameter in which a number is frozen also frozen.layers.<i>.weight I32, 1 where it is; of a layer with a
    neuron or channel that is cut off cut.layers.<i> I32 (units,), 1 where one is.

    Option `most`: a parameter of more numbers is left out, for a picture could not show them all.
    """
    most = options.get("most", math.inf)
    if isinstance(most, bool) or not isinstance(most, int | float):
        raise SpecError("probe.most", "How many numbers a parameter may have is a number.")
    shown = {name: values for name, values in context.parameters.items() if values.size <= most}
    found = {name: Named(values, OF_PARAMETER[values.ndim]) for name, values in shown.items()}
    for name, held in context.frozen.items():
        if name in shown:
            found[f"frozen.{name}"] = Named(held.astype(np.int32), OF_PARAMETER[held.ndim])
    for address, cut in context.cut_off.items():
        found[f"cut.{address}"] = Named(cut.astype(np.int32), ("unit",))
    return found


ENTRY = Probe(
    id="parameters",
    label="Weights and biases",
    sentence="The numbers that training changes, and which of them are frozen.",
    arrays=arrays,
    needs=("parameters",),
)
