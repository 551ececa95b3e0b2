"""The protocol, spoken over real sockets with a server that has a real worker."""

from __future__ import annotations

import contextlib
import json
import socket
import threading

import httpx
import pytest
import uvicorn
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from dlcore.limits import LIMITS
from dlcore.live.endpoint import Undelayed, origin_allowed


def test_hello_is_answered_with_all_a_stage_needs(tab):
    welcome = tab.events[0]
    assert welcome["type"] == "welcome" and welcome["version"] == 1
    assert welcome["limits"]["max_layers"] == LIMITS.max_layers
    assert {"tanh", "relu"} <= {entry["id"] for entry in welcome["catalogue"]["activations"]}
    assert welcome["params"]["learning.batch_size"]["label"] == "Batch size"
    run = tab.events[1]
    assert run["spec"]["data"]["kind"] == "circle"
    assert run["playing"] is False and run["can_undo"] is False and run["trouble"] is None
    assert run["shape"]["layers"][0]["units"] == 4
    assert "data=circle" in run["hash"]


def test_frames_come_for_credits_only(tab):
    tab.subscribe(credits=2)
    first = tab.until(lambda frame: True, "frame")
    assert first[0]["output_map/output"].shape == (100, 100)
    assert first[0]["points/train.x"].shape == (250, 2)
    assert first[1]["step"] == 0 and first[1]["playing"] is False
    tab.command("play")
    tab.until(lambda frame: frame[1]["playing"], "frame")
    tab.quiet()
    assert len(tab.frames) == 2  # both credits are used up, and the run plays on
    assert "points/train.x" not in tab.frames[1][0]
    tab.send("credit", subscription="s1", frames_per_second=60.0)
    later = tab.until(lambda frame: True, "frame")
    assert later[1]["step"] > tab.frames[1][1]["step"]
    tab.send("credit", subscription="s1", frames_per_second=60.0)
    tab.send("credit", subscription="s1", frames_per_second=60.0)
    tab.send("credit", subscription="s1", frames_per_second=60.0)  # for a frame that was never sent
    tab.quiet()
    assert len(tab.frames) <= 5


def test_a_paused_run_sends_nothing_new(tab):
    tab.subscribe(credits=2)
    tab.until(lambda frame: True, "frame")
    tab.send("credit", subscription="s1", frames_per_second=60.0)
    tab.quiet()
    assert len(tab.frames) <= 2, "one more says how long an epoch takes"
    known = len(tab.frames)
    tab.send("credit", subscription="s1", frames_per_second=60.0)
    tab.quiet()
    assert len(tab.frames) == known


def test_transport_and_echo(tab):
    tab.subscribe()
    assert tab.frame()[1]["step"] == 0
    assert tab.answer(tab.command("step_batch"))["type"] in ("run", "done")
    frame = tab.frame(lambda frame: frame["step"] == 1)
    assert frame[1]["echo"] is not None
    tab.command("step_sample")
    assert tab.frame(lambda frame: frame["sample"] == 1)[1]["step"] == 1
    tab.command("step_epoch")
    assert tab.frame(lambda frame: frame["epoch"] == 1)[1]["step"] == 25
    tab.command("reset")
    assert tab.frame(lambda frame: frame["step"] == 0)
    tab.answer(tab.command("speed", steps_per_second=50.0))
    assert tab.answer(tab.command("play"))["playing"] is True
    rate = tab.frame(lambda frame: frame["step"] > 20)[1]["numbers"]["steps_per_second"]
    assert 0 < rate < 200
    paused = tab.answer(tab.command("pause"))
    assert paused["playing"] is False and paused["speed"] == 50.0 and paused["can_undo"]


def test_changes_undo_and_notices(tab):
    tab.subscribe()
    answer = tab.answer(tab.send("propose", run="main", changes={"learning.batch_size": 20}, base_revision=1))
    assert answer["spec"]["learning"]["batch_size"] == 20 and answer["revision"] == 2
    tab.command("step_epoch")
    tab.frame(lambda frame: frame["epoch"] == 1)
    tab.send("propose", run="main", changes={"data": "spiral"}, base_revision=2)
    notice = tab.until(lambda event: event["type"] == "notice")
    assert (
        notice["text"] == "The network started anew because the data changed." and notice["kind"] == "reset"
    )
    assert tab.frame(lambda frame: frame["revision"] == 3)[1]["step"] == 0
    back = tab.answer(tab.command("undo"))
    assert back["spec"]["data"]["kind"] == "circle" and back["can_redo"] and back["revision"] == 4
    assert tab.frame(lambda frame: frame["revision"] == 4)[1]["epoch"] == 1
    again = tab.answer(tab.command("redo"))
    assert again["spec"]["data"]["kind"] == "spiral"


