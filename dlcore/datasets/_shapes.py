"""Geometric shapes on 16 × 16 pixels of grey: of any size, at any place, turned by any angle.

A shape is a distance d(x, y) to its edge, below 0 inside, in pixels; a pixel is covered by ½ − d of it, from 0 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlcore.datasets import Column
from dlcore.datasets._pictures import seed_of, shown

SIDE = 16
SMALLEST, LARGEST = 3.0, 6.0  # how far a shape reaches from its middle, in pixels
KINDS = ("circle", "square", "triangle", "cross", "ring")


@dataclass(frozen=True)
class Shapes:
    """What there is to know of pictures of one shape each, (samples,) everything: `kind` its number in `KINDS`, `x` and
    `y` the middle in pixels from the left and from the top, `size` how far it reaches, `angle` in radians, and how
    light it and the ground are."""

    kind: np.ndarray
    x: np.ndarray
    y: np.ndarray
    size: np.ndarray
    angle: np.ndarray
    light: np.ndarray
    ground: np.ndarray


def shapes(seed: int, samples: int) -> Shapes:
    """Shapes of all kinds in turn, each wholly on the picture. The first ones are the same however many there are."""
    chance = np.random.default_rng([seed, 0]).random((samples, 6))
    size = SMALLEST + (LARGEST - SMALLEST) * chance[:, 0]
    free = SIDE - 2 * size
    return Shapes(
        np.arange(samples) % len(KINDS), size + free * chance[:, 1], size + free * chance[:, 2], size,
        2 * np.pi * chance[:, 3], 0.55 + 0.45 * chance[:, 4], 0.2 * chance[:, 5],
    )  # fmt: skip


def drawn(found: Shapes, seed: int, noise: float) -> np.ndarray:
    """Their pictures: float32 (samples, 1, 16, 16) from 0 to 1. Noise is normal; `noise` percent is its deviation."""
    middles = np.arange(SIDE) + 0.5
    right, down = middles - found.x[:, None], middles - found.y[:, None]
    right, down = right[:, None, :], down[:, :, None]
    cos, sin = np.cos(found.angle)[:, None, None], np.sin(found.angle)[:, None, None]
    across, along = cos * right + sin * down, cos * down - sin * right  # (samples, 16, 16) as the shape is turned
    distance = np.empty_like(across)
    for number, of in enumerate((_circle, _square, _triangle, _cross, _ring)):
        those = found.kind == number
        distance[those] = of(across[those], along[those], found.size[those, None, None])
    cover = np.clip(0.5 - distance, 0, 1)
    light, ground = found.light[:, None, None], found.ground[:, None, None]
    x = (ground + (light - ground) * cover).astype(np.float32)
    if noise:
        chance = np.random.default_rng([seed, 1]).standard_normal(x.shape, np.float32)
        x = np.clip(x + np.float32(noise / 100) * chance, 0, 1)
    return x[:, None]


FIELDS = (
    Column("kind", id="kind", words=True),
    Column("place from the left", "pixels", SIDE / 2, 2, "left", SMALLEST, SIDE - SMALLEST),
    Column("place from the top", "pixels", SIDE / 2, 2, "top", SMALLEST, SIDE - SMALLEST),
    Column("reach", "pixels", (SMALLEST + LARGEST) / 2, 1, "reach", SMALLEST, LARGEST),
)


def records(found: Shapes) -> dict[str, np.ndarray]:
    """All that is known of these shapes, by the ids of `FIELDS`."""
    return {"kind": np.array(KINDS)[found.kind], "left": found.x, "top": found.y, "reach": found.size}


def told(found: Shapes, index: int) -> str:
    """One of them in a sentence."""
    kind = KINDS[found.kind[index]].capitalize()
    return (
        f"{kind}, reaching {found.size[index]:.1f} pixels from its middle, which is {found.x[index]:.1f} pixels from "
        f"the left and {found.y[index]:.1f} from the top."
    )


def picture(rng, index, noise=0, **_others):
    """That shape as the network gets it, uint8 (16, 16, 3), and what there is to say of it."""
    seed = seed_of(rng)
    found = shapes(seed, index + 1)
    return shown(drawn(found, seed, noise)[index]), told(found, index)


def all_records(rng, samples=500, **_others):
    """What is known of each of them."""
    return records(shapes(seed_of(rng), samples))


def _circle(x, y, size):
    return np.hypot(x, y) - size


def _square(x, y, size):
    return np.maximum(abs(x), abs(y)) - size / np.sqrt(2)


def _triangle(x, y, size):
    """All sides alike: each lies half the reach from the middle."""
    side = np.sqrt(3) / 2
    return np.maximum(np.maximum(side * x - y / 2, -side * x - y / 2), y) - size / 2


def _cross(x, y, size):
    wide = size / 3.2
    upright = np.maximum(abs(x) - wide, abs(y) - size)
    return np.minimum(upright, np.maximum(abs(x) - size, abs(y) - wide))


def _ring(x, y, size):
    return abs(np.hypot(x, y) - 0.78 * size) - 0.22 * size
