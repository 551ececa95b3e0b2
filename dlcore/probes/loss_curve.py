"""The recorded history: loss and accuracy over the epochs. Only rows that the viewer lacks."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcore.probes import Named, Probe, ProbeContext


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """rows: F32 (new rows, columns); the columns are those of the history."""
    rows = context.history.rows(context.history_from).astype(np.float32)
    return {"rows": Named(rows, ("row", "column"))}


ENTRY = Probe(
    id="loss_curve",
    label="Curves",
    sentence="How loss and accuracy changed while the network learned.",
    arrays=arrays,
    needs=("history",),
    rate="history",
)
