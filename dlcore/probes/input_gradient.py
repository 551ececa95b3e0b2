"""The input's gradient: which pixels would make the answer stronger if they were brighter, and which weaker.

    map[r, c] = Σ over the channels of ∂ z_k / ∂ x[channel, r, c]

z_k is the output's sum for class k, before its activation.

Source: Baehrens et al., How to explain individual classification decisions (2010).
"""

from __future__ import annotations

from typing import Any

from dlcore.probes import Named, Probe, ProbeContext
from dlcore.probes._overlays import NEEDS, asked, overlay


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """See `overlay`; {} where there is no sample, or where the answer is a picture. Options: see `asked`."""
    if (of := asked(context, options)) is None:
        return {}
    slope = context.inside.slopes(of.inputs, of.column)[1].reshape(context.spec.resolved.input_shape)
    return overlay(of.sign * slope.sum(axis=0), of, signed=True)


ENTRY = Probe(
    id="input_gradient",
    label="Brighter or darker",
    sentence="Blue pixels would make the answer stronger if they were brighter, orange ones weaker.",
    formula="Σᵪ ∂zₖ / ∂xᵪ",
    source="Baehrens et al. (2010), How to explain individual classification decisions",
    order=20,
    arrays=arrays,
    needs=NEEDS,
    role="overlay",
)
