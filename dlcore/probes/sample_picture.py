"""How one sample looks, where the data have pictures: the animal behind a point of the plane, say."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcore.probes import Named, Probe, ProbeContext
from dlcore.probes._samples import which

NONE = np.full((1, 1, 3), 128, np.uint8), "This point was drawn by hand, so nobody knows how it looks."


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """<split>.pixels: U8 (row, column, channel), red, green and blue from 0 to 1; <split>.words: U8 (byte,), UTF-8;
    <split>.sample: I32 (1,), which one it is.

    Options: `sample`, its index; `split`, "train" or "test". {} where the data have no pictures. A point that was
    drawn by hand is one grey pixel.
    """
    split, sample = which(options, context)
    if sample is None or context.spec.resolved.dataset.picture is None:
        return {}
    pixels, words = context.picture(split, sample) or NONE
    return {
        f"{split}.pixels": Named(pixels, ("row", "column", "channel"), (0.0, 1.0)),
        f"{split}.words": Named(np.frombuffer(words.encode(), np.uint8), ("byte",)),
        f"{split}.sample": Named(np.array([sample], np.int32), ("sample",)),
    }


ENTRY = Probe(
    id="sample_picture",
    label="Picture of a sample",
    sentence="How one sample looks, and the same in words.",
    arrays=arrays,
    needs=("data",),
    rate="data",
    pictured=True,
)
