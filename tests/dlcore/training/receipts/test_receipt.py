"""Receipts one by one: what they say, where they lead, what they refuse. Oracle: the run's own numbers and its past."""

from __future__ import annotations

import importlib.util
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from dlcore import Run, RunSpec
from dlcore.catalogue import catalogue
from dlcore.fitting import fit
from dlcore.network.address import parse
from dlcore.params import SpecError

BLOCKS = [
    {"kind": "dense", "units": 4, "norm": "batch", "dropout": 0.25},
    {"kind": "dense", "units": 3, "activation": "relu", "norm": "layer"},
]


def trained(steps=20, **changes) -> Run:
    run = Run(RunSpec.default().with_(**changes))
    run.advance(steps=steps, mark=False)
    return run


@pytest.fixture(scope="module")
def plain() -> Run:
    """The network that the page opens with, after 20 steps; only to be read."""
    return trained()


def test_from_the_loss_back_to_the_input():
    """Each receipt's links are numbers that can be opened and have the value that the link says."""
    run = trained(**{"network.layers": BLOCKS, "learning.optimizer": "adam"})
    address, sample, way = "batch_loss", None, []
    while True:
        receipt = run.receipt(address, sample)
        way.append(parse(address)[0])
        for link in receipt.links:
            assert run.receipt(link.address, link.sample).shown == pytest.approx(link.value, rel=1e-6, abs=1e-9)
        values = [link for link in receipt.links if not re.search(r"target|weight|bias|\.norm\.", link.address)]
        if not values:
            break
        address, sample = values[0].address, values[0].sample
    assert way[0] == "batch_loss" and way[-1] == "inputs"
    assert len(way) == 12  # the loss, a sample's, four values of each block, and the input


def test_from_the_input_on_to_the_loss():
    """`leads_to` names numbers in whose formula this one stands."""
    run = trained(data="rings", **{"network.layers": BLOCKS})
    address, sample, way = "inputs[0]", ("batch", 1), []
    while True:
        receipt = run.receipt(address, sample)
        way.append(parse(address)[0])
        if not receipt.leads_to or address == "total_loss":
            break
        onward = receipt.leads_to[-1] if parse(address)[0] == "inputs" else receipt.leads_to[0]
        links = run.receipt(onward.address, onward.sample).links
        assert (receipt.address, receipt.sample) in {(link.address, link.sample) for link in links}
        address, sample = onward.address, onward.sample
    assert way[-1] == "total_loss" and "train.layers.1.normalized" in way and "train.sample_loss" in way


def test_a_gradient_is_the_sum_over_paths_and_over_the_batch():
    """Oracle: the trace, multiplied out with NumPy."""
    run = trained(**{"learning.batch_size": 5})
    trace = run.trace()
    receipt = run.receipt("layers.1.weight.grad[1,2]")
    terms = trace["layers.1.pre_activation.grad"][:, 1] * trace["layers.0.activation"][:, 2]
    assert receipt.value == pytest.approx(terms.sum(), rel=1e-6)
    assert [link.sample for link in receipt.links[::2]] == [("batch", place) for place in range(5)]
    receipt = run.receipt("layers.0.activation.grad[2]", ("batch", 3))
    paths = trace["layers.1.weight"][:, 2] * trace["layers.1.pre_activation.grad"][3]
    assert receipt.value == pytest.approx(paths.sum(), rel=1e-6)
    assert len(receipt.links) == 2 * len(paths)


def test_a_weight_goes_back_through_its_updates_to_its_start():
    """The run itself stays where it is, and every step back is the value that the run had there."""
    run = trained(steps=0, **{"learning.optimizer": "momentum"})
    had = [float(run.parameters["layers.0.weight"][2, 1])]
    for _ in range(4):
        run.advance(steps=1)
        had.append(float(run.parameters["layers.0.weight"][2, 1]))
    before = run.version, run.step, run.journal, run.can_redo
    address = "layers.0.weight[2,1]"
    for step in range(4, 0, -1):
        receipt = run.receipt(address)
        assert receipt.agrees and receipt.step == step and receipt.value == pytest.approx(had[step], rel=1e-6)
        old, update = receipt.links
        assert update.address == f"layers.0.weight.update[2,1]@{step - 1}"
        assert run.receipt(update.address).agrees
        address = old.address
    assert address == "layers.0.weight[2,1]@0"
    first = run.receipt(address)
    assert first.value == had[0] and "seed" in first.sentence and not first.links
    assert (run.version, run.step, run.journal, run.can_redo) == before


def test_a_weight_that_was_typed_or_given_says_so():
    run = trained(steps=3)
    run.edit("layers.0.weight[0,1]", 0.75)
    receipt = run.receipt("layers.0.weight[0,1]")
    assert receipt.value == 0.75 and receipt.agrees and "set by hand after 3 steps" in receipt.sentence
    run.advance(steps=1)
    assert run.receipt("layers.0.weight[0,1]").links[0].value == 0.75
    values = {name: np.zeros(shape).tolist() for name, shape in run.network.layout.items()}
    given = trained(steps=0, **{"network.initializer": {"kind": "given", "values": values}})
    assert "given" in given.receipt("layers.0.weight[0,1]").sentence


