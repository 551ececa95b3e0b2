"""Operations on the network. Oracles: Python's list operations on the layers' sizes, and of graphs the tree of what is
computed, which does not depend on how layers are numbered."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore import RunSpec, SpecError
from dlcore.catalogue import catalogue
from dlcore.fitting import fit
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
        {"name": "insert_layer", "index": 0, "layer": "dense"}, {"name": "insert_layer", "index": 0, "layer": ["d"]},
    ],
)  # fmt: skip
def test_what_can_not_be_done_is_a_sentence(operation):
    with pytest.raises(SpecError) as refused:
        operate(RunSpec.default(), operation)
    assert refused.value.message.endswith(".")


# What a network is, apart from where its layers stand in the list: each named by its units, with what it reads.


def meaning(layers, end=None):
    """The tree of what is computed up to entry `end`, the last one by default: (name, what it reads …)."""
    end = len(layers) - 1 if end is None else end
    if end < 0:
        return "x"
    layer = layers[end]
    name = layer.get("units", layer["kind"])
    return (name, *(meaning(layers, source) for source in layer.get("from", [end - 1])))


def net(*layers):
    return RunSpec.default().with_(**{"network.layers": list(layers)})


def after(spec, name, **arguments):
    return operate(spec, {"name": name, **arguments})[0].get("network.layers")


def dense(units, *sources):
    return {"units": units} | ({"from": list(sources)} if sources else {})


SKIP = net(dense(1), dense(2), {"kind": "cat", "from": [1, 0]}, dense(4))


def test_a_connection_brings_a_merge_or_joins_one():
    found = after(net(dense(1), dense(2), dense(3)), "connect", source=0, target=2, merge="mul")
    one = (1, "x")
    assert meaning(found) == (3, ("mul", (2, one), one))
    found = after(SKIP, "connect", source=-1, target=2)
    assert meaning(found) == (4, ("cat", (2, one), one, "x"))
    found = after(net(dense(1)), "connect", source=-1, target=1, merge="cat")  # to the output
    assert meaning(found) == ("cat", one, "x")


@pytest.mark.parametrize(
    "source, target, merge",
    [(0, 2, "add"), (1, 2, "add"), (2, 1, "add"), (2, 2, "add"), (-2, 1, "add"), (0, 9, "add"), (0, 3, "dense"),
     ("0", 3, "add"), (2, 3, "add")],
)  # fmt: skip
def test_a_connection_that_there_is_or_can_not_be_is_refused(source, target, merge):
    with pytest.raises(SpecError) as refused:
        after(SKIP, "connect", source=source, target=target, merge=merge)
    assert refused.value.message.endswith(".")


def test_a_merge_of_one_layer_goes_with_its_last_connection():
    assert meaning(after(SKIP, "disconnect", source=0, target=2)) == (4, (2, (1, "x")))
    three = net(dense(1), dense(2), {"kind": "cat", "from": [1, 0, -1]}, dense(4))
    assert meaning(after(three, "disconnect", source=0, target=2)) == (4, ("cat", (2, (1, "x")), "x"))
    with pytest.raises(SpecError, match="can't be taken away"):
        after(SKIP, "disconnect", source=1, target=3)


def test_a_layer_is_inserted_on_one_way_in():
    one = (1, "x")
    assert meaning(after(SKIP, "insert_layer", index=2, layer=dense(7))) == (4, ("cat", (7, (2, one)), one))
    assert meaning(after(SKIP, "insert_layer", index=2, layer=dense(7), port=1)) == (4, ("cat", (2, one), (7, one)))
    for port in (2, -1, "0", True):
        with pytest.raises(SpecError):
            after(SKIP, "insert_layer", index=2, layer=dense(7), port=port)
        with pytest.raises(SpecError):
            after(SKIP, "insert_block", index=2, block="residual", port=port)


def test_what_read_a_removed_layer_reads_what_that_read():
    assert meaning(after(SKIP, "remove_layer", index=0)) == (4, ("cat", (2, "x"), "x"))
    assert meaning(after(SKIP, "remove_layer", index=2)) == (4, (2, (1, "x")))
    closed = operate(SKIP, {"name": "remove_layer", "index": 1})[0]
    assert meaning(closed.get("network.layers")) == (4, ("cat", (1, "x")))
    (misfit,) = closed.misfits
    assert "two or more" in misfit.message
    assert meaning(operate(closed, misfit.repairs[0].operation)[0].get("network.layers")) == (4, (1, "x"))


def test_a_layer_is_duplicated_behind_itself():
    """Who read it reads the copy."""
    one = (1, (1, "x"))
    assert meaning(after(SKIP, "duplicate_layer", index=0)) == (4, ("cat", (2, one), one))


def test_a_layer_is_moved_to_another_branch():
    assert meaning(after(SKIP, "move_layer", index=1, to=1, port=0)) != meaning(SKIP.get("network.layers"))
    fork = net(dense(1), dense(2), dense(3, 0), {"kind": "cat", "from": [1, 2]}, dense(5))
    moved = after(fork, "move_layer", index=4, to=3, port=1)
    one = (1, "x")
    assert meaning(moved) == ("cat", (2, one), (5, (3, one)))


def test_a_block_is_inserted_on_one_way_in():
    found = after(SKIP, "insert_block", index=2, block="residual", port=1)
    came = (1, "x")
    block = ("activation", ("add", (1, (1, came)), came))
    assert meaning(found) == (4, ("cat", (2, came), block))


places = st.integers(-1, 8)
kinds = st.sampled_from(list(catalogue("layers")))
new = st.one_of(kinds.map(lambda kind: {"kind": kind}), st.builds(dense, st.integers(1, 9)), st.none())
operations = st.one_of(
    st.fixed_dictionaries({"name": st.just("insert_layer"), "index": places, "layer": new, "port": st.integers(0, 2)}),
    st.fixed_dictionaries(
        {"name": st.just("insert_block"), "index": places, "block": st.sampled_from(list(catalogue("blocks"))),
         "port": st.integers(0, 2)}
    ),
    st.fixed_dictionaries({"name": st.just("remove_layer"), "index": places}),
    st.fixed_dictionaries({"name": st.just("duplicate_layer"), "index": places}),
    st.fixed_dictionaries({"name": st.just("move_layer"), "index": places, "to": places, "port": st.integers(0, 2)}),
    st.fixed_dictionaries({"name": st.just("set_layer"), "index": places, "values": st.just({"activation": "relu"})}),
    st.fixed_dictionaries(
        {"name": st.just("connect"), "source": places, "target": places,
         "merge": st.sampled_from(["add", "cat", "mul"])}
    ),
    st.fixed_dictionaries({"name": st.just("disconnect"), "source": places, "target": places}),
)  # fmt: skip
STARTS = {
    name: fit(RunSpec.default(), {"data.kind": name, "network.layers": [dict(one) for one in layers]})[0]
    for name, layers in {
        "circle": ({"units": 3}, {"units": 2}),
        "digits": ({"kind": "conv2d", "channels": 3}, {"kind": "flatten"}),
    }.items()
}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(list(STARTS)), st.lists(operations, max_size=8))
def test_any_operations_leave_a_network_whose_connections_lead_forward(data, drawn):
    spec = STARTS[data]
    for operation in drawn:
        try:
            spec, _ = operate(spec, operation)
        except SpecError as refused:
            assert refused.message.endswith(".")
    assert RunSpec.from_dict(spec.to_dict()) == spec
    for index, block in enumerate(spec.blocks):
        assert block.sources and all(-1 <= source < index for source in block.sources)
    for misfit in spec.misfits:
        for repair in misfit.repairs:
            mended, _ = operate(spec, repair.operation)
            assert mended != spec


@settings(max_examples=60, deadline=None)
@given(st.lists(operations, max_size=6), st.integers(0, 8), st.integers(0, 2))
def test_removing_what_was_inserted_gives_the_old_network(drawn, at, port):
    spec = STARTS["circle"]
    for operation in drawn:
        with contextlib.suppress(SpecError):
            spec, _ = operate(spec, operation)
    layers = spec.get("network.layers")
    index = at % (len(layers) + 1)
    ways = len(spec.blocks[index].sources)
    insert = {"name": "insert_layer", "index": index, "layer": {"kind": "flatten"}, "port": port % ways}
    try:
        wider, _ = operate(spec, insert)
    except SpecError:
        return  # it would be over a limit
    assert len(wider.get("network.layers")) == len(layers) + 1
    assert after(wider, "remove_layer", index=index) == layers
