"""Columns of the data's records as inputs beyond the plane.

Oracles: the record of each animal; the network's own prediction of the same numbers; the same link read again.
"""

from __future__ import annotations

import numpy as np
import pytest

from dlcore import Run, RunSpec
from dlcore.catalogue import catalogue
from dlcore.datasets._animals import animal
from dlcore.datasets._pictures import seed_of
from dlcore.fitting import fit
from dlcore.links import read_link, write_link
from dlcore.network.shapes import describe
from dlcore.params import SpecError
from dlcore.training.data import data_seed
from dlcore.training.rng import generator
from tests.contracts.test_export import compare

BARKS = RunSpec.default().with_(**{"data": "animals", "data.samples": 60, "inputs": ["barks", "x1"]})
SETS = [entry for entry in catalogue("datasets").values() if entry.extras]


@pytest.mark.parametrize("entry", SETS, ids=lambda entry: entry.id)
def test_every_number_of_a_record_that_is_not_on_the_plane_can_be_an_input(entry):
    extras = [column.id for column in entry.extras]
    assert not {column.id for column in entry.columns} & set(extras)
    run = Run(RunSpec.default().with_(data=entry.id, inputs=["x1", *extras]))
    inputs = run.data("train").inputs.numpy()
    assert inputs.shape[1] == 1 + len(extras)
    assert np.abs(inputs.mean(axis=0)).max() < 0.5 and np.abs(inputs.std(axis=0) - 1).max() < 0.5, "standardized"
    run.advance(epochs=2)
    assert run.trouble is None


def test_what_the_network_is_given_is_the_record_of_that_very_animal():
    run, seed = Run(BARKS), seed_of(generator(data_seed(BARKS), "data"))
    for split in ("train", "test"):
        data = run.data(split)
        own = data.inputs[:, 1].numpy() * 8.16 + 7.53
        assert np.abs(own - [animal(seed, int(row)).barks for row in data.rows]).max() < 1e-5
    assert BARKS.get("inputs") == ["x1", "barks"], "the plane's come first"
    assert np.array_equal(data.x, Run(BARKS.with_(inputs=["x1", "x2"])).data("test").x), "and the plane stays"


def test_a_column_beyond_the_plane_tells_what_the_plane_does_not():
    """Half of the dogs are as small and long-tailed as cats; every dog barks."""
    accuracy = []
    for inputs in (["x1", "x2"], ["x1", "x2", "barks"]):
        run = Run(BARKS.with_(**{"data.samples": 400, "data.odd": 50, "inputs": inputs}))
        run.advance(epochs=40)
        accuracy.append(run.metrics["test_accuracy"])
    assert accuracy[0] < 0.9 and accuracy[1] > 0.98


def test_a_leaked_sample_brings_its_own_record():
    run = Run(BARKS.with_(**{"data.leaked_test": 100}))
    train, test = run.data("train"), run.data("test")
    train = {tuple(x): barks for x, barks in zip(train.x, train.inputs[:, 1].tolist(), strict=True)}
    assert [train[tuple(x)] for x in test.x] == test.inputs[:, 1].tolist()


@pytest.mark.parametrize("beyond", [{}, {"barks": 20}])
def test_the_map_is_computed_where_the_slice_lies(beyond):
    """Oracle: a forward pass of the same numbers, written out."""
    run = Run(BARKS.with_(**{"network.layers": []}))
    run.advance(epochs=3)
    size = 9
    centres = (np.arange(size) + 0.5) / size * 2 * run.spec.resolved.dataset.extent - run.spec.resolved.dataset.extent
    weight, bias = run.parameters["layers.0.weight"][0], run.parameters["layers.0.bias"][0]
    at = (beyond.get("barks", 7.53) - 7.53) / 8.16
    expected = 1 / (1 + np.exp(-(weight[0] * centres + weight[1] * at + bias)))
    found = run.probe("output_map", size=size, beyond=beyond)["output"].values
    assert np.abs(found / 255 - expected).max() < 0.51 / 255 and np.array_equal(found[0], found[-1])
    maps = run.probe("neuron_maps", beyond=beyond)
    assert len(np.unique(maps["inputs"].values[1])) == 1, "the column is the same all over its slice"


