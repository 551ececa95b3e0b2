"""How the numbers of every layer were spread in the course of training, as it was recorded."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcore.probes import Named, Probe, ProbeContext


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """positions F32 (times, 2): step and epoch; statistics F32 (times, quantities, layers, statistics).

    Quantities and statistics are in the order of the probe "histograms". 16 to 32 evenly spaced times.
    """
    layers = context.history.layers
    return {
        "positions": Named(layers.positions().astype(np.float32), ("time", "column")),
        "statistics": Named(layers.statistics(), ("time", "quantity", "layer", "statistic")),
    }


ENTRY = Probe(
    id="layer_history",
    label="Layers over time",
    sentence="How weights, gradients and activations of every layer were spread while the network learned.",
    arrays=arrays,
    needs=("history", "distributions"),
    rate="layers",
)
