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

# A plane for each of red, green and blue: numpy works along rows, and a colour of three numbers is too short a row.
Colour = Sequence[float] | np.ndarray  # red, green, blue from 0 to 1; or (3, 64, 64), a pattern that shows through
_ROWS, _COLUMNS = np.mgrid[0 : SIDE * FINE, 0 : SIDE * FINE].astype(np.float32) / FINE + 0.5 / FINE


def rows_and_columns() -> tuple[np.ndarray, np.ndarray]:
    """The middles of all finer pixels, (64, 64) each, in pixels: 0 … 32 downwards, 0 … 32 to the right."""
    return _ROWS, _COLUMNS


class Canvas:
    """A picture in the making. Places are in pixels from the middle, y downwards, as `place` maps them."""

    def __init__(self) -> None:
        self.pixels = np.ones((3, SIDE * FINE, SIDE * FINE), np.float32)
        self.place()

    def place(self, x: float = 0.0, y: float = 0.0, scale: float = 1.0, mirrored: bool = False) -> None:
        """What is drawn from now on lies around (x, y), is `scale` times as large, and mirrored if asked for."""
        self._x, self._y, self._scale = float(x) + SIDE / 2, float(y) + SIDE / 2, float(scale)
        self._across = -self._scale if mirrored else self._scale

    def ellipse(
        self, x: float, y: float, rx: float, ry: float, colour: Colour, *,
        angle: float = 0.0, edge: Colour | None = None, opacity: float = 1.0,
    ) -> None:  # fmt: skip
        """A filled ellipse, turned by `angle` in radians; `edge` is the colour of a thin line around it."""
        x, y, rx, ry = float(x), float(y), float(rx), float(ry)
        reach = max(rx, ry) + 1
        window, across, down = self._window(x - reach, y - reach, x + reach, y + reach)
        across, down = across - x, down - y
        if angle:
            cos, sin = math.cos(angle), math.sin(angle)  # of a turned one neither axis is a row or a column
            across, down = cos * across + sin * down, cos * down - sin * across
        across, down = across / rx, down / ry
        distance = (np.sqrt(across * across + down * down) - 1) * min(rx, ry)
        self._fill(window, distance, colour, edge, opacity)

    def triangle(
        self, corners: Sequence[tuple[float, float]], colour: Colour, *, edge: Colour | None = None
    ) -> None:
        """A filled triangle."""
        corners = [(float(x), float(y)) for x, y in corners]
        xs, ys = zip(*corners, strict=True)
        window, across, down = self._window(min(xs) - 1, min(ys) - 1, max(xs) + 1, max(ys) + 1)
        (x0, y0), (x1, y1), (x2, y2) = corners
        turn = math.copysign(1.0, (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0))
        distance = None
        for (xa, ya), (xb, yb) in zip(corners, [*corners[1:], corners[0]], strict=True):
            long = math.hypot(xb - xa, yb - ya) or 1.0
            turned = turn / long
            side = (turned * (yb - ya)) * (across - xa) - (turned * (xb - xa)) * (down - ya)
            distance = side if distance is None else np.maximum(distance, side, out=distance)
        self._fill(window, distance, colour, edge, 1.0)

    def stroke(
        self, points: Sequence[tuple[float, float]], widths: tuple[float, float], colour: Colour, *,
        edge: Colour | None = None, opacity: float = 1.0,
    ) -> None:  # fmt: skip
        """A line through the points with round ends, whose width goes from the first to the second of `widths`."""
        points, widths = [(float(x), float(y)) for x, y in points], [float(width) for width in widths]
        xs, ys = zip(*points, strict=True)
        reach = max(widths) / 2 + 1
        window, across, down = self._window(min(xs) - reach, min(ys) - reach, max(xs) + reach, max(ys) + reach)
        distance = None
        parts = len(points) - 1
        for part, ((xa, ya), (xb, yb)) in enumerate(pairwise(points)):
            wide, high = xb - xa, yb - ya
            long = wide * wide + high * high or 1.0
            along = (across - xa) * (wide / long) + (down - ya) * (high / long)
            np.maximum(along, 0, out=along)
            np.minimum(along, 1, out=along)
            beside, below = across - xa - along * wide, down - ya - along * high
            apart = np.sqrt(beside * beside + below * below)
            apart -= (widths[0] + (widths[1] - widths[0]) * part / parts) / 2
            if widths[0] != widths[1]:
                apart -= along * ((widths[1] - widths[0]) / (2 * parts))
            distance = apart if distance is None else np.minimum(distance, apart, out=distance)
        self._fill(window, distance, colour, edge, opacity)

    def finished(self) -> np.ndarray:
        """The picture: uint8 (32, 32, 3)."""
        fine = np.clip(self.pixels, 0, 1, out=self.pixels)
        mean = (fine[:, ::2, ::2] + fine[:, ::2, 1::2] + fine[:, 1::2, ::2] + fine[:, 1::2, 1::2]) / 4
        return np.ascontiguousarray((mean * 255 + 0.5).astype(np.uint8).transpose(1, 2, 0))

    def _window(self, left: float, top: float, right: float, bottom: float) -> tuple:
        """The part of the canvas that a shape can touch, and where its pixels lie for who draws."""
        ends = sorted((self._x + left * self._across, self._x + right * self._across))
        rows = slice(*self._cut(self._y + top * self._scale, self._y + bottom * self._scale))
        columns = slice(*self._cut(*ends))
        across = (_COLUMNS[:1, columns] - self._x) / self._across
        return (slice(None), rows, columns), across, (_ROWS[rows, :1] - self._y) / self._scale

    @staticmethod
    def _cut(low: float, high: float) -> tuple[int, int]:
        most = SIDE * FINE
        return min(max(math.floor(low * FINE), 0), most), min(max(math.ceil(high * FINE), 0), most)

    def _fill(self, window: tuple, distance: np.ndarray, colour: Colour, edge: Colour | None, opacity: float) -> None:
        sharp = self._scale * FINE
        distance *= -sharp
        if edge is not None:
            self._blend(window, distance + (0.5 + 0.4 * sharp), edge, 1.0)
        distance += 0.5
        self._blend(window, distance, colour, opacity)

    def _blend(self, window: tuple, cover: np.ndarray, colour: Colour, opacity: float) -> None:
        np.maximum(cover, 0, out=cover)
        np.minimum(cover, 1, out=cover)
        if opacity != 1:
            cover *= opacity
        under = self.pixels[window]
        if isinstance(colour, np.ndarray) and colour.ndim == 3:
            change = colour[window] - under
        else:
            change = np.array(colour, np.float32).reshape(3, 1, 1) - under
        change *= cover
        under += change
