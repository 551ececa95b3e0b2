"""The file beside a script or a notebook: arrays by name, in an archive that holds both."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

import numpy as np

LEVELS = (255, 16)  # steps from 0 to 1 that pictures come in
WHEN = (1980, 1, 1, 0, 0, 0)  # the same run gives the same bytes


def archive(name: str, text: str, arrays: Mapping[str, np.ndarray]) -> tuple[str, str | bytes]:
    """(file name, content): the text alone, or where there are arrays a zip of it and a .npz of that name."""
    if not arrays:
        return name, text
    stem, numbers, content = name.rsplit(".", 1)[0], io.BytesIO(), io.BytesIO()
    np.savez_compressed(numbers, **arrays)
    with zipfile.ZipFile(content, "w") as file:
        file.writestr(zipfile.ZipInfo(name, WHEN), text)
        file.writestr(zipfile.ZipInfo(f"{stem}.npz", WHEN), numbers.getvalue())
    return f"{stem}.zip", content.getvalue()


def levels_of(pictures: Sequence[np.ndarray]) -> int:
    """In how many steps from 0 to 1 pictures come, so that they can be kept as bytes without losing anything; 0 where
    they need all their digits. `pictures` are float32 arrays."""
    for levels in LEVELS:
        if all(_comes_in(x, levels) for x in pictures):
            return levels
    return 0


def _comes_in(x: np.ndarray, levels: int) -> bool:
    steps = np.rint(x * levels)
    return bool((steps >= 0).all() and (steps <= 255).all() and ((steps / levels).astype(np.float32) == x).all())
