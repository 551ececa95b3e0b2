"""How the weights, biases, gradients and activations of every layer are spread, at one position.

Gradients are those of the coming step's loss on its batch, of weights and biases together; activations are
those of at most `POINTS` train points, evenly chosen. Where a layer has more than `VALUES` numbers of a kind,
as many of them are read, evenly chosen: so the cost stays bounded for any network.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcore.catalogue import catalogue
from dlcore.lazy import torch
from dlcore.network.build import SOFTMAX, is_weight
from dlcore.training.state import views

QUANTITIES = ("weights", "biases", "gradients", "activations")
STATISTICS = ("count", "mean", "deviation", "size", "low", "high", "zero", "flat")
POINTS, FEWEST = 256, 16  # train points looked at; fewer where the layers have many values, but so many always
MOST_VALUES = 2**19
VALUES = 4096
FLAT = 0.05  # an activation's slope under this lets almost no gradient through


@dataclass(frozen=True)
class Distributions:
    """values: float64, the quantities one after the other, in each the layers in order; sizes
    (quantity, layer): how many each has; flat (layer,): share of activations on a flat part, NaN
    where the layer's activation couples its units."""

    values: np.ndarray
    sizes: np.ndarray
    flat: np.ndarray

    def of(self, quantity: str, layer: int) -> np.ndarray:
        """One quantity of one layer."""
        index = QUANTITIES.index(quantity) * self.sizes.shape[1] + layer
        start = int(self.sizes.ravel()[:index].sum())
        return self.values[start : start + self.sizes.ravel()[index]]

    def statistics(self) -> np.ndarray:
        """(quantity, layer, statistic) float32: how many numbers, mean, standard deviation, mean size
        |x|, lowest, highest, share of exact zeros, share on a flat part of the activation. NaN where
        there are none, or where one of them is not finite."""
        found = np.full((self.sizes.size, len(STATISTICS)), np.nan)
        found[:, 0] = self.sizes.ravel()
        present = self.sizes.ravel() > 0
        count = self.sizes.ravel()[present]
        starts = np.concatenate([[0], np.cumsum(count)[:-1]])
        x = self.values
        with np.errstate(invalid="ignore", over="ignore"):
            mean = np.add.reduceat(x, starts) / count
            centred = x - np.repeat(mean, count)
            deviation = np.sqrt(np.add.reduceat(centred * centred, starts) / count)
            size = np.add.reduceat(np.abs(x), starts) / count
            ends = np.minimum.reduceat(x, starts), np.maximum.reduceat(x, starts)
            zero = np.add.reduceat((x == 0).astype(float), starts) / count
            found[present, 1:7] = np.stack([mean, deviation, size, *ends, zero], axis=1)
            shaped = found.reshape(*self.sizes.shape, -1)
            shaped[QUANTITIES.index("activations"), :, STATISTICS.index("flat")] = self.flat
            shaped = shaped.astype(np.float32)
        return np.where(np.isfinite(shaped), shaped, np.float32(np.nan))


def distributions(run: Any) -> Distributions:
    """Those of a run at the position where it stands; in a walk, of gradients only those that are known there.

    Leaves its State as it is.
    """
    state, blocks, train = run.state.here(), run.network.blocks, run.data("train")
    gradients = views(run.task.gradient(run.state)[0].cpu(), run.network.layout)
    if run.standing is not None:
        known = run.standing.known
        gradients = {name: part if f"{name}.grad" in known else part[:0] for name, part in gradients.items()}
    record: dict[str, torch.Tensor] = {}
    with torch.no_grad():
        points = min(POINTS, max(FEWEST, MOST_VALUES // max(run.network.width, 1)))
        run.network.forward(train.inputs[:: max(1, -(-len(train) // points))], state, record)
        flat = [_flat(block, record) for block in blocks]
    named = [[name for name in gradients if name.startswith(f"{block.address}.")] for block in blocks]
    parts = [[state[name].numpy() for name in names if is_weight(name)] for names in named]
    parts += [[state[name].numpy() for name in names if name.endswith(".bias")] for names in named]
    parts += [[gradients[name].numpy() for name in names] for names in named]
    parts += [[record[f"{block.address}.activation"].numpy()] for block in blocks]
    thinned = [_thinned(part) for part in parts]
    sizes = np.array([len(part) for part in thinned]).reshape(len(QUANTITIES), len(blocks))
    return Distributions(np.concatenate(thinned).astype(np.float64), sizes, np.array(flat))


def _thinned(arrays: list[np.ndarray]) -> np.ndarray:
    """At most `VALUES` of the numbers in some arrays. The stride is odd, so that it takes of every column."""
    if not arrays:
        return np.empty(0, np.float32)
    joined = arrays[0].ravel() if len(arrays) == 1 else np.concatenate([array.ravel() for array in arrays])
    stride = -(-len(joined) // VALUES)
    return joined[:: stride + (stride + 1) % 2]


def _flat(block: Any, record: dict[str, torch.Tensor]) -> float:
    """The share of a layer's values at which its activation is flat: nearly no gradient passes there. NaN without."""
    address = block.address
    if block.activation == SOFTMAX or f"{address}.pre_activation" not in record:
        return float("nan")
    before = record.get(f"{address}.normalized", record[f"{address}.pre_activation"])
    after = record[f"{address}.activation"]
    slope = catalogue("activations")[block.activation].derivative(before, after)
    return float((slope.abs() < FLAT).float().mean())
