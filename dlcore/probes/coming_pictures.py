"""The first pictures of the coming batch as the network will get them, augmentation included."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcore.probes import Named, Probe, ProbeContext
from dlcore.probes._samples import pictures

MOST = 12


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """pixels U8 (sample, row, column, channel), 0 dark, 255 light; rows I32 (sample,): which of train each is."""
    if not len(context.data("train")):
        return {}
    rows, x = context.coming(MOST)
    return {"pixels": pictures(x), "rows": Named(rows.astype(np.int32), ("sample",))}


ENTRY = Probe(
    id="coming_pictures",
    label="Coming batch",
    sentence="The first pictures of the coming batch as the network will get them, changed by chance if so wished.",
    arrays=arrays,
    needs=("pictures", "data"),
)
