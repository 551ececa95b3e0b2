"""RunSpec: strict, normal, and changed by paths. Oracle: DESIGN's rules, written out as expectations."""

import json

import pytest

from dlcore import RunSpec, SpecError, ViewSpec
from dlcore.catalogue import catalogue
from dlcore.fitting import fit


def test_the_default_is_what_tensorflow_playground_opens_with():
    spec = RunSpec.default()
    assert spec.get("data.kind") == "circle"
    assert spec.get("data.samples") == 500
    assert [layer["units"] for layer in spec.get("network.layers")] == [4, 2]
    assert spec.get("learning.optimizer") == {"kind": "sgd", "learning_rate": 0.03}
    assert spec.get("learning.batch_size") == 10
    resolved = spec.resolved
    assert (resolved.loss.id, resolved.coding, resolved.output_activation) == ("half_squared", "sign", "tanh")
    assert (resolved.shuffle, resolved.remainder) == (False, "carry")


def test_json_gives_the_same_spec_again():
    spec = RunSpec.default().with_(seed=3, **{"data.kind": "spiral", "learning.optimizer": "adam"})
    assert RunSpec.from_json(spec.to_json()) == spec
    assert RunSpec.from_dict(json.loads(json.dumps(spec.to_dict()))) == spec
    assert hash(RunSpec.from_json(spec.to_json())) == hash(spec)


def test_a_changed_dict_does_not_change_the_spec():
    spec = RunSpec.default()
    tree = spec.to_dict()
    tree["network"]["layers"].clear()
    spec.get("network.layers").clear()
    assert len(spec.get("network.layers")) == 2


def test_another_entry_keeps_what_was_changed_and_takes_its_own_defaults():
    touched = RunSpec.default().with_(**{"learning.optimizer.learning_rate": 0.3})
    assert touched.with_(**{"learning.optimizer": "adam"}).get("learning.optimizer.learning_rate") == 0.3
    untouched = RunSpec.default().with_(**{"learning.optimizer": "adam"})
    assert untouched.get("learning.optimizer.learning_rate") == 0.01
    plane = RunSpec.default().with_(**{"data.noise": 20, "data.kind": "plane"})
    assert plane.get("data.noise") == 20
    assert plane.get("data.samples") == 1200


def test_an_entry_is_chosen_before_its_parameters_whatever_their_order():
    spec = RunSpec.default().with_(**{"learning.optimizer.beta1": 0.5, "learning.optimizer": "adam"})
    assert spec.get("learning.optimizer.beta1") == 0.5


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"learning.batch_size": 0}, "learning.batch_size"),
        ({"learning.batch_size": "ten"}, "learning.batch_size"),
        ({"learning.optimizer.learning_rate": float("nan")}, "learning.optimizer.learning_rate"),
        ({"learning.optimizer": "adamant"}, "learning.optimizer"),
        ({"learning.loss": "softmax"}, "learning.loss"),
        ({"data.kind": "nowhere"}, "data.kind"),
        ({"data.noise": 51}, "data.noise"),
        ({"inputs": []}, "inputs"),
        ({"inputs": "x1"}, "inputs"),
        ({"inputs": ["x1", "x9"]}, "inputs"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**32}, "seed"),
        ({"nothing.here": 1}, "nothing.here"),
        ({"network.layers": [{"units": 0}]}, "network.layers.0.units"),
        ({"network.layers": [{"kind": "dense", "width": 3}]}, "network.layers.0.width"),
        ({"network.layers": [{}] * 65}, "network.layers"),
        ({"network.layers": [{"units": 4096}] * 4}, "network.layers"),
        ({"network.layers.7.units": 3}, "network.layers.7.units"),
        ({"data.kind": "plane", "learning.loss": "hinge"}, "learning.loss"),
        (
            {"learning.loss": "binary_cross_entropy", "network.output.activation": "tanh"},
            "network.output.activation",
        ),
    ],
)
def test_what_is_not_allowed_is_refused_at_its_path_with_a_sentence(changes, path):
    with pytest.raises(SpecError) as refused:
        RunSpec.default().with_(**changes)
    assert refused.value.path == path
    assert refused.value.message.endswith((".", "?"))


