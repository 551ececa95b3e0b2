"""How an animal looks: its picture of 32 × 32 pixels, drawn from its record by shapes alone.

Fur, pattern, pose, side, place and background are chance, the same for both species; what tells a cat from a
dog is its form: ears, snout, nose, whiskers and eyes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from dlcore.datasets._animals import FURS, Animal, animal
from dlcore.datasets._canvas import SIDE, Canvas, rows_and_columns

PINK, DARK, WHITE = np.array([(0.94, 0.62, 0.60), (0.10, 0.09, 0.10), (0.97, 0.96, 0.94)])
EYES = ((0.55, 0.78, 0.30), (0.95, 0.75, 0.20), (0.45, 0.72, 0.90))
SCENES = {  # wall or sky, floor or ground
    "in a living room": ((0.93, 0.80, 0.62), (0.62, 0.40, 0.25)),
    "in a kitchen": ((0.96, 0.90, 0.74), (0.78, 0.52, 0.42)),
    "on a carpet": ((0.86, 0.66, 0.58), (0.72, 0.26, 0.28)), "on a sofa": ((0.80, 0.58, 0.66), (0.56, 0.30, 0.46)),
    "on a meadow": ((0.62, 0.82, 0.95), (0.48, 0.72, 0.32)), "by a wood": ((0.66, 0.82, 0.76), (0.36, 0.58, 0.34)),
    "on a beach": ((0.52, 0.78, 0.92), (0.55, 0.82, 0.80)), "in the snow": ((0.70, 0.80, 0.92), (0.90, 0.94, 0.98)),
}  # fmt: skip
BODIES = {  # middle and radii of the trunk, then middle and radius of the head, and where the tail begins
    "sitting": ((0.0, 6.8, 5.8, 7.6), (0.0, -4.6, 7.2), (-4.8, 12.0)),
    "standing": ((-2.6, 5.0, 9.0, 4.6), (5.2, -3.4, 6.8), (-11.0, 3.4)),
    "lying": ((-1.6, 9.2, 11.6, 5.0), (4.6, 0.8, 7.0), (-12.2, 10.4)),
}


def draw(who: Animal, edition: str = "easy") -> np.ndarray:
    """The animal's picture, uint8 (32, 32, 3); the same record and edition give the same picture."""
    rng = np.random.default_rng([who.seed, who.index, 2])
    hard = edition == "hard"
    canvas = Canvas()
    _scene(canvas, who.background, rng)
    scale = (rng.uniform(0.66, 0.94) if hard else rng.uniform(0.84, 0.98)) * (0.96 + 0.08 * min(who.size, 70) / 70)
    free = 1 - scale + (0.16 if hard else 0.07)  # the smaller an animal, the farther it can be from the middle
    x, y = rng.uniform(-13, 13) * free, rng.uniform(-10, 12) * free
    canvas.place(x, y, scale, bool(rng.random() < 0.5))
    _figure(canvas, who, rng)
    _in_front(canvas, who.background, rng, 0.65 if hard else 0.1)
    if hard:
        light = rng.uniform(0.62, 1.2) * rng.uniform(0.88, 1.12, 3)
        canvas.pixels *= light.astype(np.float32)[:, None, None]
        canvas.pixels += np.float32(0.05) * rng.standard_normal(canvas.pixels.shape, np.float32)
    return canvas.finished()


def draw_background(who: Animal) -> np.ndarray:
    """The same picture without the animal and without what stands before it: uint8 (32, 32, 3)."""
    canvas = Canvas()
    _scene(canvas, who.background, np.random.default_rng([who.seed, who.index, 2]))
    return canvas.finished()


def pictures(seed: int, numbers: Iterable[int], edition: str = "easy", share: float = 1.0) -> np.ndarray:
    """The pictures of the animals with these numbers: uint8 (samples, 32, 32, 3)."""
    found = [draw(animal(seed, number, edition, share), edition) for number in numbers]
    return np.stack(found) if found else np.empty((0, SIDE, SIDE, 3), np.uint8)


