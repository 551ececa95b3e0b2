"""The class-activation map: where the features that speak for a class are found.

    α_c = mean over rows and columns of ∂ z_k / ∂ A[c, row, column]
    map = max(0, Σ_c α_c · A_c)

A are the feature maps of one layer, z_k the output's sum for class k. Where a mean over all rows and columns and a
dense output follow, α is that output's weights, over the number of places: the map of Zhou et al. (2016).

Source: Selvaraju et al., Grad-CAM: visual explanations from deep networks via gradient-based localization (2017).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcore.probes import Named, Probe, ProbeContext
from dlcore.probes._overlays import NEEDS, asked, overlay
from dlcore.probes._samples import whole


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """See `overlay`, with as many rows and columns as the layer has; layer I32 (quantity,): which one.

    Options: see `asked`; `layer`, its index, left out the last one that learns patterns. All that follows must go
    through it. Where no layer has pictures, that of the input itself (layer −1). {} as in the other overlays.
    """
    if (of := asked(context, options)) is None:
        return {}
    network, wanted = context.network, whole(options, "layer", None, len(context.network.blocks))
    layers = [i for i, block in enumerate(network.blocks[:-1]) if is_map(block) and network.is_bottleneck(i)]
    learned = [i for i in layers if network.blocks[i].parameters]
    layer = wanted if wanted in layers else (learned or layers or [-1])[-1]
    values, slope = context.inside.slopes(of.inputs, of.column, layer)
    shape = network.blocks[layer].output_shape if layer >= 0 else network.input_shape
    values, slope = (part.reshape(shape) for part in (values, slope))
    found = np.maximum(0, (of.sign * slope.mean(axis=(1, 2), keepdims=True) * values).sum(axis=0))
    return overlay(found, of, signed=False) | {"layer": Named(np.array([layer], np.int32), ("quantity",))}


def is_map(block: Any) -> bool:
    """Whether a block's values have places: channels of more than one row or column."""
    return len(block.output_shape) == 3 and block.output_shape[1:] != (1, 1)


ENTRY = Probe(
    id="activation_map",
    label="Activation map",
    sentence="Where in the picture the features are that speak for the class.",
    formula="max(0, Σᵪ αᵪ·Aᵪ), αᵪ = mean of ∂zₖ / ∂Aᵪ",
    source="Selvaraju et al. (2017), Grad-CAM; Zhou et al. (2016), Learning deep features",
    order=30,
    arrays=arrays,
    needs=NEEDS,
    role="overlay",
)
