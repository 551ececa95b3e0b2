"""A sample that is nobody's: the same numbers as `Run.predict` gives for its place, and no run is changed by it."""

from __future__ import annotations

import numpy as np
import pytest

from dlcore import Run, RunSpec
from dlcore.fitting import fit
from dlcore.params import SpecError

INPUTS = ["x1", "x2", "x1_squared"]


@pytest.fixture
def run() -> Run:
    found = Run(RunSpec.default().with_(**{"inputs": INPUTS}))
    found.advance(epochs=5)
    return found


def output(run: Run, **options) -> float:
    return float(run.probe("sample_values", **options)["layers.2.activation"].values[0])


def test_a_place_of_the_plane_gives_what_the_network_answers_there(run):
    place = [1.25, -3.5]
    arrays = run.probe("sample_values", sample=4, point=place)
    assert arrays["inputs"].values.tolist() == [1.25, -3.5, 1.5625]
    assert output(run, point=place) == pytest.approx(run.predict([place])[0], rel=1e-6)
    shown = run.probe("sample_values", sample=4, point=run.data("train").x[4].tolist())
    for name, named in run.probe("sample_values", sample=4).items():
        assert shown[name].values == pytest.approx(named.values, rel=1e-5, abs=1e-6), name


def test_any_input_is_set_by_itself(run):
    """Oracle: a column of the first layer's sums moves by weight times how far the input moved."""
    before = run.probe("sample_values", sample=4)
    after = run.probe("sample_values", sample=4, inputs={"2": 7.0})
    moved = 7.0 - before["inputs"].values[2]
    assert after["inputs"].values.tolist() == [*before["inputs"].values[:2], 7.0]
    step = after["layers.0.pre_activation"].values - before["layers.0.pre_activation"].values
    assert step == pytest.approx(run.parameters["layers.0.weight"][:, 2] * moved, rel=1e-4)
    both = run.probe("sample_values", point=[1.0, 2.0], inputs={"0": -1.0})
    assert both["inputs"].values.tolist() == [-1.0, 2.0, 1.0]


def test_of_test_samples_and_of_pictures_it_tells_the_same():
    """Oracle: what `Run.predict` answers for that sample of the test data."""
    run = Run(fit(RunSpec.default(), {"data.kind": "digits"})[0])
    arrays = run.probe("sample_values", split="test", sample=5)
    assert arrays["layers.0.activation"].axes == ("unit", "row", "column")
    last = arrays[f"layers.{len(run.network.blocks) - 1}.activation"].values
    assert last == pytest.approx(run.predict(run.data("test").x[5:6])[0], abs=1e-5)


def test_asking_what_would_be_changes_nothing(run):
    x, inputs, version = run.data("train").x.copy(), run.data("train").inputs.clone(), run.version
    state = {name: tensor.clone() for name, tensor in run.state.items()}
    run.probe("sample_values", point=[1.0, 2.0])
    run.probe("sample_values", sample=0, inputs={"0": 9.0, "1": 9.0})
    assert (run.data("train").x == x).all() and (run.data("train").inputs == inputs).all()
    assert all((tensor == state[name]).all() for name, tensor in run.state.items()) and run.version == version


def test_without_samples_a_place_can_still_be_asked():
    empty = Run(RunSpec.default().with_(**{"data.kind": "points"}))
    assert empty.probe("sample_values") == {}
    assert empty.probe("sample_values", point=[0.0, 1.0])["inputs"].values.tolist() == [0.0, 1.0]


@pytest.mark.parametrize("options", [{"point": [1]}, {"point": [1, np.inf]}, {"point": ["a", 2]}, {"point": 3},
                                     {"point": [10**400, 0]}, {"inputs": {"9": 1.0}}, {"inputs": {"0": "x"}},
                                     {"inputs": [1.0]}, {"inputs": {"0": 1e30}}, {"sample": True}])  # fmt: skip
def test_what_is_no_sample_is_refused(run, options):
    with pytest.raises(SpecError) as refused:
        run.probe("sample_values", **options)
    assert refused.value.message.endswith(".")


def test_in_a_walk_only_what_is_known_so_far_is_there(run):
    names = []
    for _ in range(4):
        run.walk(+1)
        names.append(set(run.probe("sample_values", sample=3)))
        assert run.probe("sample_values", point=[1.0, 2.0]) == {}
    known = ["inputs", "layers.0.pre_activation", "layers.0.activation"]
    assert names == [set(known[:count]) for count in range(4)]


def test_a_drawn_picture_gives_what_the_network_answers_to_it():
    """Oracle: `Run.predict` of the same picture."""
    run = Run(fit(RunSpec.default(), {"data.kind": "digits"})[0])
    run.advance(steps=3)
    pixels = np.random.default_rng(3).integers(0, 256, (8, 8, 1))
    shown = run.probe("sample_values", pixels=pixels.ravel().tolist())
    last = f"layers.{len(run.network.blocks) - 1}.activation"
    answer = run.predict(pixels.transpose(2, 0, 1)[None] / 255)[0]
    assert shown[last].values == pytest.approx(answer, rel=1e-5, abs=1e-6)
    maps = run.probe("feature_maps", pixels=pixels.ravel().tolist())
    assert np.abs(maps["inputs"].values[0] - pixels[..., 0]).max() <= 1 and maps["of"].values[0] == -1
    for bad in ([0] * 63, [0] * 63 + [256], [0.5] * 64, "x" * 64, {"0": 1}):
        with pytest.raises(SpecError, match="drawn picture"):
            run.probe("sample_values", pixels=bad)
    with pytest.raises(SpecError, match="drawn picture"):
        Run(RunSpec.default()).probe("sample_values", pixels=[0, 0])
