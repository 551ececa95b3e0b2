"""Contract of every probe: named axes for every dimension, sound ranges, and the State left as it was."""

import numpy as np
import pytest
import torch

from dlcore import Run, RunSpec, SpecError
from dlcore.catalogue import catalogue
from dlcore.fitting import fit
from dlcore.probes import AXES, quantize
from dlcore.training.frame import Seen

SPECS = {
    "the default": {},
    "no hidden layer": {"network.layers": []},
    "no test set": {"data.kind": "logic_and"},
    "regression": {"data.kind": "plane"},
    "several classes": {"data.kind": "rings", "data.classes": 4},
    "an output for each class": {"learning.loss": "softmax_cross_entropy"},
    "data with pictures": {"data.kind": "animals"},
    "pictures": {"data.kind": "digits"},
    "pictures as the answer": {"data.kind": "digits", "data.target": "picture"},
    "unbounded": {"network.layers": [{"units": 3, "activation": "relu"}], "inputs": ["x1_cubed", "angle"]},
}


def spec_for(probe, **changes):
    """A spec of the task that has this picture: the default one, if it has; skips what that task can't carry out."""
    fitting = [task for task in catalogue("tasks").values() if catalogue("probes")[probe].fits(task)]
    task = usual if (usual := RunSpec.default().task) in fitting else fitting[0]
    try:
        spec = RunSpec.default().with_(task=task.id, **task.suited)
        if "pictures" in catalogue("probes")[probe].needs:
            spec = fit(spec, {"data.kind": "digits"})[0]
        spec = spec.with_(**changes)
    except SpecError as error:
        pytest.skip(error.message)
    if not catalogue("probes")[probe].fits(spec):
        pytest.skip("no such picture of these data")
    return spec


def shown(probe):
    """A run of which that probe has something to show."""
    entry = catalogue("probes")[probe]
    kind = "data with pictures" if entry.pictured else "the default"
    if "pictures" in entry.needs:
        kind = "pictures" if "classes" in entry.targets else "pictures as the answer"
    return Run(spec_for(probe, **SPECS[kind]))


@pytest.mark.parametrize("changes", SPECS.values(), ids=SPECS)
@pytest.mark.parametrize("probe", catalogue("probes"))
def test_a_probe_gives_named_arrays_and_touches_nothing(probe, changes):
    run = Run(spec_for(probe, **changes))
    run.advance(steps=5)
    before = {name: tensor.clone() for name, tensor in run.state.items()}
    arrays = run.probe(probe)
    entry, resolved = catalogue("probes")[probe], run.spec.resolved
    pictures = not entry.pictured or resolved.dataset.picture is not None
    if arrays or not resolved.picture:  # answers that are pictures have pictures of their own
        assert bool(arrays) == (resolved.target in entry.targets and pictures)
    for named in arrays.values():
        assert len(named.axes) == named.values.ndim
        assert set(named.axes) <= AXES
        assert named.values.dtype in (np.uint8, np.float32, np.int32)
        if "byte" not in named.axes:  # which is text
            assert (named.range is None) == (named.values.dtype != np.uint8)
        if named.range is not None:
            low, high = np.asarray(named.range).T
            assert (low < high).all()
    assert all(torch.equal(tensor, before[name]) for name, tensor in run.state.items())
    again = run.probe(probe)
    assert all(np.array_equal(again[name].values, named.values, equal_nan=True) for name, named in arrays.items())


@pytest.mark.parametrize("probe", catalogue("probes"))
def test_an_edit_is_in_every_picture_of_the_weights(probe):
    run = shown(probe)
    if "trace" not in run.spec.task.provides:
        pytest.skip("a task of its own, whose pictures need not be of the network")
    before = {name: named.values.copy() for name, named in run.probe(probe).items()}
    weight = run.parameters["layers.0.weight"]
    run.edit(f"layers.0.weight[{','.join('0' * weight.ndim)}]", 4.0)
    after = run.probe(probe)
    changed = any(not np.array_equal(after[name].values, values, equal_nan=True) for name, values in before.items())
    rates = ("frame", "marks")  # what was done is marked on the timeline
    entry = catalogue("probes")[probe]
    of_weights = entry.rate == "marks" or {*entry.needs} - {"data", "pictures"} or not entry.needs
    assert changed == (entry.rate in rates and bool(of_weights)), "data and the recorded past stay as they were"


@pytest.mark.parametrize("probe", catalogue("probes"))
def test_a_viewer_is_sent_once_what_does_not_change(probe):
    run, seen, rate = shown(probe), Seen(), catalogue("probes")[probe].rate
    assert run.frame([{"id": probe}], seen)[0]
    assert bool(run.frame([{"id": probe}], seen)[0]) == (rate == "frame")
    run.advance(steps=16)
    again = run.frame([{"id": probe}], seen)[0]
    assert bool(again) == (rate != "data")
    if rate == "history":
        assert [len(named.values) for named in again.values()] == [16], "only the new rows"
    run.apply({"seed": 5})
    assert run.frame([{"id": probe}], seen)[0], "other data, and another past"


def test_quantizing_is_within_half_a_step():
    """Oracle: q / 255 · (high − low) + low must be the value to half a step, clamped at the ends."""
    values = np.linspace(-2, 2, 301).reshape(1, -1)
    for span in ((-1.0, 1.0), np.array([[-1.0, 3.0]])):
        low, high = np.asarray(span).reshape(2)
        back = quantize(values, span) / 255 * (high - low) + low
        assert np.abs(back - values.clip(low, high)).max() <= (high - low) / 255 / 2 + 1e-6