@pytest.mark.parametrize("beyond", [{"tail": 1}, {"barks": "loud"}, {"barks": float("nan")}, {"barks": 1e300}, 7])
def test_a_slice_that_is_none_is_a_sentence(beyond):
    with pytest.raises(SpecError, match="plane"):
        Run(BARKS).probe("output_map", beyond=beyond)


def test_slices_do_not_pile_up():
    run = Run(BARKS)
    for barks in range(40):
        run.probe("output_map", size=5, beyond={"barks": barks})
    assert len(run._frames._passes) <= 6


def test_a_link_holds_the_columns_wherever_it_names_them():
    spec = BARKS.with_(**{"data.horizontal": "ear_length", "inputs": ["size", "x2", "barks"]})
    assert read_link(write_link(spec))[0] == spec and read_link(write_link(spec))[2] == []
    found, _, notes = read_link("v=1&data=animals&inputs=x1,barks,meows&horizontal=size")
    assert found.get("inputs") == ["x1", "barks"] and "meows" in notes[0]


@pytest.mark.parametrize("changes", [{"data.horizontal": "barks"}, {"data": "circle"}, {"data": "digits"}])
def test_a_column_that_is_none_any_more_is_taken_away_with_a_word(changes):
    found, notes = fit(BARKS, changes)
    assert found.get("inputs") == ["x1"] and notes[-1].endswith("were taken away: barks.")
    with pytest.raises(SpecError, match="not known"):
        BARKS.with_(**changes)
    alone, _ = fit(BARKS.with_(inputs=["barks"]), changes)
    assert alone.get("inputs") == ["x1", "x2"]


@pytest.mark.parametrize("inputs", [["barks", "meows"], [["barks"]], ["x1", 3]])
def test_an_unknown_column_is_refused_with_a_sentence(inputs):
    with pytest.raises(SpecError, match="is not known"):
        BARKS.with_(inputs=inputs)


def test_the_screen_is_told_what_can_be_added():
    shape = describe(BARKS)
    assert [entry["label"] for entry in shape["inputs"]] == ["x₁", "barks"]
    (barks,) = [column for column in shape["extras"] if column["id"] == "barks"]
    assert (barks["low"], barks["high"], barks["middle"]) == (0, 27, 7.53) and "a day" in barks["sentence"]
    assert describe(RunSpec.default())["extras"] == []
    assert describe(RunSpec.default().with_(data="cat_dog_pictures"))["extras"] == []


def test_receipts_tell_the_column_as_it_was_measured():
    run = Run(BARKS)
    receipt = run.receipt("inputs[1]", sample=0)
    own = round(run.data("train").inputs[0, 1].item() * 8.16 + 7.53)
    assert f"({own} − 7.53) / 8.16" in str(receipt) and receipt.difference < 1e-6
    assert "at its mean" in str(run.receipt("inputs[1]", sample=("point", 1, 2)))
    assert run.receipt("layers.0.pre_activation[0]", sample=0).difference < 1e-5


def test_other_data_are_judged_with_their_own_columns():
    run = Run(BARKS.with_(**{"data.samples": 500}))
    run.advance(epochs=20)
    assert run.evaluate("animals")["accuracy"] > 0.99, "at the mean of the barks it would be a guess from the size"
    with pytest.raises(SpecError, match="has no “barks”"):
        run.evaluate("circle")


def test_a_script_is_given_the_columns_too():
    """Oracle: the run's own losses; see `compare`."""
    compare({"data": "animals", "data.samples": 60, "inputs": ["x1", "radius", "barks", "ear_length"]})
