"""A real server with one real worker, and browser tabs that speak the protocol to it."""

from __future__ import annotations

import itertools
import json
import socket
import threading
import time
import uuid
from dataclasses import replace

import pytest
import uvicorn
from starlette.applications import Starlette
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from dlcore.limits import LIMITS
from dlcore.live.endpoint import middleware, routes
from dlcore.live.hub import Hub
from dlcore.live.wire import decode_frame

PATIENCE = 60.0  # seconds until a test gives up; nothing is expected to take that long

PROBES = [
    {"id": "neuron_maps"},
    {"id": "output_map"},
    {"id": "parameters"},
    {"id": "points"},
    {"id": "loss_curve"},
]


class Tab:
    """One browser tab: says hello, and keeps all that it is sent."""

    def __init__(self, address, token, document=None, **hello):
        self.document = document or str(uuid.uuid4())
        self.socket = connect(f"{address}/live/{token}", max_size=None, open_timeout=PATIENCE).__enter__()
        self.events, self.frames = [], []
        self.pongs = True
        self._ids = itertools.count(1)
        hello = {"hash": "", "claimed": False, "last_hash": "", **hello}
        self.hello = self.send("hello", document=self.document, **hello)

    def send(self, kind, **more):
        number = next(self._ids)
        self.socket.send(json.dumps({"id": number, "type": kind, **more}))
        return number

    def command(self, name, **more):
        return self.send("command", run="main", name=name, **more)

    def do(self, name, **arguments):
        return self.send("do", run="main", name=name, arguments=arguments)

    def subscribe(self, probes=PROBES, credits=2, name="s1"):
        return self.send("subscribe", run="main", subscription=name, probes=probes, credits=credits)

    def receive(self, timeout):
        """One more message into `events` or `frames`; False where none came in time."""
        try:
            message = self.socket.recv(timeout=timeout)
        except TimeoutError:
            return False
        if isinstance(message, bytes):
            self.frames.append(decode_frame(message))
            return True
        event = json.loads(message)
        if event["type"] == "ping" and self.pongs:
            self.send("pong")
        self.events.append(event)
        return True

    def until(self, wanted, what="event"):
        """The first event (or frame) from now on that is wanted; asserts that it comes."""
        seen = self.events if what == "event" else self.frames
        start, deadline = len(seen), time.monotonic() + PATIENCE
        while True:
            for item in seen[start:]:
                if wanted(item):
                    return item
            start = len(seen)
            assert time.monotonic() < deadline, f"waited in vain; the last events: {self.events[-5:]}"
            self.receive(1.0)

    def answer(self, echo):
        return self.until(lambda event: event.get("echo") == echo)

    def frame(self, wanted=lambda frame: True):
        """A frame whose JSON is wanted; every frame on the way is painted and credited."""

        def look(item):
            self.send("credit", subscription=item[1]["subscription"], frames_per_second=50.0)
            return wanted(item[1])

        return self.until(look, "frame")

    def quiet(self, seconds=0.7):
        """Take in what comes until nothing came for a while."""
        while self.receive(seconds):
            pass

    def closed(self):
        """The code with which the server closes this socket."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                self.receive(1.0)
            except ConnectionClosed as closed:
                return closed.rcvd.code
        raise AssertionError("the socket stayed open")


class Server:
    """Our routes on a free port of this machine, served from a thread."""

    def __init__(self, hub, stage, base=""):
        self.hub = hub
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)  # tabs may knock before the server is quite up
        self.host = f"127.0.0.1:{listener.getsockname()[1]}"
        app = Starlette(routes=routes(base, stage, hub, allowed=["friend.example"]), middleware=middleware())
        self.uvicorn = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="websockets-sansio"))
        self.thread = threading.Thread(target=self.uvicorn.run, args=([listener],), daemon=True)
        self.thread.start()
        self.tabs = []

    def open(self, token=None, **hello):
        """A tab, by default of a new sitting, that has been welcomed."""
        tab = Tab(f"ws://{self.host}", token or self.hub.new_sitting(), **hello)
        self.tabs.append(tab)
        tab.until(lambda event: event["type"] == "run" and event["echo"] == tab.hello)
        return tab

    def close(self):
        for tab in self.tabs:
            tab.socket.close()
        self.uvicorn.should_exit = True
        self.thread.join(PATIENCE)
        self.hub.close()


@pytest.fixture(scope="module")
def serve(tmp_path_factory):
    """Starts a server with other limits."""
    started = []

    def start(**limits):
        stage = tmp_path_factory.mktemp("stage")
        (stage / "js" / "views").mkdir(parents=True)
        (stage / "js" / "views" / "map.js").write_text("export const x = 1;\n")
        (stage / "stage.css").write_text("a { color: red }\n")
        (stage / "stage.py").write_text("secret = 1\n")
        hub = Hub(replace(LIMITS, ping_patience=0.5, **limits), workers=1)
        hub.start()
        started.append(Server(hub, stage))
        return started[-1]

    yield start
    for server in started:
        server.close()


@pytest.fixture(scope="module")
def server(serve):
    return serve()


@pytest.fixture
def tab(server):
    tab = server.open()
    yield tab
    tab.socket.close()


def wait_for(condition):
    """Wait until a condition holds; asserts that it comes to."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@pytest.fixture
def until():
    return wait_for
