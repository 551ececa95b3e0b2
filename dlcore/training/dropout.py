"""Dropout masks: which neurons' outputs are left out at a step. Inverted dropout:

    o = a · m            m = 1/(1 − p) with chance 1 − p, else 0

so that in the mean o is a, and after training nothing needs to be scaled. The masks are derived,
never carried: from the run's seed, the layer and the block of 64 steps. Within a block they come in
chunks of 16 samples, so that a sample's mask does not depend on how many samples follow it.

Source: Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov, Dropout (2014), section 10.
"""

from __future__ import annotations

import numpy as np

from dlcore.lazy import torch
from dlcore.training.rng import generator

BLOCK = 64  # steps that share a stream: starting one costs more than drawing from it
CHUNK = 16
MOST = 2**21  # numbers kept of one layer; where a block would be more, each step is drawn by itself


class DropoutMasks:
    """The masks of one layer of one network, float32."""

    def __init__(self, seed: int, layer: int, units: int, rate: float):
        """`layer` counts from 0 on the input's side; `rate` is the chance p to be left out."""
        self.seed = seed
        self.layer = layer
        self.units = units
        self.rate = rate
        self._key: tuple[int, int, int] | None = None
        self._kept: torch.Tensor | None = None

    def of(self, step: int, samples: int) -> torch.Tensor:
        """(samples, units) factors, 0 or 1/(1 − p), of the step that makes update `step` + 1."""
        chunks = -(-samples // CHUNK)
        count = BLOCK if BLOCK * chunks * CHUNK * self.units <= MOST else 1
        block, place = divmod(step, BLOCK)
        first = place - place % count
        if self._key != (block, first, chunks):
            self._key = (block, first, chunks)
            self._kept = torch.from_numpy(self._draw(block, first, count, chunks))
        return self._kept[place - first, :samples]

    def _draw(self, block: int, first: int, count: int, chunks: int) -> np.ndarray:
        """(count, chunks·16, units): the masks of `count` steps of the block from `first` on."""
        factors = np.empty((count, chunks, CHUNK, self.units), np.float32)
        size, bound = CHUNK * self.units, np.uint64(self.rate * 2**64)
        for chunk in range(chunks):
            bits = generator(self.seed, "dropout", self.layer, block, chunk).bit_generator
            bits.advance(first * size)
            drawn = bits.random_raw(count * size).reshape(count, CHUNK, self.units)
            factors[:, chunk] = np.where(drawn < bound, np.float32(0), np.float32(1 / (1 - self.rate)))
        return factors.reshape(count, chunks * CHUNK, self.units)
