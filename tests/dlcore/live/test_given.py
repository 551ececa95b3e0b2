"""Start weights that are given: those the network has now; and what links and events say of them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dlcore.limits import LIMITS
from dlcore.links import left_out, read_link, write_link
from dlcore.live import LocalHub
from dlcore.live.asked import without_start
from dlcore.live.sitting import Projection
from dlcore.params import SpecError
from dlcore.spec import RunSpec, ViewSpec

PATH = "network.initializer"


@pytest.fixture
def hub():
    return LocalHub()


@pytest.fixture
def token(hub):
    token = hub.new_sitting()
    for _ in range(5):
        hub.command(token, "step_batch")
    return token


def run_of(hub):
    return next(iter(hub._pool.slots[0].host.runs.values())).run


@pytest.mark.parametrize("change", [{PATH: "given"}, {PATH: {"kind": "given"}}, {f"{PATH}.kind": "given"}])
def test_given_means_the_weights_as_they_are_now(hub, token, change):
    before = run_of(hub).parameters
    now = hub.propose(token, change)
    run = run_of(hub)
    assert now.step == run.step == 0 and now.spec == run.spec and now.revision == 2
    assert now.spec.get(PATH)["kind"] == "given"
    for _ in range(2):  # once more from what the spec says
        assert all((run.parameters[name] == values).all() for name, values in before.items())
        hub.command(token, "step_batch")
        hub.command(token, "reset")
    # the spec went through JSON; the oracle is NumPy's own float32 of what it says
    values = RunSpec.from_json(now.spec.to_json()).get(PATH)["values"]
    assert all((np.float32(values[name]) == weights).all() for name, weights in before.items())


def test_it_can_be_undone(hub, token):
    before = run_of(hub).parameters
    hub.propose(token, {PATH: "given"})
    hub.command(token, "undo")
    now = hub.run(token)
    assert now.step == 5 and now.spec == RunSpec.default() and now.can_redo
    assert all((run_of(hub).parameters[name] == values).all() for name, values in before.items())


def test_what_is_chosen_with_it_comes_before(hub, token):
    now = hub.propose(token, {PATH: "given", "learning.batch_size": 20, "network.layers.0.units": 6})
    assert now.spec.get("learning.batch_size") == 20
    assert len(now.spec.get(PATH)["values"]["layers.0.weight"]) == 6


def test_values_that_are_given_are_taken(hub, token):
    hub.propose(token, {PATH: "given"})
    values = hub.run(token).spec.get(PATH)["values"]
    values["layers.0.bias"] = [1, 2, 3, 4]
    assert hub.propose(token, {PATH: {"kind": "given", "values": values}}).spec.get(PATH)["values"] == values
    assert run_of(hub).parameters["layers.0.bias"].tolist() == [1, 2, 3, 4]
    assert hub.propose(token, {PATH: "he"}).spec.get(PATH) == {"kind": "he"}
    with pytest.raises(SpecError):
        hub.propose(token, {PATH: {"kind": "given", "values": {"layers.0.bias": [1]}}})


def test_a_network_that_is_too_large_is_refused_with_the_limit(hub, token):
    layers = [{"kind": "dense", "units": 200}] * 2
    hub.propose(token, {"network.layers": layers})
    with pytest.raises(SpecError, match=f"at most {LIMITS.max_given_values:,}") as refused:
        hub.propose(token, {PATH: "given"})
    assert refused.value.path == PATH and hub.run(token).spec.get(PATH)["kind"] != "given"
    assert hub.propose(token, {"learning.batch_size": 3}).spec.get("learning.batch_size") == 3


def test_other_changes_are_left_alone():
    assert without_start({PATH: "he"}) is None
    assert without_start({PATH: {"kind": "given", "values": {"layers.0.bias": [1]}}}) is None
    assert without_start({PATH: "given", f"{PATH}.values": {}}) is None
    assert without_start({PATH: {"kind": "given", "values": {}}, "seed": 3}) == {"seed": 3}


def test_the_socket_hears_of_it_and_of_what_the_link_leaves_out(tab):
    tab.subscribe([{"id": "parameters"}])
    tab.command("step_epoch")
    weights = tab.frame(lambda frame: frame["epoch"] == 1) and tab.frames[-1][0]
    echo = tab.send("propose", run="main", changes={PATH: "given"}, base_revision=1)
    answer = tab.answer(echo)
    assert answer["type"] == "run" and answer["revision"] == 2 and answer["can_undo"]
    given = answer["spec"]["network"]["initializer"]["values"]
    for address, values in given.items():
        assert (np.float32(values) == weights[f"parameters/{address}"]).all()
    (notice,) = (event for event in tab.events if event["type"] == "notice")
    assert notice["kind"] == "reset" and "these weights" in notice["text"]
    assert tab.frame(lambda frame: frame["revision"] == 2)[1]["step"] == 0
    assert (tab.frames[-1][0]["parameters/layers.0.weight"] == weights["parameters/layers.0.weight"]).all()
    link = tab.answer(tab.send("link", run="main", view={}))
    assert link["notes"] == left_out(RunSpec.from_dict(answer["spec"])) and "init" not in link["hash"]
    back = tab.answer(tab.command("undo"))
    assert back["spec"]["network"]["initializer"] == {"kind": "tfp_uniform"}
    assert tab.answer(tab.send("link", run="main", view={}))["notes"] == []


def test_a_page_sees_it_at_once(server):
    """A page's widgets are drawn from what propose returns, and the worker is another process."""
    token = server.hub.new_sitting()
    assert server.hub.propose(token, {PATH: "given"}).spec.get(PATH)["kind"] == "given"


def given_spec(*units):
    spec = RunSpec.default().with_(**{"network.layers": [{"kind": "dense", "units": n} for n in units]})
    sizes = [2, *units, 1]
    values = {}
    for index, (inputs, outputs) in enumerate(itertools.pairwise(sizes)):
        values |= {f"layers.{index}.weight": [[0.1] * inputs] * outputs, f"layers.{index}.bias": [0] * outputs}
    return spec.with_(**{PATH: {"kind": "given", "values": values}})


def test_links_hold_no_weights_and_say_so():
    spec = given_spec(3)
    (note,) = left_out(spec)
    assert note.startswith("The link leaves out the given start weights;") and note.endswith(".")
    link = write_link(spec)
    assert link == "v=1&data=circle&inputs=x1,x2&layers=3&seed=1"
    read, _, notes = read_link(link)
    assert read.get(PATH)["kind"] == "tfp_uniform" and not notes
    read, _, notes = read_link(link + "&init=given")
    assert read.get(PATH)["kind"] == "tfp_uniform" and len(notes) == 1 and "start weights" in notes[0]
    assert left_out(RunSpec.default()) == []


def test_events_count_many_weights_and_spell_out_few():
    few, many = given_spec(4, 2), given_spec(40, 50)
    event = Projection("main", few, ViewSpec()).event()
    assert event["spec"] == few.to_dict()
    event = Projection("main", many, ViewSpec()).event()
    assert event["spec"]["network"]["initializer"] == {"kind": "given", "values": {"count": 2221}}
    assert len(many.get(PATH)["values"]["layers.1.bias"]) == 50
