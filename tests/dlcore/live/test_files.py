"""Own files and drawn points in sittings: bytes reach the workers that need them, links never hold them,
and nobody gets at another sitting's file. Oracle: the points that the frames show."""

from __future__ import annotations

import os
import signal
from dataclasses import replace

import pytest

from dlcore import tables
from dlcore.limits import LIMITS
from dlcore.links import left_out, write_link
from dlcore.live import LocalHub
from dlcore.params import SpecError

TEXT = "a,b,c\n" + "\n".join(f"{i},{i * i % 7},{'xy'[i % 2]}" for i in range(20))
STROKE = [[1.0, 2.0, 1], [-1.5, 0.25, 0]]


def use(hub, token, text=TEXT, name="mine.csv"):
    table = hub.add_table(token, text.encode(), name)
    hub.propose(token, {"data.kind": "table", "data.file": table.key})
    return table


@pytest.fixture
def hub():
    return LocalHub()


def test_the_bytes_reach_the_worker_and_its_replacement_and_a_fork(server, tab, until):
    tab.subscribe([{"id": "points"}])
    use(server.hub, token_of(server, tab))
    arrays, _ = tab.frame(lambda frame: frame["revision"] >= 2)
    assert len(arrays["points/train.x"]) == 10
    tab.command("play")
    tab.frame(lambda frame: frame["step"] > 20)
    until(lambda: server.hub.sittings[token_of(server, tab)].runs["main"].checkpoint)
    os.kill(server.hub.worker_pids()[0], signal.SIGKILL)
    assert "replaced" in tab.until(lambda event: event["type"] == "notice")["text"]
    tab.frame(lambda frame: frame["step"] > 20 and frame["playing"])
    tab.command("pause")

    token = server.hub.fork(token_of(server, tab))
    other = server.open(token)
    other.subscribe([{"id": "points"}])
    other.command("step_epoch")
    other.frame(lambda frame: frame["step"] > 20)
    data = server.hub.run(token).spec.get("data")
    assert data["kind"] == "table" and server.hub.sittings[token].files


def token_of(server, tab):
    sittings = server.hub.sittings.items()
    return next(token for token, held in sittings if held.watcher and held.watcher.document == tab.document)


def test_a_link_leaves_the_file_out_and_says_so(hub):
    token = hub.new_sitting()
    table = use(hub, token)
    spec = hub.run(token).spec
    assert any("leaves out the file" in note for note in left_out(spec))
    link = write_link(spec)
    assert table.key in link and "mine" not in link
    assert hub.open_link(token, link) == [] and hub.run(token).spec == spec


def test_a_link_to_a_file_that_is_not_here_goes_on_when_it_is_loaded(hub):
    token, other = hub.new_sitting(), hub.new_sitting()
    use(hub, token)
    changes = {"data.horizontal": "b", "data.points": STROKE, "network.layers.0.units": 7, "data.train_share": 70}
    spec = hub.propose(token, changes).spec
    # the other sitting never loaded it, though this process knows it
    notes = hub.open_link(other, write_link(spec))
    now = hub.run(other).spec
    assert notes == [tables.UNKNOWN] and now.get("data.kind") == "circle" and now.points == []
    assert now.get("network.layers.0.units") == 7
    hub.add_table(other, TEXT.encode(), "same.csv")
    assert hub.run(other).spec == spec


def test_nobody_can_name_another_sittings_file(hub):
    token, other = hub.new_sitting(), hub.new_sitting()
    key = use(hub, token).key
    with pytest.raises(SpecError, match="not here"):
        hub.propose(other, {"data.kind": "table", "data.file": key})
    assert hub.run(other).spec.get("data.kind") == "circle"


def test_the_example_is_everybodys(hub):
    token = hub.new_sitting()
    spec = hub.propose(token, {"data.kind": "table"}).spec
    assert spec.resolved.dataset.classes == ("pear", "plum") and left_out(spec) == []
    assert hub.open_link(hub.new_sitting(), write_link(spec)) == []


def test_a_file_is_gone_with_the_last_sitting_that_holds_it():
    hub = LocalHub(replace(LIMITS, abandoned_after=-1.0))
    tokens = [hub.new_sitting(), hub.new_sitting()]
    key = use(hub, tokens[0], TEXT + "\n").key
    hub.sittings[tokens[1]].files[key] = tables.find(key)
    hub.sittings[tokens[1]].watcher = object()
    hub.tidy()
    assert tables.knows(key)
    hub.sittings[tokens[1]].watcher = None
    hub.tidy()
    assert not tables.knows(key)


def test_a_sitting_takes_so_many_files_and_no_more():
    hub = LocalHub(replace(LIMITS, max_tables=2))
    token = hub.new_sitting()
    for number in (1, 2, 2, 3):
        if number == 3:
            with pytest.raises(SpecError, match="2 files already"):
                hub.add_table(token, f"{TEXT}\n{number},1,x")
        else:
            hub.add_table(token, f"{TEXT}\n{number},1,x")


def test_drawing_through_the_hub_is_one_entry_of_undo_each(hub):
    token = hub.new_sitting()
    hub.command(token, "step_batch")
    hub.propose(token, operation={"name": "draw_points", "points": STROKE})
    hub.propose(token, operation={"name": "draw_points", "points": [[3, 3, 0]]})
    now = hub.run(token)
    assert now.spec.points == [*STROKE, [3, 3, 0]] and now.step == 1 and now.shape["samples"]["train"] == 253
    hub.command(token, "undo")
    assert hub.run(token).spec.points == STROKE and hub.run(token).step == 1
    hub.propose(token, operation={"name": "erase_points", "points": STROKE[:1]})
    assert hub.run(token).spec.points == STROKE[1:]


def test_points_drawn_while_it_plays_keep_the_weights(tab):
    """Oracle: the train points of the frames, and steps that never go back."""
    tab.subscribe([{"id": "points"}])
    tab.command("play")
    tab.frame(lambda frame: frame["step"] > 30)
    seen = len(tab.frames)
    operation = {"name": "draw_points", "points": STROKE}
    echo = tab.send("propose", run="main", operation=operation, base_revision=1)
    assert tab.answer(echo)["spec"]["data"]["points"] == STROKE
    while len(tab.frames[-1][0].get("points/train.x", ())) != 252:
        tab.frame()
    steps = [frame["step"] for _, frame in tab.frames[seen:]]
    assert steps == sorted(steps) and not any(event["type"] == "notice" for event in tab.events)
    undone = tab.answer(tab.command("undo"))
    assert undone["spec"]["data"]["points"] == [] and not undone["playing"]


def test_an_empty_plane_is_not_played_and_says_what_to_do(hub):
    """Also where the last point is erased while it plays: it pauses, and undo is the remedy."""
    token = hub.new_sitting()
    hub.propose(token, {"data.kind": "points"})
    for name in ("play", "step_sample", "step_batch", "step_epoch"):
        with pytest.raises(SpecError, match="Press Draw"):
            hub.command(token, name)
    hub.propose(token, operation={"name": "draw_points", "points": STROKE})
    hub.command(token, "play")
    hub.turn()
    hub.propose(token, operation={"name": "erase_points", "points": STROKE})
    for _ in range(100):
        hub.turn()
    now = hub.run(token)
    assert not now.playing and "Press Draw" in now.trouble["message"]
    run = next(iter(hub._pool.slots[0].host.runs.values())).run
    (finding,) = (found for found in run.examine() if found.urgent)
    assert [remedy.command for remedy in finding.remedies] == ["undo"]