def test_an_operation_changes_the_layers_and_its_frame(tab):
    tab.subscribe()
    tab.frame()
    answer = tab.answer(tab.send("propose", run="main", operation={"name": "insert_layer", "index": 0}))
    assert len(answer["shape"]["layers"]) == 4
    arrays, _ = tab.frame(lambda frame: frame["revision"] == answer["revision"])
    assert arrays["neuron_maps/layers.3"].shape == (1, 33, 33)


def test_a_weight_can_be_set(tab):
    tab.subscribe()
    tab.frame()
    echo = tab.do("edit", address="layers.0.weight[2,1]", value=0.5)
    answer = tab.answer(echo)
    assert answer["result"]["done"] == "The weight x₂ → layer 1, neuron 3 is now 0.5."
    told = tab.until(lambda event: event.get("type") == "run" and event["changed"])
    assert told["can_undo"] and "changed=1" in told["hash"]
    arrays, _ = tab.frame(lambda frame: frame["echo"] == echo)
    assert arrays["parameters/layers.0.weight"][2, 1] == 0.5
    refused = tab.answer(tab.do("edit", address="layers.7.weight[2,1]", value=0.5))
    assert refused["type"] == "refused" and refused["message"].endswith(".")


def test_new_seed_and_new_data_are_changes(tab):
    before = tab.events[1]["spec"]
    first = tab.answer(tab.command("new_seed"))["spec"]
    assert first["seed"] != before["seed"]
    assert tab.answer(tab.command("regenerate_data"))["spec"]["data"]["seed"] is not None


def test_view_and_links(tab):
    answer = tab.answer(tab.send("view", run="main", changes={"show_test": True}))
    assert answer["view"]["show_test"] is True and "test=1" in answer["hash"]
    link = tab.answer(tab.send("link", run="main", view={"hidden": ["play"]}))
    assert link["type"] == "link" and "hide=play" in link["hash"]
    echo = tab.send("open_link", run="main", text="#dataset=spiral&networkShape=8,8&seed=0.5")
    opened = tab.answer(echo)
    assert opened["spec"]["data"]["kind"] == "spiral"
    assert [layer["units"] for layer in opened["spec"]["network"]["layers"]] == [8, 8]


