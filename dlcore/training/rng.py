"""Chance, derived and never carried: every purpose has its own stream from the seed.

So any step can be replayed by itself, and adding a purpose changes no other.
"""

from __future__ import annotations

import zlib

import numpy as np


def generator(seed: int, purpose: str, *indices: int) -> np.random.Generator:
    """The stream of one purpose ("data", "order", "initial.layers.0.weight") and indices (an epoch)."""
    return np.random.default_rng([seed, zlib.crc32(purpose.encode()), *indices])
