"""Several runs of one sitting over the wire: forked, swapped, closed; time, files and links. Oracle: the protocol as
the docstrings of `dlcore.live.actions` write it down, and `Run` where numbers are compared.
"""

import http.client
import json

import pytest
from safetensors.numpy import load

from dlcore import Run
from dlcore.export.notebook import notebook_of
from dlcore.export.pytorch_script import export_run
from dlcore.limits import LIMITS
from dlcore.links import read_link
from dlcore.training.saved import from_bytes

TABLE = b"height,width,kind\n" + b"".join(b"%d,%d,%d\n" % (row % 7, row % 5, row % 2) for row in range(30))


def do(tab, name, run="main", **arguments):
    return tab.answer(tab.send("do", run=run, name=name, arguments=arguments))


def result(tab, name, run="main", **arguments):
    answer = do(tab, name, run, **arguments)
    assert answer["type"] == "answer", answer
    return answer["result"]


def steps(tab, count, run="main"):
    for _ in range(count):
        tab.answer(tab.send("command", run=run, name="step_batch"))


def position(server, tab, run="main"):
    now = server.hub.run(tab.hello_token, run)
    return now.step


@pytest.fixture
def tab(server):
    token = server.hub.new_sitting()
    tab = server.open(token)
    tab.hello_token = token
    tab.answer(tab.send("propose", run="main", changes={"data.samples": 60}))
    yield tab
    tab.socket.close()


def request(server, method, path, body=b"", **headers):
    connection = http.client.HTTPConnection(server.host, timeout=60)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_a_seek_is_exact_and_its_frame_answers_it(server, tab):
    steps(tab, 12)
    tab.subscribe([{"id": "parameters"}, {"id": "timeline"}], credits=4)
    straight = Run(server.hub.run(tab.hello_token).spec)
    straight.advance(steps=5)
    echo = tab.do("seek", step=5)
    assert tab.answer(echo)["type"] == "done"
    arrays, frame = tab.frame(lambda frame: frame["echo"] == echo)
    assert (frame["step"], frame["furthest"]) == (5, 12)
    wanted = straight.parameters["layers.0.weight"]
    assert arrays["parameters/layers.0.weight"].tobytes() == wanted.astype("f4").tobytes()


def test_every_seek_is_answered_and_the_newest_counts(server, tab):
    steps(tab, 30)
    echoes = [tab.do("seek", step=step) for step in (3, 25, 7, 29, 11)]
    for echo in echoes:
        assert tab.until(lambda event, echo=echo: event.get("echo") == echo or seen(tab, echo))
    assert position(server, tab) == 11
    tab.answer(tab.command("undo"))
    assert position(server, tab) == 30  # all of them were one entry


def seen(tab, echo):
    return any(event.get("echo") == echo for event in tab.events)


def test_a_branch_starts_where_it_was_forked_and_main_goes_on(server, tab):
    steps(tab, 8)
    name = result(tab, "fork", step=5, changes={"learning.batch_size": 3})["run"]
    assert name == "branch-1" and position(server, tab, name) == 5 and position(server, tab) == 8
    events = [event for event in tab.events if event["type"] == "run" and event["run"] == name]
    assert events[0]["spec"]["learning"]["batch_size"] == 3
    assert events[0]["fork"]["from"] == "main" and "step 5" in events[0]["fork"]["text"]
    steps(tab, 2, name)
    assert position(server, tab, name) == 7 and position(server, tab) == 8


def test_frames_and_credits_are_each_run_s_own(server, tab):
    result(tab, "fork", changes={})
    for run in ("main", "branch-1"):
        tab.send("subscribe", run=run, subscription="s1", probes=[{"id": "parameters"}], credits=1)
        tab.until(lambda item, run=run: item[1]["run"] == run, "frame")
    tab.send("credit", run="branch-1", subscription="s1")
    steps(tab, 1)
    steps(tab, 1, "branch-1")
    tab.until(lambda item: item[1]["run"] == "branch-1" and item[1]["step"] == 1, "frame")
    tab.quiet()
    assert not any(item[1]["run"] == "main" and item[1]["step"] for item in tab.frames)


def test_there_are_four_runs_at_most_and_a_closed_one_makes_room(server, tab):
    names = [result(tab, "fork", changes={})["run"] for _ in range(LIMITS.max_runs - 1)]
    assert do(tab, "fork", changes={})["type"] == "refused"
    assert do(tab, "close_branch")["type"] == "refused"  # the main one stays
    assert do(tab, "close_branch", names[1])["type"] == "done"
    assert any(event["type"] == "closed" and event["run"] == names[1] for event in tab.events)
    assert result(tab, "fork", changes={})["run"] == names[1]
    assert do(tab, "fork", "branch-9")["type"] == "refused"


def test_a_fork_that_can_t_be_leaves_nothing(server, tab):
    assert do(tab, "fork", changes={"learning.batch_size": -1})["type"] == "refused"
    assert do(tab, "fork", step=10**6)["type"] == "refused"
    tab.answer(tab.command("pause"))
    assert list(server.hub.sittings[tab.hello_token].runs) == ["main"]
    assert result(tab, "fork", changes={})["run"] == "branch-1"


def test_a_branch_and_main_change_places_and_undo_takes_it_back(server, tab):
    steps(tab, 4)
    name = result(tab, "fork", changes={"learning.batch_size": 7})["run"]
    steps(tab, 3, name)
    assert result(tab, "keep_branch", name) == {"run": "main"}
    assert [position(server, tab, run) for run in ("main", name)] == [7, 4]
    assert server.hub.run(tab.hello_token).spec.get("learning.batch_size") == 7
    tab.answer(tab.command("undo"))
    assert position(server, tab) == 4 and server.hub.run(tab.hello_token).spec.get("learning.batch_size") == 10


