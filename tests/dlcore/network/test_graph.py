"""Operations on the network. Oracle: Python's list operations on the layers' sizes."""

import pytest

from dlcore import RunSpec, SpecError
from dlcore.network.graph import operate


def sizes(spec):
    return [layer["units"] for layer in spec.get("network.layers")]


@pytest.mark.parametrize("index", [0, 1, 2])
def test_a_layer_is_inserted_before_its_place(index):
    spec, _ = operate(RunSpec.default(), {"name": "insert_layer", "index": index, "layer": {"units": 7}})
    expected = [4, 2]
    expected.insert(index, 7)
    assert sizes(spec) == expected


def test_a_new_layer_takes_after_its_neighbour():
    spec = RunSpec.default().with_(**{"network.layers.1.activation": "relu"})
    spec, _ = operate(spec, {"name": "insert_layer", "index": 2})
    assert spec.get("network.layers.2") == spec.get("network.layers.1") | {"units": 4}
    assert spec.get("network.layers.2.activation") == "relu"
    bare, _ = operate(RunSpec.default().with_(**{"network.layers": []}), {"name": "insert_layer", "index": 0})
    assert sizes(bare) == [4]


def test_a_layer_without_a_size_of_its_own_is_repeated_as_it_is():
    spec = RunSpec.default().with_(**{"network.layers": [{"kind": "flatten"}]})
    spec, _ = operate(spec, {"name": "insert_layer", "index": 1})
    assert [layer["kind"] for layer in spec.get("network.layers")] == ["flatten", "flatten"]


def test_layers_are_removed_and_moved():
    spec = RunSpec.default().with_(**{"network.layers": [{"units": 1}, {"units": 2}, {"units": 3}]})
    assert sizes(operate(spec, {"name": "remove_layer", "index": 1})[0]) == [1, 3]
    assert sizes(operate(spec, {"name": "move_layer", "index": 0, "to": 2})[0]) == [2, 3, 1]


def test_an_input_is_toggled_but_never_the_last_one():
    spec, _ = operate(RunSpec.default(), {"name": "toggle_input", "input": "sin_x1"})
    assert spec.get("inputs") == ["x1", "x2", "sin_x1"]
    spec, _ = operate(spec, {"name": "toggle_input", "input": "x1"})
    spec, _ = operate(spec, {"name": "toggle_input", "input": "x2"})
    with pytest.raises(SpecError) as refused:
        operate(spec, {"name": "toggle_input", "input": "sin_x1"})
    assert "at least one" in refused.value.message


@pytest.mark.parametrize(
    "operation",
    [
        {}, {"name": 3}, {"name": "explode"}, {"name": "remove_layer", "index": 2}, {"name": "remove_layer"},
        {"name": "insert_layer", "index": -1}, {"name": "insert_layer", "index": "0"},
        {"name": "insert_layer", "index": 0, "layer": {"units": 0}}, {"name": "toggle_input", "input": "x9"},
        {"name": "remove_layer", "index": True}, {"name": "toggle_input", "input": "x1", "more": 1},
    ],
)  # fmt: skip
def test_what_can_not_be_done_is_a_sentence(operation):
    with pytest.raises(SpecError) as refused:
        operate(RunSpec.default(), operation)
    assert refused.value.message.endswith(".")