def test_the_hash_is_opened_unless_the_tab_wrote_it_last(server):
    tab = server.open(hash="v=1&data=xor&inputs=x1&layers=3&seed=9")
    assert tab.events[-1]["spec"]["data"]["kind"] == "xor"
    token, written = tab.events[0]["token"], tab.events[-1]["hash"]
    tab.subscribe()
    tab.command("step_epoch")
    tab.frame(lambda frame: frame["epoch"] == 1)
    tab.socket.close()
    same = server.open(token, claimed=True, hash=written, last_hash=written)
    same.subscribe()
    assert same.frame()[1]["epoch"] == 1
    same.socket.close()
    other = server.open(token, claimed=True, hash="v=1&data=plane&nonsense=1", last_hash=written)
    now = next(event for event in other.events if event["type"] == "run")  # the worker's notices may come before it
    assert now["spec"]["data"]["kind"] == "plane"
    if all(event["type"] != "notice" for event in other.events):
        other.until(lambda event: event["type"] == "notice")
    other.subscribe()
    assert other.frame(lambda frame: frame["revision"] == now["revision"])[1]["step"] == 0


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[" * 100_000,
        "[1]",
        '{"type": "propose"}',
        '{"id": true, "type": "propose"}',
        '{"id": 9}',
        '{"id": 9, "type": "__init__"}',
        '{"id": 9, "type": "propose"}',
        '{"id": 9, "type": "propose", "changes": 3}',
        '{"id": 9, "type": "propose", "changes": {"learning.batch_size": "many"}}',
        '{"id": 9, "type": "propose", "changes": {"learning.batch_size": {"a": [1]}}}',
        '{"id": 9, "type": "propose", "changes": {"nonsense.path": 1}}',
        '{"id": 9, "type": "propose", "changes": {"data": {"kind": "circle", "noise": []}}}',
        '{"id": 9, "type": "propose", "changes": {"network.layers": 7}}',
        '{"id": 9, "type": "propose", "changes": {"network.layers": [{"kind": "dense", "units": 1e9}]}}',
        '{"id": 9, "type": "propose", "changes": {"inputs": [[]]}}',
        '{"id": 9, "type": "propose", "operation": {"name": "insert_layer"}}',
        '{"id": 9, "type": "propose", "operation": {"name": "insert_layer", "index": -1}}',
        '{"id": 9, "type": "propose", "operation": {"name": "insert_layer", "index": 0, "layer": 5}}',
        '{"id": 9, "type": "propose", "operation": {"name": ["x"]}}',
        '{"id": 9, "type": "propose", "operation": {"name": "toggle_input", "input": {}}}',
        '{"id": 9, "type": "propose", "run": "other", "changes": {}}',
        '{"id": 9, "type": "view", "changes": {"nothing": 1}}',
        '{"id": 9, "type": "view", "changes": {"show_test": [1]}}',
        '{"id": 9, "type": "command", "name": "explode"}',
        '{"id": 9, "type": "command", "name": "speed", "steps_per_second": -1}',
        '{"id": 9, "type": "command", "name": "speed", "steps_per_second": NaN}',
        '{"id": 9, "type": "do", "name": "edit", "arguments": {"address": "x", "value": "y"}}',
        '{"id": 9, "type": "do", "name": "edit", "arguments": {"address": "layers.0.weight[", "value": 1}}',
        '{"id": 9, "type": "do", "name": "edit", "arguments": {"address": "layers.0.weight[0,0]", "value": Infinity}}',
        '{"id": 9, "type": "do", "name": "edit", "arguments": 3}',
        '{"id": 9, "type": "do", "name": "explode", "arguments": {}}',
        '{"id": 9, "type": "subscribe", "subscription": "s", "probes": [{"id": "nothing"}]}',
        '{"id": 9, "type": "subscribe", "subscription": "s", "probes": [1], "credits": 1}',
        '{"id": 9, "type": "subscribe", "subscription": "s", "probes": [], "credits": 1000}',
        '{"id": 9, "type": "view", "changes": {"hidden": ["\\ud800"]}}',
        '{"id": 9, "type": "propose", "changes": {"\\ud800": 1}}',
        '{"id": 9, "type": "open_link"}',
        '{"id": 9, "type": "link", "view": 5}',
        '{"id": 9, "type": "hello"}',
    ],
)
def test_what_is_wrong_is_answered_with_a_sentence(tab, text):
    tab.socket.send(text)
    refused = tab.until(lambda event: event["type"] == "refused")
    assert refused["message"].endswith(".") and "Traceback" not in refused["message"]
    assert "fault in the program" not in refused["message"]
    assert tab.answer(tab.send("view", run="main", changes={"log_loss": True}))["type"] == "run"


@pytest.mark.parametrize(
    ("units", "limit"),
    [([4] * 65, "64"), ([5000], "4,096"), ([4096, 4096], "5,000,000"), ([1], None)],
    ids=["layers", "units", "parameters", "allowed"],
)
def test_a_network_over_the_limits_is_refused_with_the_limit(tab, units, limit):
    layers = [{"kind": "dense", "units": count, "activation": "tanh"} for count in units]
    answer = tab.answer(tab.send("propose", run="main", changes={"network.layers": layers}))
    if limit is None:
        assert answer["type"] == "run"
    else:
        assert answer["type"] == "refused" and answer["path"].startswith("network.layers")
        assert limit in answer["message"] and answer["message"].endswith(".")


def test_the_layer_over_the_limit_is_refused_where_it_is_added(tab):
    layers = [{"kind": "dense", "units": 1}] * LIMITS.max_layers
    assert tab.answer(tab.send("propose", run="main", changes={"network.layers": layers}))["type"] == "run"
    one_more = {"name": "insert_layer", "index": 0}
    answer = tab.answer(tab.send("propose", run="main", operation=one_more))
    assert answer["type"] == "refused" and str(LIMITS.max_layers) in answer["message"]


def test_a_probe_that_fails_takes_only_itself_away(tab):
    tab.subscribe([{"id": "parameters"}, {"id": "output_map", "unit": "layers.9.activation[0]"}])
    refused = tab.until(lambda event: event["type"] == "refused")
    assert "layers.9" in refused["message"] and refused["subscription"] == "s1"
    arrays, _ = tab.frame()
    assert set(name.split("/")[0] for name in arrays) == {"parameters"}


def test_a_large_drawing_is_shown_and_other_long_options_are_refused(tab):
    """Oracle: the bytes that were sent."""
    assert tab.answer(tab.send("propose", run="main", changes={"data": "shapes"}))["type"] == "run"
    drawn = [number % 256 for number in range(16 * 16)]
    tab.subscribe([{"id": "feature_maps", "pixels": drawn}])
    arrays, _ = tab.frame(lambda frame: "feature_maps/inputs" in str(frame))
    assert abs(arrays["feature_maps/inputs"].ravel().astype(int) - drawn).max() <= 1
    for bad in ([0.5] * 256, [256] * 256, [0] * (3 * LIMITS.max_own_picture_side**2 + 1), "x" * 500):
        echo = tab.send("subscribe", run="main", subscription="x", credits=1,
                        probes=[{"id": "feature_maps", "pixels": bad}])  # fmt: skip
        assert "short" in tab.answer(echo)["message"]


