"""A small canvas for drawings by rule: smooth ellipses, triangles and strokes on 32 × 32 pixels of colour.

Everything is drawn at twice the size, each shape with an edge that fades over one of these finer pixels (its
coverage follows from the distance to the edge), and 2 × 2 of them are averaged at the end.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

SIDE = 32  # pixels of the finished picture
FINE = 2  # finer pixels to one, each way

Colour = Sequence[float] | np.ndarray  # red, green, blue from 0 to 1; or (64, 64, 3), a pattern that shows through
_ROWS, _COLUMNS = np.mgrid[0 : SIDE * FINE, 0 : SIDE * FINE].astype(np.float32) / FINE + 0.5 / FINE


def rows_and_columns() -> tuple[np.ndarray, np.ndarray]:
    """The middles of all finer pixels, (64, 64) each, in pixels: 0 … 32 downwards, 0 … 32 to the right."""
    return _ROWS, _COLUMNS


class Canvas:
    """A picture in the making. Places are in pixels from the middle, y downwards, as `place` maps them."""

    def __init__(self) -> None:
        self.pixels = np.ones((SIDE * FINE, SIDE * FINE, 3), np.float32)
        self.place()

    def place(self, x: float = 0.0, y: float = 0.0, scale: float = 1.0, mirrored: bool = False) -> None:
        """What is drawn from now on lies around (x, y), is `scale` times as large, and mirrored if asked for."""
        self._x, self._y, self._scale, self._across = x + SIDE / 2, y + SIDE / 2, scale, -scale if mirrored else scale

    def ellipse(
        self, x: float, y: float, rx: float, ry: float, colour: Colour, *,
        angle: float = 0.0, edge: Colour | None = None, opacity: float = 1.0,
    ) -> None:  # fmt: skip
        """A filled ellipse, turned by `angle` in radians; `edge` is the colour of a thin line around it."""
        reach = max(rx, ry) + 1
        window, across, down = self._window(x - reach, y - reach, x + reach, y + reach)
        across, down = across - x, down - y
        if angle:
            cos, sin = math.cos(angle), math.sin(angle)
            across, down = cos * across + sin * down, cos * down - sin * across
        distance = (np.sqrt((across / rx) ** 2 + (down / ry) ** 2) - 1) * min(rx, ry)
        self._fill(window, distance, colour, edge, opacity)

    def triangle(
        self, corners: Sequence[tuple[float, float]], colour: Colour, *, edge: Colour | None = None
    ) -> None:
        """A filled triangle."""
        xs, ys = zip(*corners, strict=True)
        window, across, down = self._window(min(xs) - 1, min(ys) - 1, max(xs) + 1, max(ys) + 1)
        (x0, y0), (x1, y1), (x2, y2) = corners
        turn = math.copysign(1.0, (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0))
        distance = np.full_like(across, -np.inf)
        for (xa, ya), (xb, yb) in zip(corners, [*corners[1:], corners[0]], strict=True):
            long = math.hypot(xb - xa, yb - ya) or 1.0
            side = turn * ((yb - ya) * (across - xa) - (xb - xa) * (down - ya)) / long
            np.maximum(distance, side, out=distance)
        self._fill(window, distance, colour, edge, 1.0)

    def stroke(
        self, points: Sequence[tuple[float, float]], widths: tuple[float, float], colour: Colour, *,
        edge: Colour | None = None, opacity: float = 1.0,
    ) -> None:  # fmt: skip
        """A line through the points with round ends, whose width goes from the first to the second of `widths`."""
        xs, ys = zip(*points, strict=True)
        reach = max(widths) / 2 + 1
        window, across, down = self._window(min(xs) - reach, min(ys) - reach, max(xs) + reach, max(ys) + reach)
        distance = np.full_like(across, np.inf)
        parts = len(points) - 1
        for part, ((xa, ya), (xb, yb)) in enumerate(pairwise(points)):
            wide, high = xb - xa, yb - ya
            along = ((across - xa) * wide + (down - ya) * high) / (wide * wide + high * high or 1.0)
            along = np.clip(along, 0, 1)
            width = widths[0] + (widths[1] - widths[0]) * (part + along) / parts
            np.minimum(
                distance, np.hypot(across - xa - along * wide, down - ya - along * high) - width / 2, out=distance
            )
        self._fill(window, distance, colour, edge, opacity)

    def finished(self) -> np.ndarray:
        """The picture: uint8 (32, 32, 3)."""
        fine = np.clip(self.pixels, 0, 1).reshape(SIDE, FINE, SIDE, FINE, 3).mean(axis=(1, 3))
        return (fine * 255 + 0.5).astype(np.uint8)

    def _window(self, left: float, top: float, right: float, bottom: float) -> tuple:
        """The part of the canvas that a shape can touch, and where its pixels lie for who draws."""
        ends = sorted((self._x + left * self._across, self._x + right * self._across))
        rows = slice(*self._cut(self._y + top * self._scale, self._y + bottom * self._scale))
        columns = slice(*self._cut(*ends))
        across = (_COLUMNS[rows, columns] - self._x) / self._across
        return (rows, columns), across, (_ROWS[rows, columns] - self._y) / self._scale

    @staticmethod
    def _cut(low: float, high: float) -> tuple[int, int]:
        most = SIDE * FINE
        return min(max(math.floor(low * FINE), 0), most), min(max(math.ceil(high * FINE), 0), most)

    def _fill(self, window: tuple, distance: np.ndarray, colour: Colour, edge: Colour | None, opacity: float) -> None:
        sharp = self._scale * FINE
        if edge is not None:
            self._blend(window, np.clip(0.5 - (distance - 0.4) * sharp, 0, 1), edge)
        self._blend(window, np.clip(0.5 - distance * sharp, 0, 1) * opacity, colour)

    def _blend(self, window: tuple, cover: np.ndarray, colour: Colour) -> None:
        colour = np.asarray(colour, np.float32)
        under = self.pixels[window]
        under += cover[..., None] * ((colour[window] if colour.ndim == 3 else colour) - under)
