"""Saliency: how much the answer would change if a pixel changed a little, whichever way.

    map[r, c] = max over the channels of |∂ z_k / ∂ x[channel, r, c]|

z_k is the output's sum for class k, before its activation.

Source: Simonyan, Vedaldi & Zisserman, Deep inside convolutional networks (2014).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcore.probes import Named, Probe, ProbeContext
from dlcore.probes._overlays import NEEDS, asked, overlay


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """See `overlay`; {} where there is no sample, or where the answer is a picture. Options: see `asked`."""
    if (of := asked(context, options)) is None:
        return {}
    slope = context.inside.slopes(of.inputs, of.column)[1].reshape(context.spec.resolved.input_shape)
    return overlay(np.abs(slope).max(axis=0), of, signed=False)


ENTRY = Probe(
    id="saliency",
    label="Saliency",
    sentence="How much the answer would change if a pixel changed a little.",
    formula="maxᵪ |∂zₖ / ∂xᵪ|",
    source="Simonyan, Vedaldi & Zisserman (2014), Deep inside convolutional networks",
    order=10,
    arrays=arrays,
    needs=NEEDS,
    role="overlay",
)