def _scene(canvas: Canvas, place: str, rng: np.random.Generator) -> None:
    rows, columns = rows_and_columns()
    far, near = np.array(SCENES[place]) * rng.uniform(0.86, 1.06) + rng.normal(0, 0.025, (2, 3))
    horizon = rng.uniform(15, 23)
    fade = rows / SIDE
    ground = np.clip((rows - horizon + 0.5 * np.sin(columns[:1] / 4 + rng.uniform(0, 6))) * 2, 0, 1)
    sky, floor = (1.06 - 0.12 * fade) * (1 - ground), (1.08 - 0.16 * fade) * ground
    for plane, above, below in zip(canvas.pixels, far.tolist(), near.tolist(), strict=True):
        plane[:] = above * sky + below * floor
    canvas.place()
    x, level = rng.uniform(-14, 14), horizon - 16
    if place == "in a living room":  # a window
        canvas.triangle([(x - 5, -14), (x + 5, -14), (x + 5, -5)], (0.72, 0.88, 0.97))
        canvas.triangle([(x - 5, -14), (x + 5, -5), (x - 5, -5)], (0.66, 0.84, 0.95))
        canvas.stroke([(x, -14), (x, -5)], (1, 1), WHITE)
    elif place == "in a kitchen":  # tiles
        for at in range(-14, 17, 6):
            canvas.stroke([(at, -16), (at, level)], (0.5, 0.5), far * 0.88, opacity=0.8)
        canvas.stroke([(-16, level - 6), (16, level - 6)], (0.5, 0.5), far * 0.88, opacity=0.8)
    elif place == "on a carpet":
        canvas.ellipse(x / 3, 12, 15, 5.5, near * (1.2, 1.6, 1.5))
        canvas.ellipse(x / 3, 12, 11.5, 3.8, near)
    elif place == "on a sofa":
        for at in (-11, 0, 11):
            canvas.ellipse(at, level, 6.2, 6, near * 1.14, edge=near * 0.85)
    elif place == "on a meadow":  # a sun and flowers
        canvas.ellipse(x, -12, 3, 3, (1.0, 0.90, 0.45))
        for at in rng.uniform(-15, 15, 4):
            canvas.ellipse(at, rng.uniform(level + 3, 14), 0.8, 0.8, (0.98, 0.90, 0.55))
    elif place == "by a wood":
        for at in np.linspace(-14, 14, 5) + rng.uniform(-2, 2, 5):
            high = rng.uniform(7, 13)
            canvas.triangle([(at - 4, level + 1), (at + 4, level + 1), (at, level - high)], (0.22, 0.44, 0.32))
    elif place == "on a beach":  # sand before the sea
        canvas.ellipse(0, 18, 26, 13 - level / 2, (0.93, 0.85, 0.64))
    else:
        canvas.ellipse(x, level + 2, 13, 4, near * 0.97)
        for across, down in rng.uniform(-15, 15, (7, 2)):
            canvas.ellipse(across, down, 0.6, 0.6, WHITE)


def _coat(canvas: Canvas, who: Animal, rng: np.random.Generator) -> np.ndarray:
    """The fur's colour everywhere, (3, 64, 64): a pattern that shows wherever fur is painted."""
    rows, columns = rows_and_columns()
    fur, marking = np.array([FURS[who.fur], FURS[who.marking]]) + rng.normal(0, 0.03, (2, 3))
    phase = rng.uniform(0, 6, 4)
    if who.pattern == "plain":
        mark = 0.0 * rows
    elif who.pattern == "striped":
        tilt = rng.uniform(-0.5, 0.5)
        marking = fur * (0.62 if fur.mean() > 0.35 else 1.6)
        mark = np.clip(2 * np.sin(1.9 * (columns + tilt * rows) + phase[0] + 0.8 * np.sin(rows / 2)) - 0.5, 0, 0.85)
    elif who.pattern == "spotted":
        mark = np.clip(4 * (np.sin(1.15 * columns + phase[0]) * np.sin(1.15 * rows + phase[1]) - 0.45), 0, 1)
    else:
        waves = np.sin(columns / 3.1 + phase[0]) + np.sin(rows / 3.7 + phase[1])
        waves += np.sin((rows + columns) / 4.3 + phase[2])
        mark = np.clip(3 * (waves - 0.3), 0, 1)
    mark = np.asarray(mark, np.float32)
    fur, marking = (colour.astype(np.float32)[:, None, None] for colour in (fur, marking))
    coat = fur + (marking - fur) * mark
    coat *= np.float32(1.08) - np.float32(0.2 / SIDE) * rows
    return np.clip(coat, 0.02, 1, out=coat)


