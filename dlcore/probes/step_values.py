"""One training step, value by value: all that is known of the coming step. In a walk that is what the operations
up to there have computed; nothing else is in the frame."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcore.limits import LIMITS
from dlcore.probes import OF_PARAMETER, Named, Probe, ProbeContext


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """F32 by address, as `Run.trace` has them, without the parameters themselves, which have a probe of their own.

    Option "sample" as `Run.trace` takes it; left out, what is walked, or the batch. Of one sample a neuron's value is
    (unit,). Of the batch it is the mean over the samples, or for a δ (`.grad`) the sum, since 1/n is in it; beside it
    "samples.<address>" (sample, unit) has the first samples, at most `LIMITS.max_walked_samples`. Numbers of the
    whole step are (quantity,) of one. Of pictures a channel's value is the mean over its rows and columns, or for a δ
    the sum. {} where there are no samples.
    """
    if not len(context.data("train")):
        return {}
    trace = context.walked(options["sample"]) if "sample" in options else context.walked(context.walking)
    samples, found = len(trace.get("inputs", trace.get("target", ()))), {}
    for address, values in trace.items():
        if address in context.network.layout:
            continue
        values = np.asarray(values, dtype=np.float32)
        if address == "inputs":
            values = values.reshape(len(values), *context.network.input_shape)
        if context.network.of_sample(address):
            if values.ndim == 4:
                values = values.sum((2, 3)) if address.endswith(".grad") else values.mean((2, 3))
            axis = "sample" if values.ndim == 1 else "unit"
            if samples > 1:
                shown = values[: LIMITS.max_walked_samples]
                found[f"samples.{address}"] = Named(shown, ("sample", "unit")[: values.ndim])
                values = values.sum(0, keepdims=True) if address.endswith(".grad") else values.mean(0, keepdims=True)
            found[address] = Named(values if values.ndim == 1 else values[0], (axis,))
        elif values.ndim == 0:
            found[address] = Named(values[None], ("quantity",))
        else:
            found[address] = Named(values, OF_PARAMETER[values.ndim])
    return found


ENTRY = Probe(
    id="step_values",
    label="One step, value by value",
    sentence="Every value of the coming training step that is known so far.",
    arrays=arrays,
    needs=("data", "trace"),
)
