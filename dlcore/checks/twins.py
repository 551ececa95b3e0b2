"""Identical neurons: two neurons of a layer that compute the same and will do so for ever.

    W[i, :] = W[j, :],  b[i] = b[j]   and   V[:, i] = V[:, j]

W is the layer's weight, V the next one's. Then both give the same value, get the same gradient
and make the same update: a layer of twins does the work of one neuron. Only chance in the start
weights tells them apart.

Source: Goodfellow, Bengio & Courville, Deep Learning (2016), section 8.4. Equal means: to one part
in 100,000 of the layer's largest weight, since rounding differs from row to row (float32 has seven
digits). Two random weight vectors of 20 seeds were never closer than one part in 100.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from dlcore.checks import Check, CheckContext, Example, Finding
from dlcore.checks._remedies import offered, start

CLOSE = 1e-5


def examine(context: CheckContext) -> Finding | None:
    """The first hidden layer with twins in it."""
    for block, after in pairwise(context.network.blocks):
        weight, out = (context.parameters.get(f"{one.address}.weight") for one in (block, after))
        index = int(block.address.split(".")[1])
        readers = [other for other in context.network.blocks if index in other.sources]
        if weight is None or out is None or readers != [after] or after.sources != (index,):
            continue
        leaving = np.moveaxis(out, 1, 0).reshape(out.shape[1], -1)  # what each of them is multiplied by
        if len(leaving) != len(weight):
            continue
        bias = context.parameters.get(f"{block.address}.bias", np.zeros(len(weight)))
        arriving = np.column_stack([weight.reshape(len(weight), -1), bias])
        rows = np.column_stack([_scaled(arriving), _scaled(leaving)])
        # Equal rows stand side by side in this order; comparing each with each would take too long.
        order = np.argsort(rows @ np.cos(np.arange(rows.shape[1])))
        near = np.abs(np.diff(rows[order], axis=0)).max(1) < CLOSE
        twin = np.zeros(len(rows), dtype=bool)
        twin[order[:-1]] |= near
        twin[order[1:]] |= near
        if twin.any():
            units = [f"{block.address}.activation[{unit}]" for unit in np.flatnonzero(twin)]
            layer, count = int(block.address.split(".")[1]) + 1, int(twin.sum())
            remedies = offered(start(context, "xavier", "Random start weights"))
            what = "channels" if len(block.output_shape) == 3 else "neurons"
            return ENTRY.found(units, remedies, layer=layer, count=count, units=len(twin), what=what)
    return None


def _scaled(rows: np.ndarray) -> np.ndarray:
    """Divided by the largest of them, so that what is equal does not depend on the unit."""
    return rows / max(float(np.abs(rows).max()), 1e-12)


SMALL = {"data.samples": 100}

ENTRY = Check(
    id="twins",
    label="Identical neurons",
    sentence="Neurons of one layer have the same weights, so they learn the same and stay alike for ever.",
    message=(
        "In layer {layer}, {count} of {units} {what} are identical: they started with the same weights, get the "
        "same gradients, and so stay alike for ever."
    ),
    formula="W[i, :] = W[j, :], V[:, i] = V[:, j]",
    source="Goodfellow, Bengio & Courville (2016), Deep Learning, section 8.4",
    order=20,
    severity=20,
    after_epochs=1,
    after_steps=10,
    examine=examine,
    provoke=(
        Example(SMALL | {"network.initializer": "zeros"}, epochs=10, recovery=40),
        Example(
            SMALL | {"network.initializer": "zeros", "network.layers": [{"kind": "dense", "activation": "sigmoid"}]},
            epochs=10,
            recovery=60,
        ),
    ),
    silent=(
        Example(SMALL, epochs=10),
        Example(SMALL | {"network.initializer": "zeros", "network.layers": []}, epochs=10),
    ),
)