def _figure(canvas: Canvas, who: Animal, rng: np.random.Generator) -> None:
    coat = _coat(canvas, who, rng)
    line = np.array(FURS[who.fur]) * 0.38
    (x, y, rx, ry), (hx, hy, radius), start = BODIES[who.pose]
    hx, hy, radius = hx + rng.uniform(-1.6, 1.4), hy + rng.uniform(-0.4, 1.6), radius * rng.uniform(0.88, 1.04)
    ry *= who.build if who.pose != "sitting" else 1
    rx *= who.build if who.pose == "sitting" else 1
    paws = np.array(FURS[who.fur]) * 1.05 if rng.random() < 0.5 else WHITE
    canvas.ellipse(x, 14.4, rx + 3.5, 1.7, (0.1, 0.1, 0.15), opacity=0.25)
    _tail(canvas, who, start, coat, line, rng)
    if who.pose == "standing":
        for at, dim in ((-8.2, 0.8), (3.4, 0.8), (-10, 1.0), (1.6, 1.0)):
            canvas.stroke([(at, 6), (at + 0.3, 13.4)], (3.2, 2.4), coat * np.float32(dim), edge=line)
            canvas.ellipse(at + 0.6, 13.8, 1.5, 1.0, paws)
    if who.pose == "sitting":
        for side in (-1, 1):
            canvas.ellipse(side * 4.6, 11.8, 3.2, 3.4, coat, edge=line)
    canvas.ellipse(x, y, rx, ry, coat, edge=line)
    if who.pose == "sitting":
        if rng.random() < 0.45:
            canvas.ellipse(0, 5.6, 2.6, 4.8, WHITE, opacity=0.9)
        for side in (-1, 1):
            canvas.stroke([(side * 1.9, 7.5), (side * 2.0, 13.2)], (2.7, 2.5), coat, edge=line)
            canvas.ellipse(side * 2.2, 14.0, 1.8, 1.1, paws, edge=line)
    elif who.pose == "lying":
        for at in (1.5, 6.5):
            canvas.ellipse(at + 2, 13.4, 3.2, 1.4, paws, edge=line)
    head = _Head(canvas, hx, hy, radius, coat, line)
    (_dog if who.species == "dog" else _cat)(head, who, rng)


def _tail(canvas: Canvas, who: Animal, start: tuple[float, float], coat: np.ndarray, line: np.ndarray, rng) -> None:
    long = np.clip(15 * who.tail / max(who.size, 22.0), 4, 17)
    angle, bend = rng.uniform(2.0, 3.3) - (0.3 if who.pose == "lying" else 0), rng.uniform(-1.6, 0.9)
    points, (x, y) = [start], start
    for _ in range(6):
        x, y = x + math.cos(angle) * long / 6, y - math.sin(angle) * long / 6
        angle += bend / 3
        points.append((max(x, -15.5), min(y, 14.5)))
    canvas.stroke(points, (2.7, rng.uniform(1.4, 2.2)), coat, edge=line)


class _Head:
    """A head's own coordinates: its middle is (0, 0) and its radius 1."""

    def __init__(self, canvas: Canvas, x: float, y: float, radius: float, coat: np.ndarray, line: np.ndarray):
        self.canvas, self.x, self.y, self.radius, self.coat, self.line = canvas, x, y, radius, coat, line

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return self.x + x * self.radius, self.y + y * self.radius

    def ellipse(self, x: float, y: float, rx: float, ry: float, colour, **more) -> None:
        self.canvas.ellipse(*self._at(x, y), rx * self.radius, ry * self.radius, colour, **more)

    def triangle(self, corners, colour, **more) -> None:
        self.canvas.triangle([self._at(x, y) for x, y in corners], colour, **more)

    def stroke(self, points, widths, colour, **more) -> None:
        self.canvas.stroke([self._at(x, y) for x, y in points], widths, colour, **more)

    def both(self, corners, colour, **more) -> None:
        """A triangle on either side."""
        for side in (-1, 1):
            self.triangle([(side * x, y) for x, y in corners], colour, **more)


