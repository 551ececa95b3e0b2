"""Which pixels a pixel is made of. Oracle: autograd: a pixel counts exactly where the result has a slope to it."""

from __future__ import annotations

import pytest
import torch

from dlcore.catalogue import catalogue
from dlcore.network.reach import reach
from dlcore.structure import Block

SHAPE = (4, 7, 6)
KINDS = [
    ("conv2d", {"channels": 6, "kernel": 3}),
    ("conv2d", {"channels": 6, "kernel": 3, "stride": 2, "padding": 0}),
    ("conv2d", {"channels": 4, "kernel": 3, "dilation": 2, "padding": 2, "groups": 2}),
    ("max_pool2d", {"kernel": 3, "stride": 2}),
    ("avg_pool2d", {"kernel": 2, "stride": 2}),
    ("conv_transpose2d", {"channels": 3, "kernel": 2, "stride": 2}),
    ("interpolate", {}),
    ("activation", {}),
]


@pytest.mark.parametrize(("kind", "values"), KINDS, ids=[f"{kind}{number}" for number, (kind, _) in enumerate(KINDS)])
def test_the_window_is_where_the_result_has_a_slope(kind, values):
    layer = catalogue("layers")[kind]
    values = {param.id: values.get(param.id, param.default) for param in layer.params}
    after = tuple(layer.output_shape(SHAPE, **values))
    found = reach(Block("layers.0", kind, values, "linear", (-1,), (SHAPE,), after))
    torch.manual_seed(1)
    shapes = layer.parameters(SHAPE, **values)
    weights = {name: torch.randn(shape) for name, (shape, *_) in shapes.items()}
    for row in range(after[1]):
        for column in range(after[2]):
            seen = torch.zeros(SHAPE, dtype=torch.bool)
            # of a maximum only the winner has a slope: over many pictures each wins once
            for _ in range(12 if kind == "max_pool2d" else 1):
                x = (torch.rand(1, *SHAPE) + 0.1).requires_grad_()
                layer.forward(x, weights, **values)[0, 0, row, column].backward()
                seen |= x.grad[0] != 0
            _, rows, columns = (axis.unique() for axis in seen.nonzero(as_tuple=True))
            low, high = found["rows"][row]
            left, right = found["columns"][column]
            assert low <= rows.min() and rows.max() <= high and left <= columns.min() and columns.max() <= right
            if kind != "max_pool2d":
                assert (low, high, left, right) == (rows.min(), rows.max(), columns.min(), columns.max())
            assert found["channels"] == len(seen.nonzero()[:, 0].unique())


@pytest.mark.parametrize("kind", ["add", "mul", "cat"])
def test_a_merge_tells_which_channels_it_brings_together(kind):
    layer, shapes = catalogue("layers")[kind], (SHAPE, SHAPE)
    after = tuple(layer.output_shape(shapes))
    parts = reach(Block("layers.0", kind, {}, "linear", (-1, -1), shapes, after))["parts"]
    assert len(parts) == after[0]
    for channel, wanted in enumerate(parts):
        x = tuple(torch.rand(1, *SHAPE).add(0.1).requires_grad_() for _ in shapes)
        layer.forward(x, {})[0, channel, 2, 3].backward()
        seen = [(port, each.grad.nonzero()[:, 1:]) for port, each in enumerate(x) if each.grad is not None]
        found = [[port, int(row[0])] for port, rows in seen for row in rows]
        assert found == wanted


def test_what_makes_no_picture_of_pictures_has_none():
    assert reach(Block("layers.0", "flatten", {}, "linear", (-1,), (SHAPE,), (168,))) is None
    assert reach(Block("layers.0", "add", {}, "linear", (-1, -1), ((4,), (4,)), (4,))) is None
