"""Shapes are what their names and numbers say. Oracles: areas and middles of the plane's own geometry; scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from dlcore.catalogue import catalogue
from dlcore.datasets._shapes import KINDS, SIDE, Shapes, drawn, shapes

AREAS = {  # in squares of the reach
    "circle": np.pi, "square": 2.0, "triangle": 3 * np.sqrt(3) / 4, "cross": 4 / 3.2 * 2 - (2 / 3.2) ** 2,
    "ring": np.pi * (1 - 0.56**2),
}  # fmt: skip


def alone(kind: str, x: float, y: float, size: float, angle: float) -> np.ndarray:
    """The coverage of one shape: light on a dark ground."""
    numbers = [np.array([number], float) for number in (x, y, size, angle, 1.0, 0.0)]
    return drawn(Shapes(np.array([KINDS.index(kind)]), *numbers), 0, 0)[0, 0].astype(float)


@pytest.mark.parametrize("angle", [0.0, 0.4, 2.0])
@pytest.mark.parametrize("kind", KINDS)
def test_a_shape_has_its_area_and_lies_at_its_middle(kind, angle):
    picture = alone(kind, 8.3, 7.6, 5.5, angle)
    assert picture.sum() == pytest.approx(AREAS[kind] * 5.5**2, rel=0.03)
    rows, columns = np.mgrid[0:SIDE, 0:SIDE] + 0.5
    assert (picture * columns).sum() / picture.sum() == pytest.approx(8.3, abs=0.06)
    assert (picture * rows).sum() / picture.sum() == pytest.approx(7.6, abs=0.06)


def test_every_shape_is_wholly_on_its_picture():
    """The light that a shape gives is that of its area, wherever it lies."""
    found = shapes(3, 500)
    light = (drawn(found, 3, 0)[:, 0] - found.ground[:, None, None]).sum(axis=(1, 2)) / (found.light - found.ground)
    areas = np.array([AREAS[KINDS[kind]] for kind in found.kind]) * found.size**2
    assert np.abs(light / areas - 1).max() < 0.15


@pytest.mark.parametrize("name", ["shapes", "shape_position"])
def test_the_first_ones_are_the_same_however_many_there_are(name):
    entry = catalogue("datasets")[name]
    few, many = (entry.generate(np.random.default_rng(1), samples=count, noise=10) for count in (20, 300))
    assert np.array_equal(few[0], many[0][:20]) and np.array_equal(few[1], many[1][:20])
    assert not np.array_equal(few[0], entry.generate(np.random.default_rng(2), samples=20, noise=10)[0])


def test_what_is_told_of_the_position_is_where_the_light_is():
    """Oracle: the picture's own middle of light above its ground."""
    entry = catalogue("datasets")["shape_position"]
    x, right = entry.generate(np.random.default_rng(5), samples=200)
    _, down = entry.generate(np.random.default_rng(5), "vertical", samples=200)
    _, size = entry.generate(np.random.default_rng(5), "size", samples=200)
    light = (x[:, 0] - x[:, 0].min(axis=(1, 2), keepdims=True)).astype(float)
    middles = np.arange(SIDE) + 0.5
    total = light.sum(axis=(1, 2))
    assert np.abs((light.sum(axis=1) @ middles / total - 8) / 5 - right).max() < 0.05
    assert np.abs((light.sum(axis=2) @ middles / total - 8) / 5 - down).max() < 0.05
    assert np.corrcoef(light.astype(bool).sum(axis=(1, 2)), size)[0, 1] > 0.5
    for numbers in (right, down, size):
        assert -1 <= numbers.min() < -0.8 and 0.8 < numbers.max() <= 1


def test_a_linear_model_on_pixels_does_not_tell_the_shapes_apart():
    x, y = catalogue("datasets")["shapes"].generate(np.random.default_rng(0), samples=1000)
    x = x.reshape(1000, -1)
    assert LogisticRegression(max_iter=500).fit(x[:500], y[:500]).score(x[500:], y[500:]) < 0.6