def _cat(head: _Head, who: Animal, rng: np.random.Generator) -> None:
    tall = 1.02 + 0.07 * (who.ears - 5)
    if who.ear_shape == "pointed":
        head.both([(0.98, -0.15), (0.22, -0.72), (0.86, -tall)], head.coat, edge=head.line)
        head.both([(0.86, -0.42), (0.46, -0.70), (0.80, -tall + 0.16)], PINK)
    else:
        head.both([(0.98, -0.20), (0.30, -0.80), (0.98, -0.86)], head.coat, edge=head.line)
    head.ellipse(0, 0, 1.04, 0.86, head.coat, edge=head.line)
    iris = EYES[rng.integers(len(EYES))]
    for side in (-1, 1):
        head.ellipse(side * 0.43, -0.10, 0.24, 0.25, iris, edge=DARK)
        head.ellipse(side * 0.43, -0.10, 0.09, 0.23, DARK)
        head.ellipse(side * 0.17, 0.42, 0.22, 0.17, WHITE, opacity=0.75)
    head.triangle([(-0.14, 0.20), (0.14, 0.20), (0, 0.36)], PINK * 0.85)
    whisker = WHITE if np.mean(FURS[who.fur]) < 0.7 else DARK + 0.35
    for side in (-1, 1):
        for rise in (-0.22, 0.26):
            far = 0.45 + 0.13 * who.whiskers
            head.stroke([(side * 0.42, 0.42 + rise / 3), (side * far, 0.38 + rise)], (0.42, 0.3), whisker, opacity=0.85)


def _dog(head: _Head, who: Animal, rng: np.random.Generator) -> None:
    ear = head.coat * np.float32(rng.choice((0.62, 0.8, 1.0)))
    long = 0.55 + 0.03 * who.ears
    if who.ear_shape == "upright":  # with the tip bent over
        head.both([(0.95, -0.1), (0.30, -0.75), (0.92, -1.1)], ear, edge=head.line)
        head.both([(0.60, -0.95), (1.00, -1.08), (1.10, -0.60)], ear * np.float32(0.8), edge=head.line)
    head.ellipse(0, 0, 0.88, 0.94, head.coat, edge=head.line)
    if who.ear_shape == "hanging":
        for side in (-1, 1):
            head.ellipse(side * 0.92, -0.42 + long * 0.72, 0.29, long * 0.95, ear, angle=-side * 0.22, edge=head.line)
    wide = 0.36 + 0.014 * who.snout
    light = np.clip(np.array(FURS[who.fur]) * 1.15 + 0.08, 0, 1) if rng.random() < 0.5 else WHITE
    for side in (-1, 1):
        head.ellipse(side * 0.36, -0.20, 0.14, 0.16, DARK, edge=WHITE * 0.9)
        head.ellipse(side * 0.36 + 0.05, -0.25, 0.06, 0.06, WHITE)
    tongue = rng.random() < 0.35
    if tongue:
        head.ellipse(0.04, 0.88, 0.17, 0.24, PINK * (1, 0.8, 0.85), edge=head.line)
    head.ellipse(0, 0.46, wide, 0.40, light, edge=head.line, opacity=0.95)
    head.ellipse(0, 0.26, 0.23, 0.16, DARK)
    head.stroke([(0, 0.4), (0, 0.62)], (0.5, 0.5), DARK, opacity=0.8)
    head.stroke([(-0.22, 0.66), (0, 0.62), (0.22, 0.66)], (0.5, 0.5), DARK, opacity=0.8)


def _in_front(canvas: Canvas, place: str, rng: np.random.Generator, likely: float) -> None:
    """Now and then something stands before the animal: a ball, a post, or grass (of the ground's colour)."""
    if rng.random() > likely:
        return
    canvas.place()
    what, x = rng.integers(3), rng.uniform(-12, 12)
    if what == 0:
        blade = np.array(SCENES[place][1]) * 0.72
        for at in x + rng.uniform(-7, 7, 7):
            canvas.stroke([(at, 16), (at + rng.uniform(-2, 2), rng.uniform(4, 10))], (1.3, 0.4), blade)
    elif what == 1:
        colour = np.array(((0.90, 0.25, 0.22), (0.25, 0.45, 0.85), (0.98, 0.80, 0.20))[rng.integers(3)])
        canvas.ellipse(x, 12.2, 3.4, 3.4, colour, edge=colour * 0.6)
        canvas.ellipse(x - 1, 11.2, 1, 1, WHITE, opacity=0.7)
    else:
        canvas.stroke([(x, 18), (x, -2)], (2.6, 2.6), (0.62, 0.46, 0.30), edge=(0.40, 0.28, 0.18))