def test_branches_outlive_their_worker_and_a_second_tab_has_copies(server, tab, until):
    steps(tab, 3)
    name = result(tab, "fork", changes={})["run"]
    steps(tab, 2, name)
    held = server.hub.sittings[tab.hello_token].runs
    until(lambda: all(run.checkpoint and run.saved_at[0] == run.now.step for run in held.values()))
    server.hub._pool.slots[0].process.kill()
    tab.until(lambda event: event["type"] == "notice" and event["run"] == name)
    steps(tab, 1, name)
    assert [position(server, tab, run) for run in ("main", name)] == [3, 6]
    copy = server.hub.fork(tab.hello_token)
    other = server.open(copy)
    welcome = next(event for event in other.events if event["type"] == "welcome")
    assert welcome["runs"] == ["main", name]
    other.answer(other.send("command", run=name, name="step_batch"))
    assert server.hub.run(copy, name).step == 7 and position(server, tab, name) == 6


def test_a_run_is_saved_and_opened_again(server, tab):
    steps(tab, 9)
    saved = result(tab, "save", own_data=False)
    status, data = request(server, "GET", saved["path"])
    assert status == 200 and len(data) == saved["bytes"] and saved["notes"] == []
    assert from_bytes(data).step == 9
    tab.answer(tab.command("reset"))
    leave = result(tab, "open")
    status, answer = request(server, "POST", leave["path"], data)
    assert (status, json.loads(answer)["type"]) == (200, "done") and position(server, tab) == 9
    assert json.loads(request(server, "POST", leave["path"], data)[1])["type"] == "refused"  # good for one file
    tab.answer(tab.command("undo"))
    assert position(server, tab) == 0


def test_a_run_is_written_for_other_programs_under_a_ticket(server, tab):
    """Oracle: the same run in this process."""
    run = Run(server.hub.run(tab.hello_token).spec)
    run.advance(steps=3)
    steps(tab, 3)
    for what, (name, text) in {"pytorch": export_run(run), "notebook": notebook_of(run)}.items():
        offer = result(tab, "export", what=what)
        assert (offer["file"], offer["bytes"]) == (name, len(text.encode()))
        assert request(server, "GET", offer["path"]) == (200, text.encode())
    found = load(request(server, "GET", result(tab, "export", what="weights")["path"])[1])
    assert {name: array.tobytes() for name, array in found.items()} == {
        name: array.tobytes() for name, array in run.parameters.items()
    }
    refused = do(tab, "export", what="poem")
    assert refused["type"] == "refused" and refused["path"] == "what"


def test_an_own_table_follows_into_another_sitting_if_it_was_to(server, tab):
    table = server.hub.add_table(tab.hello_token, TABLE, "flowers.csv")
    columns = {"kind": "table", "file": table.key, "horizontal": "height", "vertical": "width", "label": "kind"}
    tab.answer(tab.send("propose", run="main", changes={"data": columns}))
    steps(tab, 2)
    files = {own: request(server, "GET", result(tab, "save", own_data=own)["path"])[1] for own in (True, False)}
    other = server.open()
    refused = json.loads(request(server, "POST", result(other, "open")["path"], files[False])[1])
    assert refused["type"] == "refused" and "Load the same data" in refused["message"]
    assert json.loads(request(server, "POST", result(other, "open")["path"], files[True])[1])["type"] == "done"
    other.answer(other.command("step_batch"))
    assert any(event["type"] == "run" and event["spec"]["data"].get("file") == table.key for event in other.events)


def test_a_bad_file_is_refused_where_it_was_sent_and_nothing_is_lost(server, tab):
    steps(tab, 2)
    for body in (b"", b"nonsense", b"\xff" * 1000):
        answer = json.loads(request(server, "POST", result(tab, "open")["path"], body)[1])
        assert answer["type"] == "refused" and answer["path"] == "file" and answer["message"].endswith(".")
    assert position(server, tab) == 2


def test_nobody_fetches_or_sends_without_a_ticket_or_from_elsewhere(server, tab):
    saved, leave = result(tab, "save"), result(tab, "open")
    assert request(server, "GET", "/file/guessed")[0] == 404
    assert json.loads(request(server, "POST", "/file/guessed", b"x")[1])["type"] == "refused"
    assert request(server, "GET", leave["path"])[0] == 404
    for method, path in (("GET", saved["path"]), ("POST", leave["path"])):
        assert request(server, method, path, b"", Origin="https://elsewhere.example")[0] == 403


def test_a_link_carries_the_weights_as_they_stand(server, tab):
    steps(tab, 6)
    straight = Run(server.hub.run(tab.hello_token).spec)
    straight.advance(steps=6)
    shared = result(tab, "share_weights", view={"show_test": True})
    spec, view, notes = read_link(shared["hash"])
    opened = Run(spec)
    assert notes == [] and view.show_test and shared["notes"] == []
    assert all((opened.parameters[name] == values).all() for name, values in straight.parameters.items())
    assert position(server, tab) == 6  # the run is as it was
    result(tab, "surgery", operation="freeze", address="layers.0[1]")
    assert "learns again" in result(tab, "share_weights")["notes"][0]


def test_weights_that_do_not_fit_into_a_link_are_said(server, tab):
    tab.answer(tab.send("propose", run="main", changes={"network.layers": [{"units": 64}, {"units": 64}]}))
    shared = result(tab, "share_weights")
    assert shared["hash"] is None and "file" in shared["notes"][0]