def test_frozen_weights_stay():
    run = trained(steps=5, **{"learning.optimizer": "adamw", "learning.penalty": "weight_decay"})
    run.freeze("layers.0.weight[1,0]")
    for end in ("update", "total_grad", "decoupled"):
        receipt = run.receipt(f"layers.0.weight.{end}[1,0]")
        assert receipt.value == receipt.shown == 0.0 and receipt.agrees
    assert "frozen" in run.receipt("layers.0.weight[1,0]").sentence
    assert "frozen" in run.receipt("layers.0.weight.update[1,0]").sentence


def test_any_place_of_the_plane_and_its_map(plain):
    """Oracle: `predict`, which the output map shows."""
    run = plain
    point = ("point", 1.25, -3.5)
    receipt = run.receipt("map.layers.2[0]", list(point))
    assert receipt.value == pytest.approx(run.predict([point[1:]])[0], rel=1e-6)
    assert receipt.address == "layers.2.activation[0]" and receipt.sample == point
    assert run.receipt("map.inputs[1]", point).value == -3.5


def test_standardized_inputs_show_what_was_measured():
    """Oracle: the table that comes with scikit-learn."""
    folder = Path(importlib.util.find_spec("sklearn").origin).parent / "datasets" / "data"
    table = np.loadtxt(folder / "iris.csv", delimiter=",", skiprows=1)  # as it is read without importing all of it
    run = trained(steps=0, data="iris")
    receipt = run.receipt("inputs[0]", 7)
    column = run.spec.resolved.dataset.columns[0]
    own = receipt.value * column.spread + column.middle
    assert np.isclose(table, own).any() and receipt.agrees
    assert column.name.split()[0] in receipt.code.replace("_", " ") and "deviation" in receipt.sentence


def test_a_coordinate_leads_only_to_the_inputs_computed_from_it():
    """Oracle: the links of those inputs back to it."""
    run = trained(steps=0, inputs=["x1", "x2", "x1x2", "sin_x2", "radius"])
    for axis, used in ((0, ["inputs[2]", "inputs[4]"]), (1, ["inputs[2]", "inputs[3]", "inputs[4]"])):
        leads = [link.address for link in run.receipt(f"x[{axis}]", 3).leads_to]
        assert leads == sorted([f"inputs[{axis}]", *used])
        assert all(f"x[{axis}]" in [link.address for link in run.receipt(address, 3).links] for address in used)


def test_an_accuracy_leads_to_every_answer(plain):
    run = plain
    receipt = run.receipt("test_accuracy")
    assert receipt.value == pytest.approx(run.metrics["test_accuracy"])
    wrong = next(link for link in receipt.links if link.value == 0)
    answer = run.receipt(wrong.address, wrong.sample)
    assert answer.value == 0 and answer.sample[0] == "test" and answer.leads_to[0].address == "test_accuracy"


def test_members_have_receipts_of_their_own():
    spec = RunSpec.default()
    run = Run(spec, members=[{"seed": 1}, {"seed": 2}])
    run.advance(steps=6)
    for index in range(2):
        alone = Run(spec.with_(seed=index + 1))
        alone.advance(steps=6)
        for address in ("train_loss", "layers.0.weight.grad[1,0]", "layers.1.weight[0,2]", "layers.0.weight.next[0,0]"):
            receipt = run.member(index).receipt(address)
            assert receipt.agrees and receipt.value == pytest.approx(alone.receipt(address).value, rel=1e-4)


def test_a_formula_that_is_wrong_is_found_out(monkeypatch):
    run = trained()
    address, sample = "layers.0.pre_activation.grad[0]", ("batch", 0)
    assert run.receipt(address, sample).agrees
    entries = catalogue("activations")
    monkeypatch.setitem(entries._entries, "tanh", replace(entries["tanh"], slope_expression=lambda z, a: 1 - a))
    receipt = run.receipt(address, sample)
    assert not receipt.agrees and "more than rounding explains" in receipt.sentence


def test_a_stepper_that_is_wrong_is_found_out(monkeypatch):
    """The check does without the stepper, and so does what is shown, so a wrong δ is noticed."""
    entries = catalogue("activations")
    wrong = replace(
        entries["tanh"], derivative=lambda z, a, out=None: torch.ones_like(z) if out is None else out.fill_(1)
    )
    monkeypatch.setitem(entries._entries, "tanh", wrong)
    receipt = trained().receipt("layers.0.pre_activation.grad[0]", ("batch", 0))
    assert not receipt.agrees and receipt.shown != pytest.approx(receipt.check, rel=1e-3)


