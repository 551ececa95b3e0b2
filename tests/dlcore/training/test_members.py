"""Several networks in one run. Oracle: for each member a run of its own with the member's spec."""

import numpy as np
import pytest

from dlcore import Run, RunSpec, SpecError
from dlcore.catalogue import catalogue
from dlcore.training.checkpoint import checkpoint, restore

MEMBERS = [
    {"seed": 1},
    {"seed": 2, "learning.optimizer.learning_rate": 0.1},
    {"seed": 3, "data.noise": 20, "inputs": ["x1", "x1x2"]},
]


def spec(**changes):
    return RunSpec.default().with_(**{"data.samples": 60, **changes})


def alone(base, members, stepper="auto"):
    return [Run(base.with_(**changes), stepper=stepper) for changes in members]


def bits(run):
    return {name: buffer.numpy().tobytes() for name, buffer in run.state.copy().items()}


def assert_alike(run, singles, atol=1e-5):
    for index, single in enumerate(singles):
        member = run.member(index)
        assert (member.step, member.epoch, member.spec) == (single.step, single.epoch, single.spec)
        for name, value in single.parameters.items():
            np.testing.assert_allclose(member.parameters[name], value, atol=atol, rtol=1e-4)
        assert member.metrics == pytest.approx(single.metrics, abs=1e-4)


@pytest.mark.parametrize("stepper", ["dense", "autograd"])
@pytest.mark.parametrize("optimizer", catalogue("optimizers"))
def test_each_member_is_a_run_of_its_own(optimizer, stepper):
    """40 steps with two penalties between them; wilder settings are in the steppers' own test."""
    base = spec(**{"learning.optimizer": optimizer, "learning.shuffle": "on", "learning.penalty": "l2"})
    members = [*MEMBERS, {"seed": 4, "learning.penalty.rate": 0.1}]
    if "beta1" in base.get("learning.optimizer"):
        members += [{"learning.optimizer.beta1": 1, "learning.optimizer.beta2": 0.5}]
    run, singles = Run(base, members=members, stepper=stepper), alone(base, members, stepper)
    for one in (run, *singles):
        one.advance(steps=40)
    assert_alike(run, singles)


def test_everything_that_is_read_of_a_member_is_as_in_a_run_of_its_own():
    run, singles = Run(spec(), members=MEMBERS), alone(spec(), MEMBERS)
    for one in (run, *singles):
        one.advance(epochs=8)
    places = np.random.default_rng(1).uniform(-6, 6, (20, 2))
    for index, single in enumerate(singles):
        member = run.member(index)
        assert (member.data("test").x == single.data("test").x).all()
        np.testing.assert_allclose(member.predict(places), single.predict(places), atol=1e-5)
        np.testing.assert_allclose(member.predictions("test"), single.predict(single.data("test").x), atol=1e-5)
        np.testing.assert_allclose(member.history, single.history, atol=1e-4)
        mine, its = member.trace(sample=3), single.trace(sample=3)
        assert set(mine) == set(its)
        for name, value in its.items():
            np.testing.assert_allclose(mine[name], value, atol=1e-4)
        picture = member.probe("output_map")["output"].values.astype(int)
        assert abs(picture - single.probe("output_map")["output"].values).max() <= 1
    for name, value in run.parameters.items():
        assert (value == run.member(0).parameters[name]).all()
    assert run.metrics == run.member(0).metrics != run.member(1).metrics


def test_time_and_changes_are_those_of_all_members():
    run = Run(spec(**{"learning.optimizer": "adam"}), members=MEMBERS)
    start = bits(run)
    run.advance(steps=30)
    run.apply({"learning.batch_size": 5})
    run.advance(steps=20)
    run.edit("layers.0.weight[1,0]", 0.5)
    run.advance(steps=20)
    end = bits(run)
    run.seek(20)
    run.seek(70)
    assert bits(run) == end
    while run.undo():
        pass
    assert bits(run) == start
    while run.redo():
        pass
    assert bits(run) == end
    again = restore(checkpoint(run))
    assert bits(again) == end
    assert again.member(2).history.equals(run.member(2).history)
    assert [member.get("learning.batch_size") for member in again.specs] == [5, 5, 5]
    assert run.advance(until=lambda metrics: metrics["train_loss"] < 0.2) > 0
    assert run.metrics["train_loss"] < 0.2
    run.reset()
    assert bits(run) == {**bits(Run(run.spec, members=[{}, *run.others]))}


def test_an_edit_is_of_the_first_member_alone():
    run = Run(spec(), members=MEMBERS)
    before = run.member(1).parameters
    run.edit("layers.1.weight[0,2]", 7.0)
    assert run.member(0).parameters["layers.1.weight"][0, 2] == 7
    assert all((run.member(1).parameters[name] == value).all() for name, value in before.items())


@pytest.mark.parametrize("stepper", ["dense", "autograd"])
def test_one_that_diverges_stops_and_the_others_go_on(stepper):
    """Oracle: the others' own runs; and seeking back before that step lets it move again."""
    base = spec(**{"data.kind": "plane", "network.layers": [{"activation": "linear"}]})
    members = [{"seed": 1}, {"seed": 2, "learning.optimizer.learning_rate": 30}, {"seed": 3}]
    run, singles = Run(base, members=members, stepper=stepper), alone(base, members, stepper)
    for one in (run, *singles):
        one.advance(epochs=30)
    assert run.trouble is None and run.epoch == 30
    assert run.member(1).trouble.message.endswith(".")
    assert run.member(0).trouble is None and run.member(2).trouble is None
    assert all(np.isfinite(value).all() for value in run.member(1).parameters.values())
    for index in (0, 2):
        for name, value in singles[index].parameters.items():
            np.testing.assert_allclose(run.member(index).parameters[name], value, atol=1e-4, rtol=1e-4)
    end = bits(run)
    run.seek(0)
    assert run.member(1).trouble is None
    run.seek(90)
    assert bits(run) == end
    run.apply({"learning.optimizer.learning_rate": 0.001})
    assert run.member(1).trouble is None


