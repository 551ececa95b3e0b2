"""The points with their targets, and what the network answers for each."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcore.probes import Named, Probe, ProbeContext


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """train.prediction and test.prediction F32 (samples,); and where the data is new train.x F32
    (samples, 2), train.y F32 (samples,), test.x, test.y."""
    found = {}
    for name in ("train", "test"):
        split = context.data(name)
        if options.get("with_data", True):
            found[f"{name}.x"] = Named(split.x.astype(np.float32), ("sample", "column"))
            found[f"{name}.y"] = Named(split.y.astype(np.float32), ("sample",))
        prediction = context.predictions(name).astype(np.float32)
        axes = ("sample",) if prediction.ndim == 1 else ("sample", "class")
        found[f"{name}.prediction"] = Named(prediction, axes)
    return found


ENTRY = Probe(
    id="points",
    label="Points",
    sentence="The data, and which points the network gets wrong.",
    arrays=arrays,
    needs=("data", "predictions"),
    rate="data",
)
