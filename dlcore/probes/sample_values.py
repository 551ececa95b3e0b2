"""One training sample's way through the network: what each neuron adds up, and what it makes of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcore.params import SpecError
from dlcore.probes import Named, Probe, ProbeContext


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """inputs F32 (inputs,); layers.<i>.pre_activation, .normalized where there is a norm, .activation F32 (units,)."""
    sample, train = options.get("sample", 0), context.data("train")
    if isinstance(sample, bool) or not isinstance(sample, int) or sample < 0:
        raise SpecError("probe.sample", "A sample is a whole number from 0 on.")
    sample = min(sample, len(train) - 1)
    found = {"inputs": Named(np.asarray(train.inputs[sample], dtype=np.float32), ("unit",))}
    for name, values in context.trace(sample).items():
        if name.startswith("layers.") and name.endswith(("activation", "normalized")):
            found[name] = Named(values[0].astype(np.float32), ("unit",))
    return found


ENTRY = Probe(
    id="sample_values",
    label="One sample",
    sentence="What every neuron makes of one sample.",
    arrays=arrays,
    needs=("trace", "data"),
)