@pytest.mark.parametrize(
    ("address", "sample", "why"),
    [
        ("layers.0.weight.grad[0,0]", ("test", 3), "does not learn from test sample 4"),
        ("layers.0.activation.grad[0]", ("point", 1, 2), "does not learn from the point"),
        ("sample_loss", ("point", 1, 2), "no right answer"),
        ("layers.0.activation[0]", ("test", 9_999), "no sample 9999"),
        ("layers.0.activation[0]", ("batch", 99), "no sample 99"),
        ("layers.0.activation[0]", "everything", "not a sample"),
        ("layers.0.activation[9]", 3, "does not name one number"),
        ("layers.0.weight", None, "does not name one number"),
        ("layers.9.activation[0]", 3, "has no layers.9"),
        ("layers.0.output[0]", 3, "no dropout"),
        ("layers.0.norm.gain[0]", None, "no number"),
        ("layers.0.normalized[0]", 3, "no norm"),
        ("train.layers.0.activation[0]", 3, "the same in training"),
        ("layers.0.weight[0,0]@21", None, "yet to come"),
        ("penalty", None, "no penalty"),
        ("layers.0.weight.clipped_grad[0,0]", None, "not clipped"),
        ("layers.0.weight.decoupled[0,0]", None, "apart from the gradient"),
        ("test_error", None, "not measured"),
        ("sample_error", 3, "no error"),
        ("optimizer.adam.mean.layers.0.weight[0,0]", None, "no number"),
        ("layers.0.activation[9]", None, "does not name one number"),
        ("layers.0.activation[0,0]", None, "does not name one number"),
        ("layers.0.weight[0,0]", ("batch", 77), "no sample 77"),
        ("train.optimizer.adam.mean.layers.0.norm.gain.next[0]", None, "no number called"),
        ("nonsense", None, "no number called"),
        ("layers.0.weight[0", None, "not the name of a number"),
        (None, None, "not the name of a number"),
    ],
)
def test_what_there_is_not_is_refused_with_a_reason(plain, address, sample, why):
    with pytest.raises(SpecError, match=why):
        plain.receipt(address, sample)


def test_a_gradient_through_a_logit_s_activation_is_refused():
    run = trained(data="blobs")
    with pytest.raises(SpecError, match="before its activation"):
        run.receipt("layers.2.activation.grad[0]", 3)


def test_what_a_walk_has_not_computed_has_no_receipt_yet():
    run = trained()
    run.start_walk()
    for address in ("layers.0.weight.grad[0,0]", "gradient_norm", "sample_loss", "total_loss"):
        with pytest.raises(SpecError, match="not computed yet"):
            run.receipt(address, 3)
    assert run.receipt("layers.0.weight[0,0]").agrees
    run.leave_walk()
    assert run.receipt("layers.0.weight.grad[0,0]").agrees


def test_without_points_only_the_plane_has_numbers():
    run = trained(steps=0, data="points")
    assert run.receipt("layers.1.activation[0]", ("point", 1, 2)).agrees
    for address in ("train_loss", "layers.0.weight.grad[0,0]", "batch_loss"):
        with pytest.raises(SpecError, match="no points"):
            run.receipt(address)


def test_numbers_that_are_none_are_still_described():
    """A network that diverges has infinite losses; JSON has no such numbers."""
    run = trained(steps=0)
    for unit in range(4):
        run.edit(f"layers.0.weight[{unit},0]", 900_000)
    run.edit("layers.2.weight[0,0]", 900_000)
    described = run.receipt("train_loss").describe()
    assert json.loads(json.dumps(described, allow_nan=False))["value"] is not None


def test_it_reads_in_three_ways_and_as_text(plain):
    run = plain
    described = run.receipt("layers.0.weight.grad[1,0]", None).describe()
    assert described["step"] == 20 and described["symbol"] == "∂L/∂w" and described["agrees"]
    assert described["numbers"] and described["words"] and "@" in described["code"]
    assert described["links"][0]["sample"] == ["batch", 0]
    text = str(run.receipt("layers.0.activation[0]", 2))
    assert (
        text.startswith("The activation of layer 1, neuron 1, training sample 3\na = tanh(z)") and "difference" in text
    )


def test_what_is_beyond_float32_is_so_for_pytorch_too():
    """A network that has diverged: float64 still has numbers where the run, in float32, has none."""
    layers = [{"kind": "layer_norm"}, {"kind": "mul", "from": [0, 0]}]
    data = {"kind": "digits", "target": "picture", "train_share": 10}
    changes = {"data": data, "network.layers": layers, "seed": 8224}
    changes |= {"learning.batch_size": 2, "learning.optimizer": {"kind": "sgd", "learning_rate": 1.92}}
    run = Run(fit(RunSpec.default(), changes)[0])
    run.advance(steps=5, mark=False)
    for address, sample in (("sample_loss", 3), ("batch_loss", 3), ("test_loss", None), ("gradient_norm", None)):
        receipt = run.receipt(address, sample)
        assert receipt.agrees and (address == "gradient_norm") == np.isfinite(receipt.shown)
