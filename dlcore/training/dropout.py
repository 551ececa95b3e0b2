"""What a step draws for every sample: noise, and above all which neurons' outputs dropout leaves out. Inverted dropout:

    o = a · m            m = 1/(1 − p) with chance 1 − p, else 0

so that in the mean o is a, and after training nothing needs to be scaled. The masks are derived,
never carried: from the run's seed, the layer and the block of 64 steps. Within a block they come in
chunks of 16 samples, so that a sample's mask does not depend on how many samples follow it.

Source: Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov, Dropout (2014), section 10.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dlcore.layers import Chance
from dlcore.lazy import torch
from dlcore.training.rng import generator

BLOCK = 64  # steps that share a stream: starting one costs more than drawing from it
CHUNK = 16
MOST = 2**21  # numbers kept of one layer; where a block would be more, each step is drawn by itself


class Draws:
    """What one layer of one network draws, float32: the masks of dropout, or the numbers of noise."""

    def __init__(self, seed: int, layer: int, chance: Chance):
        """`layer` counts from 0 on the input's side."""
        self.seed = seed
        self.layer = layer
        self.chance = chance
        self.units = math.prod(chance.shape)
        self._key: tuple[int, int, int] | None = None
        self._kept: torch.Tensor | None = None

    def of(self, step: int, samples: int) -> torch.Tensor:
        """(samples, *shape): factors 0 or 1/(1 − p), or noise, of the step that makes update `step` + 1."""
        chunks = -(-samples // CHUNK)
        count = BLOCK if BLOCK * chunks * CHUNK * self.units <= MOST else 1
        block, place = divmod(step, BLOCK)
        first = place - place % count
        if self._key != (block, first, chunks):
            self._key = (block, first, chunks)
            self._kept = torch.from_numpy(self._draw(block, first, count, chunks))
        return self._kept[place - first, :samples].view(samples, *self.chance.shape)

    def _draw(self, block: int, first: int, count: int, chunks: int) -> np.ndarray:
        """(count, chunks·16, units): what is drawn at `count` steps of the block from `first` on."""
        found = np.empty((count, chunks, CHUNK, self.units), np.float32)
        size = CHUNK * self.units
        draw = self._factors if self.chance.kind == "drop" else self._noise
        for chunk in range(chunks):
            bits = generator(self.seed, "dropout", self.layer, block, chunk).bit_generator
            found[:, chunk] = draw(bits, first * size, count * size).reshape(count, CHUNK, self.units)
        return found.reshape(count, chunks * CHUNK, self.units)

    def _factors(self, bits: Any, start: int, count: int) -> np.ndarray:
        """0 with chance p, else 1/(1 − p)."""
        bits.advance(start)
        left_out = bits.random_raw(count) < np.uint64(self.chance.rate * 2**64)
        return np.where(left_out, np.float32(0), np.float32(1 / (1 - self.chance.rate)))

    def _noise(self, bits: Any, start: int, count: int) -> np.ndarray:
        """Normal numbers of that spread, each of two raw ones (Box & Muller 1958), so that any can be reached alone."""
        bits.advance(2 * start)
        raw = (bits.random_raw(2 * count) >> np.uint64(11)).reshape(count, 2) * 2.0**-53
        return self.chance.rate * np.sqrt(-2 * np.log1p(-raw[:, 0])) * np.cos(2 * np.pi * raw[:, 1])
