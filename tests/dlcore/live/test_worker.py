"""Worker processes: killed ones are replaced, and none outlives its server, however that ends."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from dlcore.live import pool as pool_module
from dlcore.live.worker import NICENESS

ROOT = Path(__file__).resolve().parents[3]


def test_a_killed_worker_is_replaced_and_its_run_goes_on(server, tab, until):
    tab.subscribe()
    tab.answer(tab.send("propose", run="main", changes={"learning.batch_size": 7}))
    tab.answer(tab.command("play"))
    held = server.hub.find(tab.events[0]["token"], "main")[1]
    until(lambda: held.saved_at[0] > 0)
    tab.frame(lambda frame: frame["step"] > held.saved_at[0])
    (before,) = server.hub.worker_pids()
    os.kill(before, signal.SIGKILL)
    notice = tab.until(lambda event: event["type"] == "notice")
    assert notice["text"].startswith("The worker process was replaced; training goes on from step ")
    saved = held.saved_at[0]
    step = tab.frame(lambda frame: frame["step"] >= saved)[1]["step"]
    later = tab.frame(lambda frame: frame["step"] > step)[1]
    assert later["playing"] and server.hub.worker_pids() != [before]
    now = server.hub.run(tab.events[0]["token"])
    assert now.spec.get("learning.batch_size") == 7 and now.can_undo
    assert tab.answer(tab.command("pause"))["playing"] is False


def test_a_run_that_waits_for_its_first_checkpoint_starts_again(server, tab, until):
    tab.subscribe()
    tab.frame()
    os.kill(server.hub.worker_pids()[0], signal.SIGKILL)
    assert tab.until(lambda event: event["type"] == "notice")
    tab.subscribe()
    assert tab.frame()[1]["step"] == 0
    assert tab.answer(tab.command("step_batch"))


def processes(parent):
    """Process ids of the workers that a server started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"dlcore.live.worker" in words and str(parent).encode() in words:
            found.append(int(path.parent.name))
    return found


def alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL], ids=lambda sign: sign.name)
def test_no_process_is_left_behind(sign, until):
    server, port = start_app()
    try:
        until(lambda: server.poll() is not None or healthy(port))
        assert server.poll() is None, "the server did not start"
        until(lambda: len(processes(server.pid)) == 2)
        workers = processes(server.pid)
        server.send_signal(sign)
        server.wait(60)
        until(lambda: not any(alive(pid) for pid in workers))
    finally:
        server.kill()
        server.wait()


def start_app(*more):
    """The real app in a process of its own, and its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {"headless": "true", "port": port, "address": "127.0.0.1", "fileWatcherType": "none"}
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), *more]
    command += [f"--server.{name}={value}" for name, value in options.items()]
    environment = os.environ | {"GLASSBOX_WORKERS": "2", "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, env=environment, cwd=ROOT, start_new_session=True), port


def test_everything_is_behind_the_base_path(until):
    """The token is taken from what Streamlit sends a browser, so the page itself was run as well."""
    server, port = start_app("--server.baseUrlPath=x")
    try:
        until(lambda: server.poll() is not None or healthy(port, "/x"))
        assert server.poll() is None, "the server did not start"
        script = httpx.get(f"http://127.0.0.1:{port}/x/stage/js/stage.js")
        assert script.status_code == 200 and script.headers["content-type"].startswith("text/javascript")
        assert httpx.get(f"http://127.0.0.1:{port}/x/stage/vendor/plotly.min.js").status_code == 200
        assert "export" not in httpx.get(f"http://127.0.0.1:{port}/stage/js/stage.js").text
        token, base = opened_page(f"ws://127.0.0.1:{port}/x/_stcore/stream")
        assert base == "/x"
        with connect(f"ws://127.0.0.1:{port}/x/live/{token}") as live:
            live.send('{"id": 1, "type": "hello", "document": "d", "hash": "", "claimed": false}')
            assert json.loads(live.recv(timeout=60))["type"] == "welcome"
        for path in ("/live/", "/x/live/made-up"):
            with pytest.raises(InvalidStatus), connect(f"ws://127.0.0.1:{port}{path}{token}"):
                pass
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(60)


def opened_page(address):
    """The sitting and the base path that the stage of a freshly opened page is told."""
    message = BackMsg()
    message.rerun_script.query_string = ""
    with connect(address, max_size=None) as page:
        page.send(message.SerializeToString())
        while True:
            received = page.recv(timeout=60)
            found = re.search(rb'"base": ?"([^"]*)", ?"token": ?"([\w-]{43})"', received)
            if found:
                return found[2].decode(), found[1].decode()


def healthy(port, base=""):
    try:
        return httpx.get(f"http://127.0.0.1:{port}{base}/_stcore/health").status_code == 200
    except httpx.HTTPError:
        return False


def test_the_first_worker_may_be_started_before_the_pool(until):
    """As run.py does; the pool's first slot takes it over, and the others start only then or when they are needed."""
    pool_module.start_early()
    ((early, _),) = pool_module._early
    heard = []
    pool = pool_module.Pool(3, lambda slot, message, _: heard.append((slot.number, message["op"])), lambda slot: None)
    pool.start()
    try:
        first, second, third = pool.slots
        assert first.process is early and second.process is None
        first.runs += 1
        assert pool.place() is second and second.process is not None and third.process is None
        until(lambda: third.process is not None and (0, "ready") in heard)
        if hasattr(os, "getpriority"):  # whom somebody waited for has stepped back as well by now
            back = min(19, os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)  # 19 is the last that there is
            until(lambda: os.getpriority(os.PRIO_PROCESS, early.pid) == back)
    finally:
        pool.close()
    assert early.poll() is not None and not pool_module._early


def test_a_worker_whose_device_does_not_work_says_so_and_is_not_replaced(until):
    """CUDA device 99, which no machine has; the worker's process looks for it in earnest."""
    heard = []

    def received(slot, message, payload):
        heard.append((slot.device, message["op"], message.get("devices")))
        if message["op"] == "unfit":
            pool.without(slot.device)

    pool = pool_module.Pool(1, received, lambda slot: heard.append((slot.device, "replaced", None)))
    try:
        pool.devices = ("cpu", "cuda:99")
        slot = pool.place(("cuda:99",))
        until(lambda: ("cuda:99", "unfit", None) in heard)
        until(lambda: slot.process.poll() is not None)
        assert pool.devices == ("cpu",) and slot not in pool.everyone() and slot.starts == 1
        assert not any(op in ("ready", "replaced") for _, op, _ in heard)
    finally:
        pool.close()
