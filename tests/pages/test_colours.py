"""The classes' colours can be told apart by everybody.

Oracle: Machado, Oliveira & Fernandes, A physiologically-based model for simulation of color vision deficiency
(2009), table 1 at severity 1; distances in OKLab (Ottosson 2020), where 0.02 can just be seen.
"""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

TEXT = (Path(__file__).parents[2] / "pages/_stage/js/colour.js").read_text(encoding="utf-8")
VISIONS = {
    "common": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
CONES = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
]
LAB = [
    [0.2104542553, 0.793617785, -0.0040720468],
    [1.9779984951, -2.428592205, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.808675766],
]


def numbers(pattern: str) -> list[str]:
    """The colours "#rrggbb" on the line of colour.js that begins with `pattern`."""
    line = re.search(rf"{pattern}[^\n]*", TEXT)[0]
    hexes = re.findall(r"#[0-9a-f]{6}", line)
    return hexes or ["#" + "".join(re.findall(r"0x([0-9a-f]{2})", line))]


def seen(colour: str, vision: str) -> np.ndarray:
    """A colour in OKLab as somebody with that vision sees it."""
    part = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return LAB @ np.cbrt(CONES @ np.clip(VISIONS[vision] @ linear, 0, 1))


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_classes_and_neutral_can_be_told_apart(theme: str, vision: str) -> None:
    palette = numbers(rf"  {theme}: \[")
    assert len(palette) == 8
    neutral = "#" + "".join(re.findall(r"0x([0-9a-f]{2})", re.search(rf"{theme}: \[(0x[^\]]*)\]", TEXT)[1]))
    for one, other in combinations([*palette, neutral], 2):
        assert np.linalg.norm(seen(one, vision) - seen(other, vision)) > 0.11, (one, other)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_they_begin_with_orange_and_blue(theme: str) -> None:
    assert numbers(rf"  {theme}: \[")[:2] == [*numbers("const NEGATIVE"), *numbers("const POSITIVE")]
