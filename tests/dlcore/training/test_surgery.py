"""Surgery: what an operation does to the weights, that it is one event, and that what is frozen stays put."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dlcore import Run, RunSpec
from dlcore.catalogue import catalogue
from dlcore.limits import LIMITS
from dlcore.params import SpecError
from dlcore.training.checkpoint import checkpoint, restore
from dlcore.training.journal import Event, Journal
from dlcore.training.surgery import OPERATIONS

LAYERS = [{"units": 3, "activation": "tanh"}, {"units": 2, "activation": "relu"}]
FROZEN = ("layers.0.weight[1,0]", "layers.1[0]", "layers.2.bias")


def spec(**changes) -> RunSpec:
    return RunSpec.default().with_(**{"data.samples": 60, "network.layers": LAYERS, "seed": 4, **changes})


def bits(run: Run) -> dict[str, bytes]:
    return {name: tensor.numpy().tobytes() for name, tensor in run.state.items()}


def held(run: Run) -> list[float]:
    parameters = run.parameters
    return [parameters["layers.0.weight"][1, 0], *parameters["layers.1.weight"][0], *parameters["layers.1.bias"][:1],
            *parameters["layers.2.bias"]]  # fmt: skip


def test_operations_do_to_the_numbers_what_they_say():
    """Oracle: NumPy on the weights as they were."""
    run = Run(spec())
    run.advance(steps=5)
    before = run.parameters
    run.zero("layers.0[1]")
    assert (run.parameters["layers.0.weight"][1] == 0).all() and run.parameters["layers.0.bias"][1] == 0
    assert (run.parameters["layers.0.weight"][[0, 2]] == before["layers.0.weight"][[0, 2]]).all()
    run.flip("layers.1")
    assert (run.parameters["layers.1.weight"] == -before["layers.1.weight"]).all()
    assert (run.parameters["layers.1.bias"] == -before["layers.1.bias"]).all()
    run.flip("layers.2.weight[0,1]")
    assert run.parameters["layers.2.weight"][0].tolist() == [
        before["layers.2.weight"][0, 0], -before["layers.2.weight"][0, 1]]  # fmt: skip
    run.copy_neuron("layers.0[0]", "layers.0[2]")
    assert (run.parameters["layers.0.weight"][2] == before["layers.0.weight"][0]).all()
    assert np.array_equal(*run.trace(sample=3)["layers.0.activation"][:, [0, 2]].T), "the two compute the same"
    run.lesion("layers.0[0]")
    assert (run.parameters["layers.1.weight"][:, 0] == 0).all()
    assert (run.parameters["layers.0.weight"][0] == before["layers.0.weight"][0]).all()
    run.advance(epochs=2)
    assert (run.parameters["layers.1.weight"][:, 0] == 0).all(), "a lesion stays one"
    run.heal("layers.0[0]")
    run.advance(epochs=2)
    assert (run.parameters["layers.1.weight"][:, 0] != 0).any()
    assert not run.frozen


def test_with_a_norm_a_copied_neuron_is_a_twin():
    run = Run(spec(**{"network.layers": [{**LAYERS[0], "norm": "layer"}, LAYERS[1]]}))
    run.advance(epochs=3)
    run.copy_neuron("layers.0[0]", "layers.0[1]")
    assert np.array_equal(*run.trace(sample=0)["layers.0.activation"][:, :2].T)
    run.freeze("layers.0")
    assert {"layers.0.norm.gain[0]", "layers.0.norm.shift[2]"} <= run.frozen


@pytest.mark.parametrize("initializer", catalogue("initializers"))
def test_numbers_drawn_anew_are_spread_as_the_initializer_spreads_them(initializer):
    """Oracle: of 400 weights each, the largest is within a tenth of what the run started with; 0 and given ones are
    drawn as Xavier does, which never goes beyond √(6 / (inputs + units))."""
    wide = RunSpec.default().with_(**{"network.layers": [{"units": 200}]})
    slot = {"kind": initializer}
    if initializer == "given":
        slot["values"] = {name: np.ones_like(values).tolist() for name, values in Run(wide).parameters.items()}
    run = Run(wide.with_(**{"network.initializer": slot}))
    start = run.parameters["layers.0.weight"]
    run.randomize("layers.0")
    first = run.parameters["layers.0.weight"]
    run.randomize("layers.0")
    second = run.parameters["layers.0.weight"]
    assert (first != second).any() and (first != start).any()
    if initializer in ("zeros", "given"):
        assert 0.9 * (6 / 202) ** 0.5 < np.abs(second).max() <= (6 / 202) ** 0.5
    else:
        assert second.std() == pytest.approx(start.std(), rel=0.2)
    again = Run(run.origin)
    for _ in range(2):
        again.randomize("layers.0")
    assert bits(again) == bits(run), "the same spec and journal"


def test_one_operation_is_one_event_and_one_entry_of_undo():
    run = Run(spec())
    run.advance(steps=3)
    states = [bits(run)]
    acts = [("zero", "layers.0[1]"), ("flip", "layers.1"), ("randomize", "layers.1[0]"), ("freeze", "layers.0"),
            ("lesion", "layers.0[2]"), ("unfreeze", "layers.0[0]"), ("heal", "layers.0[2]")]  # fmt: skip
    frozen = [run.frozen]
    for act in acts:
        events = len(run.journal.events)
        run.operate(*act)
        assert len(run.journal.events) == events + 1
        states.append(bits(run))
        frozen.append(run.frozen)
    for state, kept in zip(states[-2::-1], frozen[-2::-1], strict=True):
        assert run.undo()
        assert (bits(run), run.frozen) == (state, kept)
    for state, kept in zip(states[1:], frozen[1:], strict=True):
        assert run.redo()
        assert (bits(run), run.frozen) == (state, kept)


def test_a_number_being_dragged_is_one_event_and_one_entry_of_undo():
    run = Run(spec())
    run.advance(steps=3)
    before = bits(run)
    for place in range(20):
        run.operate("edit", "layers.0.weight[0,1]", value=place / 10, mark=place == 0)
    assert [event.kind for event in run.journal.events] == ["resolved", "edit"]
    run.seek(2)
    run.seek(3)
    assert run.parameters["layers.0.weight"][0, 1] == np.float32(1.9)
    assert run.undo() and bits(run) == before


def test_of_a_number_being_dragged_the_consequences_are_those_of_the_whole_way():
    one, many = Run(spec()), Run(spec())
    for run in (one, many):
        run.advance(epochs=20)
    for place in range(10):
        dragged = many.operate("edit", "layers.2.bias[0]", value=float(place), mark=place == 0)
    assert str(dragged) == str(one.operate("edit", "layers.2.bias[0]", value=9.0))


PENALTIES = ("none", "l1", "l2", "l1_tfp", "weight_decay")


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("optimizer", catalogue("optimizers"))
def test_what_is_frozen_stays_put_to_the_bit(optimizer, penalty):
    changes = {"learning.optimizer": optimizer, "learning.penalty": {"kind": penalty, "rate": 0.03}}
    if penalty == "none":
        changes["learning.penalty"] = penalty
    run = Run(spec(**changes, **{"learning.clipping": "norm"}))
    run.advance(steps=20)
    for address in FROZEN:
        run.freeze(address)
    before, others = held(run), run.parameters["layers.0.weight"][0].copy()
    run.advance(epochs=4)
    assert held(run) == before
    assert (run.parameters["layers.0.weight"][0] != others).any(), "the others learn"
    run.unfreeze("layers.1[0]")
    run.advance(epochs=2)
    assert held(run)[0] == before[0] and held(run)[1:5] != before[1:5]


NORMED = {"network.layers": [{**LAYERS[0], "norm": "batch"}, {**LAYERS[1], "dropout": 0.3}]}


@pytest.mark.parametrize("more", [{}, NORMED], ids=["dense", "autograd"])
def test_frozen_numbers_and_surgery_follow_seek_undo_checkpoint_and_changes(more):
    run = Run(spec(**{"learning.optimizer": "adamw", "learning.shuffle": "on", **more}))
    run.advance(steps=20)
    for address in FROZEN:
        run.freeze(address)
    run.advance(steps=13)
    run.randomize("layers.0[2]")
    run.lesion("layers.0[0]")
    run.advance(steps=30)
    run.apply({"learning.optimizer": "momentum"})
    run.advance(steps=10)
    run.unfreeze("layers.1")
    run.advance(steps=17)
    end, seen = bits(run), {}
    for step in (90, 5, 20, 33, 63, 70, 19, 34, 90):
        run.seek(step)
        assert seen.setdefault(step, (bits(run), run.frozen)) == (bits(run), run.frozen)
    assert bits(run) == end
    assert seen[5][1] == frozenset() and "layers.1.bias[0]" in seen[34][1] and "layers.1.bias[0]" not in seen[90][1]
    run.seek(63)
    copy = restore(checkpoint(run))
    assert copy.frozen == run.frozen
    for each in (run, copy):
        each.advance(steps=9)
    assert bits(copy) == bits(run)
    assert run.stepper.frozen == run.frozen
    run.reset()
    assert not run.frozen and not run.stepper.frozen
    assert run.undo() and run.frozen and run.stepper.frozen == run.frozen


def test_members_share_what_is_frozen():
    run = Run(spec(), members=[{}, {"seed": 9}])
    run.freeze("layers.1")
    before = [run.member(k).parameters["layers.1.weight"] for k in range(2)]
    run.advance(epochs=2)
    assert all((run.member(k).parameters["layers.1.weight"] == before[k]).all() for k in range(2))
    assert run.member(1).frozen == run.frozen
    assert (run.member(1).trace(sample=0)["layers.1.weight.update"] == 0).all()


def test_what_is_not_possible_is_refused_with_a_sentence_and_changes_nothing():
    run = Run(spec())
    run.advance(steps=3)
    before = bits(run)
    for act in (("zero", "layers.9[0]"), ("zero", "layers.0[3]"), ("zero", "layers.0[0,0]"), ("freeze", "nothing"),
                ("flip", "layers.0.weight[0,0,0]"), ("lesion", "layers.2[0]"), ("lesion", "layers.0"),
                ("lesion", "layers.0.weight[0]"), ("copy", "layers.0[0]"), ("wish", "layers.0[0]"),
                ("edit", "layers.0[0]", 1.0), ("copy", "layers.0[0]", None, "layers.1[0]"), ("zero", ""),
                ("copy", "layers.0[0]", None, "layers.0[0]"), ("heal", "layers.2[0]")):  # fmt: skip
        with pytest.raises(SpecError) as refused:
            run.operate(*act)
        assert refused.value.message.endswith("."), act
    assert bits(run) == before and not run.journal.changed and not run.frozen
    large = Run(RunSpec.default().with_(**{"network.layers": [{"units": 300}, {"units": 300}]}))
    with pytest.raises(SpecError, match="at most 20,000"):
        large.randomize("layers.1")
    for _ in range(66):  # of 301 numbers each
        large.randomize("layers.1[7]")
    with pytest.raises(SpecError, match="remembers at most 20,000"):
        large.randomize("layers.1[7]")


def test_every_operation_says_what_it_did():
    run = Run(spec())
    run.advance(epochs=5)
    said = [run.operate(name, "layers.0[1]", onto="layers.0[2]") for name in OPERATIONS if name != "edit"]
    assert all(each.done.startswith("Layer 1, neuron ") and each.done.endswith(".") for each in said)
    assert len({each.done for each in said}) == len(said)


def test_the_picture_is_told_what_is_frozen():
    run = Run(spec())
    assert not any(name.startswith("frozen.") for name in run.probe("parameters"))
    run.freeze("layers.0[1]")
    arrays = run.probe("parameters")
    assert arrays["frozen.layers.0.weight"].values.tolist() == [[0, 0], [1, 1], [0, 0]]
    assert arrays["frozen.layers.0.bias"].values.tolist() == [0, 1, 0]
    assert "frozen.layers.1.weight" not in arrays
    run.undo()
    assert "frozen.layers.0.bias" not in run.probe("parameters")


def test_what_is_frozen_is_that_of_the_very_network():
    """Two networks with the same journal, one in the place of the other."""
    run, other = Run(spec()), Run(spec(**{"network.layers": [{"units": 5}]}))
    for each in (run, other):
        each.freeze("layers.0")
    found = other.frozen
    run.become(other)
    assert run.frozen == found and len(found) == 15
    run.undo()
    assert len(run.frozen) == 9


def test_no_more_is_frozen_than_there_is_room_for(monkeypatch, tmp_path):
    run = Run(spec())
    run.freeze("layers.0[0]")
    run.save(tmp_path / "run")
    monkeypatch.setattr("dlcore.training.surgery.LIMITS", replace(LIMITS, max_frozen_values=5))
    run.freeze("layers.0[0]")
    before = run.frozen, len(run.journal.events)
    with pytest.raises(SpecError, match="5 numbers can be frozen"):
        run.freeze("layers.0[1]")
    assert (run.frozen, len(run.journal.events)) == before
    monkeypatch.setattr("dlcore.training.surgery.LIMITS", replace(LIMITS, max_frozen_values=2))
    with pytest.raises(SpecError, match="frozen"):
        Run.open(tmp_path / "run")


SPOILED = [
    {"kind": "randomize", "address": "layers.0[1]", "values": {"layers.0.weight[1]": [0.0, 0.0, 0.0]}},
    {"kind": "randomize", "address": "layers.0[1]", "values": {"layers.0.weight[1]": ["x", 0.0]}},
    {"kind": "randomize", "address": "layers.0[1]", "values": {"layers.0.weight[1]": [float("nan"), 0.0]}},
    {"kind": "randomize", "address": "layers.0[1]", "values": {"counter.step": 0.0}},
    {"kind": "randomize", "address": "layers.0[1]", "values": {"layers.0[1]": 0.0}},
    {"kind": "freeze", "address": "layers.0[9]"},
    {"kind": "lesion", "address": "layers.2[0]"},
    {"kind": "copy", "address": "layers.0[0]", "onto": "layers.0[0]"},
    {"kind": "edit", "address": "layers.0.weight[9,9]", "value": 1.0},
    {"kind": "edit", "address": "layers.0.weight[0,0]", "value": float("inf")},
    {"kind": "wish", "address": "layers.0[0]"},
]


@pytest.mark.parametrize("event", SPOILED, ids=str)
def test_a_file_that_tells_of_impossible_surgery_is_not_opened(event, tmp_path):
    run = Run(spec())
    run.advance(steps=2)
    run.zero("layers.0[1]")
    run.save(tmp_path / "run")
    assert bits(Run.open(tmp_path / "run")) == bits(run)
    spoiled = Event(2, event["kind"], {name: value for name, value in event.items() if name != "kind"})
    run.journal = Journal((*run.journal.events[:-1], spoiled))
    with pytest.raises(SpecError):
        run.save(tmp_path / "spoiled")
        Run.open(tmp_path / "spoiled")
