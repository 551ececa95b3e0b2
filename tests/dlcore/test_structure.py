"""Shapes along a network and what does not fit. Oracles: sizes worked out by hand, and PyTorch's own network."""

from __future__ import annotations

import pytest
from torch import nn

from dlcore import RunSpec, SpecError
from dlcore.fitting import fit
from dlcore.network.graph import operate
from dlcore.network.shapes import describe

CONV = {"kind": "conv2d", "channels": 8}
DIGITS = fit(RunSpec.default(), {"data.kind": "digits"})[0]


def digits(*layers, **changes):
    return DIGITS.with_(**{"network.layers": list(layers), **changes})


def shapes(spec):
    return [block.output_shape for block in spec.blocks]


def test_shapes_and_parameters_along_a_stack():
    spec = digits(CONV, {"kind": "max_pool2d"}, {"kind": "conv2d", "channels": 16, "padding": 0}, {"kind": "flatten"})
    assert shapes(spec) == [(8, 8, 8), (8, 4, 4), (16, 2, 2), (64,), (10,)]
    oracle = nn.Sequential(nn.Conv2d(1, 8, 3), nn.Conv2d(8, 16, 3), nn.Linear(64, 10))
    assert sum(block.sizes() for block in spec.blocks) == sum(part.numel() for part in oracle.parameters())
    assert not spec.misfits


def test_shapes_along_branches():
    spec = digits(CONV, CONV | {"from": [-1]}, {"kind": "cat", "from": [0, 1]}, {"kind": "add", "from": [0, 1]},
                  {"kind": "adaptive_avg_pool2d", "from": [2]})  # fmt: skip
    assert shapes(spec) == [(8, 8, 8), (8, 8, 8), (16, 8, 8), (8, 8, 8), (16,), (10,)]
    assert [block.sources for block in spec.blocks] == [(-1,), (-1,), (0, 1), (0, 1), (2,), (4,)]
    assert spec.blocks[2].shapes_in == ((8, 8, 8), (8, 8, 8)) and spec.blocks[4].shapes_in == (16, 8, 8)


def test_an_answer_of_the_same_size_as_what_comes_in_is_made_pixel_by_pixel():
    spec = digits(CONV, **{"data.target": "picture"})
    assert (spec.blocks[-1].kind, spec.blocks[-1].output_shape) == ("conv2d", (1, 8, 8))
    dense = digits({"kind": "flatten"}, **{"data.target": "picture"})
    assert (dense.blocks[-1].kind, dense.blocks[-1].output_shape) == ("dense", (64,))


def test_behind_a_misfit_nothing_is_known_and_nothing_else_is_blamed():
    spec = digits(CONV, {"kind": "dense", "units": 5}, {"kind": "flatten"}, CONV)
    (misfit,) = spec.misfits
    assert (misfit.index, misfit.message) == (1, "A dense layer needs a vector, this is 8×8×8.")
    assert shapes(spec) == [(8, 8, 8), (), (), (), ()]
    assert [block.fits for block in spec.blocks] == [True, False, False, False, False]
    assert spec.task.id == "unfinished" and "data" in spec.provides
    assert describe(spec)["layers"][1]["misfit"]["repairs"][0]["label"] == "Insert Flatten"


@pytest.mark.parametrize("which", [0, 1])
def test_a_repair_mends(which):
    spec = digits(CONV, {"kind": "dense", "units": 5})
    mended, _ = operate(spec, spec.misfits[0].repairs[which].operation)
    assert not mended.misfits and mended.blocks[1].kind == ("flatten", "adaptive_avg_pool2d")[which]


@pytest.mark.parametrize(
    "layers, kinds",
    [
        ([CONV, {"kind": "conv2d", "channels": 4, "from": [-1]}, {"kind": "add", "from": [0, 1]}],
         {("conv2d", 1), ("conv2d", 0)}),
        ([CONV, {"kind": "max_pool2d"}, {"kind": "cat", "from": [1, 0]}],
         {("max_pool2d", 1), ("avg_pool2d", 1), ("conv2d", 1), ("interpolate", 0), ("conv_transpose2d", 0)}),
        ([CONV, {"kind": "flatten"}, {"kind": "cat", "from": [0, 1]}], {("flatten", 0), ("adaptive_avg_pool2d", 0)}),
    ],
)  # fmt: skip
def test_layers_of_other_shapes_are_brought_together_on_either_way(layers, kinds):
    spec = digits(*layers, {"kind": "adaptive_avg_pool2d"})
    repairs = spec.misfits[0].repairs
    assert {(one.operation["layer"]["kind"], one.operation.get("port", 0)) for one in repairs} == kinds
    assert len({repair.label for repair in repairs}) == len(repairs), "each button says something else"
    for repair in repairs:
        assert all(misfit.index > 3 for misfit in operate(spec, repair.operation)[0].misfits)


@pytest.mark.parametrize(
    "layers, said",
    [
        ([CONV | {"channels": 4096}, CONV | {"channels": 4096}], "weights and biases"),
        ([CONV | {"channels": 4096, "kernel": 1, "padding": 16}], "values for each sample"),
        ([{"kind": "interpolate", "scale": 4}, *[CONV | {"channels": 64}] * 15], "multiply–adds for each sample"),
    ],
)
def test_what_is_too_large_is_refused_with_its_size(layers, said):
    with pytest.raises(SpecError, match=said):
        digits(*layers, {"kind": "adaptive_avg_pool2d"})
