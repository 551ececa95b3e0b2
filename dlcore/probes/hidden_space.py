"""The space of a layer: its values for many samples, in the two directions in which they differ most.

    X = values less their mean, (samples, values) = U S Vᵀ        scores = X (v₁, v₂)
    share of the variance along v_k = s_k² / Σ s²

The principal components (Pearson 1901, Hotelling 1933). Where there are more values than samples they are found from
X Xᵀ, which is small. Each direction is turned so that its largest part is positive, as scikit-learn does.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dlcore.probes import Named, Probe, ProbeContext
from dlcore.probes._samples import MOST_PRODUCTS, whole

MOST, FEWEST = 500, 50  # samples looked at
MOST_PAIRED = 2**29  # products of every two of them in the widest layer


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """scores F32 (sample, column): the two coordinates; shares F32 (quantity,): how much of the variance each of them
    explains; samples I32 (sample,): indices into train, evenly chosen; target F32 (sample,); layer I32 (quantity,):
    which it is; values I32 (quantity,): how many numbers the layer has.

    Option `layer`: its index from 0, left out the last one before the output. {} without samples, or where a value is
    not finite.
    """
    blocks, train = context.network.blocks, context.data("train")
    layer = whole(options, "layer", max(len(blocks) - 2, 0), len(blocks))
    if not len(train):
        return {}
    return context.seldom(("hidden_space", layer), lambda: _found(context, layer))


def _found(context: ProbeContext, layer: int) -> dict[str, Named]:
    train = context.data("train")
    widest = max(block.width for block in context.network.blocks)  # the same samples whichever layer is shown
    index = chosen(len(train), widest, context.inside.products)
    values = context.inside.until(train.inputs[index].numpy(), layer).reshape(len(index), -1)
    if not np.isfinite(values).all():
        return {}
    scores, share = principal(values.astype(np.float64))
    return {
        "scores": Named(scores.astype(np.float32), ("sample", "column")),
        "shares": Named(share.astype(np.float32), ("quantity",)),
        "samples": Named(index.astype(np.int32), ("sample",)),
        "target": Named(train.y[index].astype(np.float32), ("sample",)),
        "layer": Named(np.array([layer], np.int32), ("quantity",)),
        "values": Named(np.array([values.shape[1]], np.int32), ("quantity",)),
    }


def chosen(samples: int, widest: int, products: int) -> np.ndarray:
    """Indices of as many of the samples as can be looked at now and then, evenly chosen."""
    many = max(FEWEST, min(MOST, math.isqrt(MOST_PAIRED // widest), MOST_PRODUCTS // max(products, 1)))
    return np.arange(0, samples, math.ceil(samples / many))


def principal(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """((samples, 2) scores, (2,) shares of the variance) of values (samples, values); 0 where there is no second
    direction, or no variance at all."""
    centred = values - values.mean(axis=0)
    samples, width = centred.shape
    if width <= samples:
        size, vectors = np.linalg.eigh(centred.T @ centred)
        components = vectors[:, ::-1][:, :2]
    else:
        single = centred.astype(np.float32)  # in half the time, and exact enough for directions
        size, vectors = np.linalg.eigh((single @ single.T).astype(np.float64))
        components = centred.T @ vectors[:, ::-1][:, :2]
        components /= np.maximum(np.linalg.norm(components, axis=0), 1e-300)
    largest = components[np.abs(components).argmax(axis=0), np.arange(components.shape[1])]
    scores = centred @ (components * np.where(largest < 0, -1, 1))
    share = np.maximum(size[::-1][:2], 0) / max(np.maximum(size, 0).sum(), 1e-300)
    missing = 2 - scores.shape[1]
    return np.pad(scores, ((0, 0), (0, missing))), np.pad(share, (0, missing))


ENTRY = Probe(
    id="hidden_space",
    label="Space of a layer",
    sentence="Where a layer puts the samples, seen along the two directions in which they differ most.",
    source="Pearson (1901); Hotelling (1933), Analysis of a complex of statistical variables into principal components",
    arrays=arrays,
    needs=("trace", "data"),
)