def test_a_message_that_is_too_long_or_of_bytes_is_refused(tab):
    tab.socket.send(json.dumps({"id": 1, "type": "open_link", "text": "x" * LIMITS.max_message_bytes}))
    assert "bytes" in tab.until(lambda event: event["type"] == "refused")["message"]
    tab.socket.send(b"\x00\x01")
    assert "JSON text" in tab.until(lambda event: event["type"] == "refused")["message"]


def test_too_many_messages_are_not_read_and_the_socket_stays(tab, until):
    for _ in range(3 * LIMITS.max_messages_per_second):
        tab.send("credit", subscription="none", frames_per_second=1.0)
    assert "a second" in tab.until(lambda event: event["type"] == "refused")["message"]
    until(lambda: answered(tab))


def answered(tab):
    """Whether a message is read again (an event has come since it was sent)."""
    before = len(tab.events)
    tab.send("pong")
    echo = tab.send("subscribe", run="main", subscription="x", probes=[], credits=1)
    tab.quiet(0.3)
    return any(event.get("echo") == echo for event in tab.events[before:])


def test_nothing_is_heard_before_hello(server):
    with connect(f"ws://{server.host}/live/{server.hub.new_sitting()}") as socket:
        socket.send('{"id": 4, "type": "command", "name": "play"}')
        assert json.loads(socket.recv(timeout=30))["message"] == "The first message must be hello."


def test_unknown_tokens_and_foreign_origins_are_refused(server):
    token = server.hub.new_sitting()
    address = f"ws://{server.host}/live/"
    for path, headers in [
        ("made-up", {}),
        (token, {"Origin": "http://evil.example"}),
        (token, {"Origin": "null"}),
        (token, {"Origin": f"http://{server.host}.evil.example"}),
    ]:
        with pytest.raises(InvalidStatus) as refused, connect(address + path, additional_headers=headers):
            pass
        assert refused.value.response.status_code == 403
    for origin in (f"http://{server.host}", "https://friend.example"):
        with connect(address + token, additional_headers={"Origin": origin}) as socket:
            assert socket.response.status_code == 101


def test_origins():
    assert origin_allowed(None, "a:1")
    assert origin_allowed("HTTP://A:1", "a:1")
    assert not origin_allowed("http://a:2", "a:1")
    assert not origin_allowed("http://[", "a:1")
    assert not origin_allowed("file://", "")
    assert origin_allowed("https://b.org:8", "a:1", {"b.org"})
    assert origin_allowed("https://b.org", "a:1", {"https://b.org"})
    assert not origin_allowed("https://c.org", "a:1", {"b.org"})


def test_the_stage_is_served_and_nothing_beside_it(server):
    base = f"http://{server.host}/stage/"
    script = httpx.get(base + "js/views/map.js")
    assert script.status_code == 200 and script.headers["content-type"].startswith("text/javascript")
    assert script.headers["cache-control"] == "no-cache"
    assert script.headers["x-content-type-options"] == "nosniff"
    again = httpx.get(base + "js/views/map.js", headers={"If-None-Match": script.headers["etag"]})
    assert again.status_code == 304
    assert httpx.get(base + "stage.css").headers["content-type"].startswith("text/css")
    for path in (
        "stage.py",
        "",
        "js",
        "nothing.js",
        "%2e%2e/%2e%2e/conftest.py",
        "../conftest.js",
        "vendor/other.js",
    ):
        assert httpx.get(base + path).status_code == 404, path
    assert httpx.head(base + "vendor/plotly.min.js").status_code == 200


def test_nothing_waits_until_the_browser_has_acknowledged_what_came_before():
    """Every connection of the real server has TCP_NODELAY; the system's own socket is the oracle."""
    seen = []

    class Inside:
        async def __call__(self, scope, receive, send):
            connection = send.__self__.transport.get_extra_info("socket")
            seen.append((scope["type"], connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0))

    listener = socket.socket()  # opened by hand, as Streamlit does
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    server = uvicorn.Server(uvicorn.Config(Undelayed(Inside()), log_level="critical", ws="websockets-sansio"))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    with contextlib.suppress(InvalidStatus):  # nobody answers inside
        connect(f"ws://127.0.0.1:{listener.getsockname()[1]}/live/x", open_timeout=10)
    server.should_exit = True
    thread.join(10)
    assert seen == [("websocket", True)]
