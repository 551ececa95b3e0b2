"""Occlusion: how far the answer falls when a part of the picture is hidden under a grey square.

    map[i, j] = answer of the whole picture − answer with the square over cell (i, j)

The answer is the share of a class between 0 and 1, or the number itself. The cells are a few pixels wide, and the
square reaches over its cell.

Source: Zeiler & Fergus, Visualizing and understanding convolutional networks (2014).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcore.probes import Named, Probe, ProbeContext
from dlcore.probes._answers import shares
from dlcore.probes._overlays import NEEDS, Asked, asked, overlay
from dlcore.probes._samples import MOST_PRODUCTS

GREY = 0.5
FINE = 16  # cells along a picture, at most
PART = 0.22  # of the picture's side is what the square covers, about


def arrays(context: ProbeContext, options: dict[str, Any]) -> dict[str, Named]:
    """See `overlay`; {} where there is no sample, or where the answer is a picture. Options: see `asked`.

    While the run moves it is computed only now and then.
    """
    if (of := asked(context, options)) is None:
        return {}
    key = ("occlusion", of.inputs.tobytes(), of.unit)
    return context.seldom(key, lambda: overlay(_falls(context, of), of, signed=True))


def _falls(context: ProbeContext, of: Asked) -> np.ndarray:
    channels, rows, columns = context.spec.resolved.input_shape
    cell, square = sizes((rows, columns), context.inside.products)
    places = [(row, column) for row in range(0, rows, cell) for column in range(0, columns, cell)]
    pictures = np.repeat(of.inputs.reshape(1, channels, rows, columns), len(places) + 1, axis=0)
    reach = (square - cell) // 2
    for picture, (row, column) in zip(pictures[1:], places, strict=True):
        picture[:, max(0, row - reach) : row + cell + reach, max(0, column - reach) : column + cell + reach] = GREY
    answer = _answer(context, context.inside.answers(pictures.reshape(len(pictures), -1)), of)
    return (answer[0] - answer[1:]).reshape(-(-rows // cell), -(-columns // cell))


def _answer(context: ProbeContext, output: np.ndarray, of: Asked) -> np.ndarray:
    resolved = context.spec.resolved
    if resolved.target == "number":
        return output[:, of.column]
    return shares(output if resolved.columns > 1 else output[:, 0], resolved.range)[:, of.unit]


def sizes(picture: tuple[int, int], products: int) -> tuple[int, int]:
    """(side of a cell, side of the square), in pixels, for a picture (rows, columns) and a pass of so many products:
    where all passes would take too many, the cells are larger."""
    side = max(picture)
    cell = -(-side // FINE)
    while cell < side and (-(-picture[0] // cell)) * (-(-picture[1] // cell)) * products > MOST_PRODUCTS:
        cell *= 2
    return cell, cell + 2 * max(1, round((side * PART - cell) / 2))


ENTRY = Probe(
    id="occlusion",
    label="Occlusion",
    sentence="How far the answer falls when that part of the picture is hidden under a grey square.",
    formula="pₖ(x) − pₖ(x with a grey square)",
    source="Zeiler & Fergus (2014), Visualizing and understanding convolutional networks",
    order=40,
    arrays=arrays,
    needs=NEEDS,
    role="overlay",
)
