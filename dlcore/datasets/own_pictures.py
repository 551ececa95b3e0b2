"""Own pictures: what somebody photographed, collected or drew, a class for each kind.

    x = value / 255, from 0 (dark) to 1 (light)

The browser shrinks every picture to the same small square before it sends it; the pictures are named by the hash of
their bytes (see `dlcore.pictures`) and stay in memory. Those that every copy of this program has are an invented
example: rings and crosses, drawn by a shaky hand.
"""

from __future__ import annotations

import numpy as np

from dlcore.datasets import Dataset
from dlcore.datasets._pictures import shown
from dlcore.params import RESET, Param
from dlcore.tables import Pictures, find, remember, write_pictures

SIDE, EACH = 16, 40


def _example() -> bytes:
    """Forty rings and forty crosses, white on black, of any size and place."""
    rng, drawn = np.random.default_rng(11), []
    rows, columns = np.mgrid[:SIDE, :SIDE].astype(np.float64)
    for number in range(2 * EACH):
        middle, size = 7.5 + rng.uniform(-2, 2, 2), rng.uniform(3.5, 5.5)
        turn, squeeze = rng.uniform(0, np.pi / 2), rng.uniform(0.8, 1.2)
        y, x = rows - middle[0], (columns - middle[1]) * squeeze
        x, y = np.cos(turn) * x - np.sin(turn) * y, np.sin(turn) * x + np.cos(turn) * y
        ring = np.abs(np.hypot(x, y) - size)
        cross = np.minimum(np.maximum(np.abs(x), np.abs(y) - size), np.maximum(np.abs(y), np.abs(x) - size))
        drawn.append(np.clip(1.5 - (cross if number % 2 else ring), 0, 1))
    pixels = (np.stack(drawn)[..., None] * 255).astype(np.uint8)
    return write_pictures(pixels, np.arange(2 * EACH) % 2, ["ring", "cross"])


EXAMPLE = remember(_example(), "example", common=True)


def generate(rng, file=EXAMPLE.key):
    """(samples, channels, rows, columns) float32 from 0 to 1, and (samples,) the number of the class."""
    own = find(file, Pictures)
    x = np.divide(own.pixels.transpose(0, 3, 1, 2), np.float32(255), order="C")
    return x, own.labels.astype(np.float64)


def picture(rng, index, file=EXAMPLE.key):
    """That picture as the network gets it, uint8 (rows, columns, 3), and its class in words."""
    own = find(file, Pictures)
    x = own.pixels[index].transpose(2, 0, 1) / np.float32(255)
    return shown(x), f"Picture {index + 1}: {own.classes[own.labels[index]]}."


def follow(file=EXAMPLE.key):
    """The fields that depend on the pictures; SpecError where they are not here."""
    own = find(file, Pictures)
    return {
        "classes": own.classes,
        "target": "binary" if len(own.classes) == 2 else "classes",
        "shape": own.shape,
        "count": len(own.labels),
        "goal": f"Tell {' from '.join(own.classes)}." if len(own.classes) == 2 else "Tell these classes apart.",
    }


ENTRY = Dataset(
    id="own_pictures",
    label="Own pictures",
    sentence="Pictures of your own: photographs, drawings, anything in two to eight classes.",
    formula="x = value / 255",
    params=(
        Param(
            id="file", label="Pictures", kind="text", default=EXAMPLE.key, on_change=RESET,
            sentence="Which pictures these are, by the hash of their bytes; they themselves stay in memory.",
        ),
    ),
    order=75,
    generate=generate,
    picture=picture,
    group="own data",
    follow=follow,
    **follow(),
)  # fmt: skip
