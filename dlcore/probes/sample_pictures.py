"""How several samples look, sent once: a wall asks for those that it does not have yet."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcore.params import SpecError
from dlcore.probes import Named, Probe, ProbeContext
from dlcore.probes._samples import pictures, split_of

MOST, USUAL = 64, 16


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """<split>.pixels U8 (sample, row, column, channel), from 0 to 1, one channel where the pictures are grey;
    <split>.samples I32 (sample,): which ones they are.

    Options: `split`; `samples`, at most 64 indices into it, left out the first ones; those that are not there any more
    are left out. {} where the data have no pictures; a point that was drawn by hand is grey.
    """
    split, resolved = split_of(options), context.spec.resolved
    data, wanted = context.data(split), options.get("samples", list(range(USUAL)))
    if not isinstance(wanted, list) or len(wanted) > MOST or not all(type(index) is int for index in wanted):
        raise SpecError("probe.samples", f"Samples are a list of at most {MOST} whole numbers.")
    known = [index for index in wanted if 0 <= index < len(data)]
    if not known or (not resolved.pictures and resolved.dataset.picture is None):
        return {}
    if resolved.pictures:
        shown = pictures(data.x[known])
    else:
        found = [context.picture(split, index) for index in known]
        shape = next((each[0].shape for each in found if each), (1, 1, 3))
        pixels = np.stack([each[0] if each else np.full(shape, 128, np.uint8) for each in found])
        shown = Named(pixels, ("sample", "row", "column", "channel"), (0.0, 1.0))
    return {
        f"{split}.pixels": shown,
        f"{split}.samples": Named(np.array(known, np.int32), ("sample",)),
    }


ENTRY = Probe(
    id="sample_pictures",
    label="Pictures of samples",
    sentence="How several samples look.",
    arrays=arrays,
    needs=("data",),
    rate="data",
    pictured=True,
)
