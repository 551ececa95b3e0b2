"""What the network answers for every point of the data."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcore.probes import Named, Probe, ProbeContext


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """train and test: F32 (samples,), or (samples, classes) for several classes. {} where the answers are pictures."""
    found = {}
    if context.spec.resolved.picture:  # as many numbers for each sample as it has pixels: other pictures show them
        return found
    for name in ("train", "test"):
        prediction = context.predictions(name).astype(np.float32)
        found[name] = Named(prediction, ("sample",) if prediction.ndim == 1 else ("sample", "class"))
    return found


ENTRY = Probe(
    id="predictions",
    label="Predictions",
    sentence="What the network answers for every point: so one can see which it gets wrong.",
    arrays=arrays,
    needs=("predictions",),
)