def test_where_all_diverge_training_stops():
    base = spec(**{"data.kind": "plane", "network.layers": [{"activation": "linear"}]})
    run = Run(base.with_(**{"learning.optimizer.learning_rate": 30}), members=[{"seed": 1}, {"seed": 2}])
    run.advance(epochs=60)
    assert run.trouble is not None and run.epoch < 60


@pytest.mark.parametrize(
    "changes",
    [
        {"network.layers.0.units": 5},
        {"network.layers.0.activation": "relu"},
        {"inputs": ["x1"]},
        {"learning.loss": "hinge"},
        {"learning.optimizer": "adam"},
        {"learning.penalty": "l2"},
        {"learning.batch_size": 3},
        {"learning.remainder": "drop"},
        {"data.samples": 40},
        {"data.kind": "plane"},
        {"nowhere": 1},
        "seed",
    ],
)
def test_members_of_another_shape_are_refused(changes):
    with pytest.raises(SpecError) as caught:
        Run(spec(), members=[{}, changes])
    assert caught.value.path == "members.1" and caught.value.message.endswith(".")


def test_members_of_another_wiring_are_refused():
    dense = {"kind": "dense", "units": 4}
    one, other = ([dense, dense, dense, {"kind": "add", "from": [source, 2]}] for source in (0, 1))
    with pytest.raises(SpecError, match="other layers"):
        Run(spec(**{"network.layers": one}), members=[{}, {"network.layers": other}])


@pytest.mark.parametrize("members", [[{}, {"data.augment": {"flip": 50}}], [{"data.augment": {"flip": 50}}, {}]])
def test_each_member_has_its_own_augmentation(members):
    base = spec(data="shapes", **{"network.layers": [{"kind": "flatten"}], "data.samples": 60})
    run, singles = Run(base, members=members), alone(base, members)
    for one in (run, *singles):
        one.advance(steps=20)
    assert_alike(run, singles)


def test_too_many_or_none_are_refused_and_so_is_a_member_that_is_not_there():
    for members in ([], [{"seed": seed} for seed in range(1000)]):
        with pytest.raises(SpecError):
            Run(spec(), members=members)
    with pytest.raises(SpecError):
        Run(spec(), members=MEMBERS).member(3)


def test_a_change_that_does_not_fit_all_members_changes_nothing():
    run = Run(spec(**{"learning.optimizer": "adam"}), members=[{}, {"learning.optimizer.beta1": 0.5}])
    run.advance(steps=3)
    before = bits(run)
    with pytest.raises(SpecError):
        run.apply({"learning.optimizer": "sgd"})
    assert bits(run) == before and run.spec.get("learning.optimizer.kind") == "adam"


def test_drawn_points_reach_every_member_where_an_epoch_begins():
    """Oracle: runs of their own, drawn on at the same step."""
    run, singles = Run(spec(), members=MEMBERS), alone(spec(), MEMBERS)
    for one in (run, *singles):
        one.advance(steps=3)
        one.apply(operation={"name": "draw_points", "points": [[1.0, 2.0, 1], [-3.0, 0.5, 0]]})
        one.advance(epochs=4)
    assert len(run.member(2).data("train")) == len(run.data("train")) == 32
    assert_alike(run, singles)
    end = bits(run)
    run.seek(2)
    run.seek(singles[0].step)
    assert bits(run) == end
    run.apply(operation={"name": "draw_points", "points": [[2.0, 2.0, 1]]})
    assert [len(run.member(index).asked.points) for index in range(3)] == [3, 3, 3]


def test_without_points_no_member_trains():
    run = Run(RunSpec.default().with_(data="points"), members=[{"seed": 1}, {"seed": 2}])
    assert run.advance(steps=1) == 0 and run.trouble.address == "data.points"


@pytest.mark.parametrize("stepper", ["dense", "autograd"])
def test_each_member_is_judged_in_train_mode_with_its_own_dropout(stepper):
    base = spec(**{"network.layers": [{"units": 6, "dropout": 0.5}], "learning.evaluate_in_train_mode": True})
    run, singles = Run(base, members=MEMBERS, stepper=stepper), alone(base, MEMBERS, stepper)
    for one in (run, *singles):
        one.advance(steps=12)
    assert_alike(run, singles)
    found = [run.member(index).evaluate((np.ones((4, 2)), np.ones(4))) for index in range(3)]
    for single, mine in zip(singles, found, strict=True):
        assert mine == pytest.approx(single.evaluate((np.ones((4, 2)), np.ones(4))), abs=1e-4)


def test_each_member_is_examined_and_its_layers_are_its_own():
    run, singles = Run(spec(), members=MEMBERS), alone(spec(), MEMBERS)
    for one in (run, *singles):
        one.advance(epochs=12)
    for index, single in enumerate(singles):
        member = run.member(index)
        assert [finding.check for finding in member.examine()] == [finding.check for finding in single.examine()]
        mine, its = member.probe("histograms"), single.probe("histograms")
        np.testing.assert_allclose(mine["statistics"].values, its["statistics"].values, atol=1e-4)
    layers = run.recorded.layers.statistics()
    np.testing.assert_allclose(layers, singles[0].recorded.layers.statistics(), atol=1e-4)
    assert len(run.member(1).recorded.layers.positions()) == 0
    np.testing.assert_array_equal(restore(checkpoint(run)).recorded.layers.statistics(), layers)
