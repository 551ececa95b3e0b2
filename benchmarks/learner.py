"""A learner without a browser: one Streamlit session and its live socket, as a tab opens them.

The page's session speaks Streamlit's own protocol (protobuf over `/_stcore/stream`, with the XSRF
cookie and the origin that a browser sends); the live socket speaks Glassbox's. Every frame is decoded
and its credit goes back after `PAINT` seconds, as if it had been painted.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
import urllib.request
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from dlcore.live.wire import decode_frame

PAINT = 0.005  # seconds between a frame and its credit
CREDITS = 2  # as the stage asks for
PROBES = [{"id": name} for name in ("neuron_maps", "parameters", "output_map", "points", "loss_curve")]
SLIDER = "Batch size"  # the widget that this learner moves
BATCHES = ("10", "15")  # between these
RATES = (0.01, 0.1)  # what its stage changes the learning rate to, in turn; neither is what it starts with


@dataclass
class Seen:
    """What a learner measured, from `since` on. Times of inputs in seconds."""

    since: float
    first_epoch: int
    frames: int = 0
    bytes: int = 0
    stage: list[float] = field(default_factory=list)
    widget: list[float] = field(default_factory=list)
    backwards: int = 0


class Learner:
    """One simulated tab. `open`, then `play`; `seen` is what it measures from then on."""

    def __init__(self, url: str, number: int, link: str = ""):
        self.url, self.number, self.link = url, number, link
        self.token = ""
        self.frame: dict[str, Any] = {}
        self.last_frame = 0.0
        self.complaints: list[str] = []
        self.seen = Seen(0.0, 0)
        self.unanswered = 0
        self._turns = itertools.count()
        self._ids = itertools.count(1)
        self._echoes: dict[int, asyncio.Future[float]] = {}
        self._widgets: dict[str, Any] = {}  # label → what Streamlit drew
        self._chosen = BATCHES[0]
        self._by_frame: set[int] = set()  # messages that count as answered once a frame shows them
        self._finished = asyncio.Event()
        self._newer = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    # -- Streamlit --------------------------------------------------------------------------------

    async def open(self) -> None:
        """Load the page's session as a browser does, then join the sitting that it was given."""
        cookie = await asyncio.to_thread(self._xsrf)
        where = self.url.replace("http", "ws", 1)
        self._page = await connect(
            f"{where}/_stcore/stream",
            subprotocols=["streamlit", cookie.split("=", 1)[1]],
            origin=self.url,
            additional_headers={"Cookie": cookie},
            compression=None,
            max_size=None,
            open_timeout=60,
        )
        self._tasks.append(asyncio.create_task(self._read_page()))
        await self._run_script({})
        await asyncio.wait_for(self._finished.wait(), 120)
        self._live = await connect(
            f"{where}/live/{self.token}", origin=self.url, compression=None, max_size=None, open_timeout=60
        )
        self._tasks.append(asyncio.create_task(self._read_live(self._live)))
        await self._ask("hello", document=str(uuid.uuid4()), hash=self.link, claimed=False, last_hash="")
        await self._ask("subscribe", run="main", subscription="s1", probes=PROBES, credits=CREDITS)

    def _xsrf(self) -> str:
        with urllib.request.urlopen(f"{self.url}/", timeout=60) as page:
            page.read()
        with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=60) as reply:
            return reply.headers["Set-Cookie"].partition(";")[0]

    async def _run_script(self, states: dict[str, str]) -> None:
        message = BackMsg()
        message.rerun_script.page_name = ""
        message.rerun_script.context_info.url = f"{self.url}/"
        message.rerun_script.widget_states.SetInParent()
        for name, value in states.items():
            state = message.rerun_script.widget_states.widgets.add(id=name)
            state.string_array_value.data.append(value)
        self._finished.clear()
        await self._page.send(message.SerializeToString())

    async def _read_page(self) -> None:
        async for data in self._page:
            message = ForwardMsg.FromString(data)
            kind = message.WhichOneof("type")
            if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                self._drawn(message.delta.new_element)
            elif kind == "script_finished":
                self._finished.set()

    def _drawn(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        if kind == "bidi_component":
            component = element.bidi_component
            given = json.loads(component.json or component.mixed.json)
            if isinstance(given, dict) and given.get("token"):
                self.token = given["token"]
        elif kind == "exception":
            self.complaints.append(element.exception.message)
        elif kind in ("slider", "selectbox"):
            self._widgets[getattr(element, kind).label] = getattr(element, kind)

    async def move_widget(self) -> None:
        """Move a slider, as a rerun with its new state; measured to the first frame of the new revision."""
        slider = self._widgets[SLIDER]
        self._chosen = BATCHES[self._chosen == BATCHES[0]]
        before, start = self.frame["revision"], time.perf_counter()
        await self._run_script({slider.id: self._chosen})
        while self.frame["revision"] <= before:
            self._newer.clear()
            try:
                await asyncio.wait_for(self._newer.wait(), 30)
            except TimeoutError:
                self.unanswered += 1
                return
        self.seen.widget.append(time.perf_counter() - start)

    # -- the live socket --------------------------------------------------------------------------

    async def _read_live(self, socket: ClientConnection) -> None:
        try:
            async for data in socket:
                if isinstance(data, bytes):
                    self._painted(data)
                    continue
                event = json.loads(data)
                if event["type"] == "ping":
                    await self._send("pong")
                elif event["type"] == "refused":
                    self.complaints.append(event["message"])
                echo = event.get("echo")
                if echo in self._echoes and (event["type"] == "refused" or echo not in self._by_frame):
                    self._answered(echo)
        except ConnectionClosed:
            pass

    def _answered(self, echo: int) -> None:
        waiting = self._echoes.pop(echo)
        self._by_frame.discard(echo)
        if not waiting.done():
            waiting.set_result(time.perf_counter())

    def _painted(self, data: bytes) -> None:
        arrays, frame = decode_frame(data)
        if not arrays:
            self.complaints.append("a frame without arrays")
        now, before = time.perf_counter(), self.frame
        if before and frame["build"] == before["build"] and frame["step"] < before["step"]:
            self.seen.backwards += 1
        self.frame, self.last_frame = frame, now
        self.seen.frames += 1
        self.seen.bytes += len(data)
        if frame.get("echo") in self._echoes:
            self._answered(frame["echo"])
        self._newer.set()
        asyncio.get_running_loop().call_later(PAINT, self._credit)

    def _credit(self) -> None:
        task = asyncio.ensure_future(self._send("credit", subscription="s1", frames_per_second=30.0))
        task.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def _send(self, kind: str, **more: Any) -> int:
        number = next(self._ids)
        await self._live.send(json.dumps({"id": number, "type": kind, **more}))
        return number

    async def _ask(self, kind: str, by_frame: bool = False, **more: Any) -> float:
        """Send a message; seconds until its answer, or until the frame that echoes it."""
        start = time.perf_counter()
        waiting: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        number = next(self._ids)
        self._echoes[number] = waiting
        if by_frame:
            self._by_frame.add(number)
        await self._live.send(json.dumps({"id": number, "type": kind, **more}))
        return await asyncio.wait_for(waiting, 60) - start

    async def play(self) -> None:
        """Press Play, and wait for the frame that shows it."""
        await self._ask("command", by_frame=True, run="main", name="play")

    async def change_on_stage(self) -> None:
        """Another learning rate, or an edited bias; measured to the frame that echoes it."""
        turn = next(self._turns)  # never begins again: what is set already makes no frame that could be waited for
        if turn % 2:
            edit = {"address": "layers.0.bias[0]", "value": 0.1 + 0.01 * (turn % 7)}
            what = {"kind": "do", "name": "edit", "arguments": edit}
        else:
            rate = RATES[(self.number + turn // 2) % 2]
            what = {"kind": "propose", "changes": {"learning.optimizer.learning_rate": rate}}
        try:
            self.seen.stage.append(await self._ask(by_frame=True, run="main", **what))
        except TimeoutError:
            self.unanswered += 1

    # -- measuring --------------------------------------------------------------------------------

    def begin(self) -> None:
        """Measure from now on."""
        self.seen = Seen(time.perf_counter(), self.frame["epoch"])

    def rates(self) -> tuple[float, float]:
        """Frames and epochs per second since `begin`."""
        took = time.perf_counter() - self.seen.since
        return self.seen.frames / took, (self.frame["epoch"] - self.seen.first_epoch) / took

    async def live(self, every: float, until: float) -> None:
        """Change a setting every so many seconds, by the stage and by a widget in turn."""
        # Each starts at another moment, or thirty people would click at once.
        await asyncio.sleep(every * ((self.number * 7) % 30) / 30)
        for turn in itertools.count():
            if time.perf_counter() > until:
                return
            start = time.perf_counter()
            await (self.move_widget() if turn % 2 else self.change_on_stage())
            await asyncio.sleep(max(0.0, every - (time.perf_counter() - start)))

    async def close(self) -> None:
        """Close both sockets."""
        for task in self._tasks:
            task.cancel()
        for socket in (self._live, self._page):
            await socket.close()


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of them do not exceed; NaN where there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")
