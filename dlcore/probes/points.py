"""The points with their targets. They stay as they are while the network learns, so they are sent once."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcore.probes import Named, Probe, ProbeContext


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """train.x F32 (samples, 2), train.y F32 (samples,), test.x, test.y; of pictures only the targets, for they lie
    nowhere on a plane."""
    found = {}
    for name in ("train", "test"):
        split = context.data(name)
        if not context.spec.resolved.pictures:
            found[f"{name}.x"] = Named(split.x.astype(np.float32), ("sample", "column"))
        found[f"{name}.y"] = Named(split.y.astype(np.float32), ("sample",))
    return found


ENTRY = Probe(
    id="points",
    label="Points",
    sentence="The data: where every point lies and what its target is.",
    arrays=arrays,
    needs=("data",),
    rate="data",
)
