"""Contract of every probe: named axes for every dimension, sound ranges, and the State left as it was."""

import numpy as np
import pytest
import torch

from dlcore import Run, RunSpec
from dlcore.catalogue import catalogue
from dlcore.probes import quantize

SPECS = {
    "the default": {},
    "no hidden layer": {"network.layers": []},
    "no test set": {"data.kind": "logic_and"},
    "regression": {"data.kind": "plane"},
    "several classes": {"data.kind": "rings", "data.classes": 4},
    "an output for each class": {"learning.loss": "softmax_cross_entropy"},
    "unbounded": {"network.layers": [{"units": 3, "activation": "relu"}], "inputs": ["x1_cubed", "angle"]},
}
AXES = {"unit", "input", "row", "column", "class", "answer", "sample"}


@pytest.mark.parametrize("changes", SPECS.values(), ids=SPECS)
@pytest.mark.parametrize("probe", catalogue("probes"))
def test_a_probe_gives_named_arrays_and_touches_nothing(probe, changes):
    run = Run(RunSpec.default().with_(**changes))
    run.advance(steps=5)
    before = {name: tensor.clone() for name, tensor in run.state.items()}
    arrays = run.probe(probe)
    assert bool(arrays) == (run.spec.resolved.target in catalogue("probes")[probe].targets)
    for named in arrays.values():
        assert len(named.axes) == named.values.ndim
        assert set(named.axes) <= AXES
        assert named.values.dtype in (np.uint8, np.float32, np.int32)
        assert (named.range is None) == (named.values.dtype != np.uint8)
        if named.range is not None:
            low, high = np.asarray(named.range).T
            assert (low < high).all()
    assert all(torch.equal(tensor, before[name]) for name, tensor in run.state.items())
    again = run.probe(probe)
    assert all(np.array_equal(again[name].values, named.values) for name, named in arrays.items())


@pytest.mark.parametrize("probe", catalogue("probes"))
def test_an_edit_is_in_every_picture_of_the_weights(probe):
    run = Run(RunSpec.default())
    before = {name: named.values.copy() for name, named in run.probe(probe).items()}
    run.edit("layers.0.weight[0,0]", 4.0)
    after = run.probe(probe)
    changed = any(not np.array_equal(after[name].values, values) for name, values in before.items())
    assert changed == (probe != "loss_curve"), "only the recorded past stays as it was"


def test_quantizing_is_within_half_a_step():
    """Oracle: q / 255 · (high − low) + low must be the value to half a step, clamped at the ends."""
    values = np.linspace(-2, 2, 301).reshape(1, -1)
    for span in ((-1.0, 1.0), np.array([[-1.0, 3.0]])):
        low, high = np.asarray(span).reshape(2)
        back = quantize(values, span) / 255 * (high - low) + low
        assert np.abs(back - values.clip(low, high)).max() <= (high - low) / 255 / 2 + 1e-6