@pytest.mark.parametrize("tree", [{"version": 2}, {"extra": 1}, {"data": 7}, {"network": []}, {"learning": {"x": 1}}])
def test_a_wrong_tree_is_refused(tree):
    with pytest.raises(SpecError):
        RunSpec.from_dict(tree)


@pytest.mark.parametrize(
    ("changes", "effect"),
    [
        ({"learning.optimizer.learning_rate": 0.1}, "keep"),
        ({"learning.batch_size": 5}, "keep"),
        ({"learning.penalty": "l2"}, "keep"),
        ({"network.layers.0.activation": "relu"}, "keep"),
        ({"learning.optimizer": "adam"}, "clear_slots"),
        ({"learning.loss": "mean_squared"}, "reset"),
        ({"data.kind": "xor"}, "reset"),
        ({"data.noise": 5}, "reset"),
        ({"inputs": ["x1"]}, "reset"),
        ({"network.layers.0.units": 3}, "reset"),
        ({"network.layers": []}, "reset"),
        ({"network.initializer": "he"}, "reset"),
        ({"seed": 2}, "reset"),
        ({"seed": 2, "learning.batch_size": 5}, "reset"),
        ({}, "keep"),
    ],
)
def test_what_a_change_does_to_the_run(changes, effect):
    spec = RunSpec.default()
    assert spec.effect_of(spec.with_(**changes)) == effect


def test_changes_lead_from_one_spec_to_the_other():
    old = RunSpec.default()
    new = old.with_(**{"learning.optimizer": "adam", "network.layers.1.units": 5, "inputs": ["x2"], "seed": 9})
    assert old.with_(**old.changes_to(new)) == new
    assert old.changes_to(old) == {}


def test_fit_takes_back_what_no_longer_fits_and_says_so():
    spec = RunSpec.default().with_(**{"learning.loss": "hinge"})
    fitted, notes = fit(spec, {"data.kind": "plane"})
    assert fitted.get("learning.loss") == "auto"
    assert len(notes) == 1 and notes[0].startswith("Loss")
    with pytest.raises(SpecError):
        fit(spec, {"data.noise": 99})


def test_coding_and_output_follow_from_target_and_loss():
    """The table of DESIGN, "Target coding and output follow from (kind of target, loss)"."""
    table = {
        ("circle", "half_squared"): ("sign", "tanh"),
        ("circle", "mean_squared"): ("sign", "tanh"),
        ("circle", "hinge"): ("sign", "linear"),
        ("circle", "perceptron"): ("sign", "linear"),
        ("circle", "binary_cross_entropy"): ("zero_one", "sigmoid"),
        ("circle", "softmax_cross_entropy"): ("one_hot", "softmax"),
        ("plane", "half_squared"): ("number", "linear"),
        ("plane", "mean_squared"): ("number", "linear"),
    }
    for data in ("circle", "plane"):
        for loss in catalogue("losses"):
            changes = {"data.kind": data, "learning.loss": loss}
            if (data, loss) in table:
                resolved = RunSpec.default().with_(**changes).resolved
                assert (resolved.coding, resolved.output_activation) == table[data, loss]
            else:
                with pytest.raises(SpecError):
                    RunSpec.default().with_(**changes)


def test_given_weights_must_fit_the_network():
    values = {"layers.0.weight": [[1.0, 2.0]], "layers.0.bias": [0.5]}
    spec = RunSpec.default().with_(**{"network.layers": [], "network.initializer": {"kind": "given", "values": values}})
    assert spec.get("network.initializer.values") == values
    with pytest.raises(SpecError) as refused:
        spec.with_(**{"network.layers": [{"units": 3}]})
    assert refused.value.path.startswith("network.initializer")


def test_views_are_strict_and_plain():
    view = ViewSpec().with_(show_test=True, hidden=["play", "play", "data.noise"])
    assert view.hidden == ("play", "data.noise")
    assert ViewSpec.from_dict(view.to_dict()) == view
    for changes in ({"show": 1}, {"show_test": "maybe"}, {"hidden": 3}):
        with pytest.raises(SpecError):
            view.with_(**changes)
