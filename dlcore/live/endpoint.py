"""The web server's routes: the live socket, and the stage's files. The only Starlette import."""

from __future__ import annotations

import asyncio
import importlib.util
import itertools
import socket as sockets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from dlcore.live.hub import Hub
from dlcore.live.protocol import FOREIGN_ORIGIN, UNKNOWN_TOKEN, Conversation
from dlcore.live.register import UnknownSitting
from dlcore.live.uploads import receive, refusal
from dlcore.live.wire import to_json
from dlcore.params import SpecError

# A browser that does not read is cut off at so many waiting messages: frames are bounded by their
# credits, but answers are not.
MOST_WAITING = 1000
TRY_LATER = 1013
UPLOADS, LONGEST_UPLOAD = 4, 120.0  # saved runs that are taken in at once, and seconds that one may take
TOOK_TOO_LONG = "Sending this file took too long. Please try again in a moment."
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_numbers = itertools.count(1)


def routes(base: str, stage: Path, hub: Hub | None = None, allowed: Iterable[str] = ()) -> list[BaseRoute]:
    """Our routes behind `base` ("" or "/path"): the socket, the stage's modules, Plotly.

    Without `hub` the process's current one is asked at each connection. `allowed`: hosts whose
    pages may connect besides the server's own.
    """
    foreign = frozenset(host.strip().lower() for host in allowed if host.strip())

    async def live(socket: WebSocket) -> None:
        from dlcore.live import current

        await converse(socket, hub or current(), foreign)

    gate = asyncio.Semaphore(UPLOADS)

    async def file(request: Request) -> Response:
        from dlcore.live import current

        return await exchange(request, hub or current(), gate, foreign)

    plotly = Path(importlib.util.find_spec("plotly").origin).parent / "package_data"
    return [
        WebSocketRoute(f"{base}/live/{{token}}", live),
        Route(f"{base}/file/{{ticket}}", file, methods=["GET", "POST"]),
        Mount(f"{base}/stage/vendor", Files(plotly, only="plotly.min.js")),
        Mount(f"{base}/stage", Files(stage)),
    ]


class Undelayed:
    """Sends each message of a web socket at once, as asyncio does for sockets that it opened itself.

    Streamlit opens the listening socket by hand, so asyncio does not know it for TCP, and the system
    then holds a frame back until the browser has acknowledged the answer before it: 40 ms (measured).
    uvicorn hands the outermost application its connection's own `send`; under another server that
    has no `transport`, nothing is changed.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        transport = getattr(getattr(send, "__self__", None), "transport", None)
        if scope["type"] == "websocket" and isinstance(transport, asyncio.BaseTransport):
            connection = transport.get_extra_info("socket")
            if connection is not None and connection.family in (sockets.AF_INET, sockets.AF_INET6):
                connection.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_NODELAY, 1)
        await self.app(scope, receive, send)


def middleware() -> list[Middleware]:
    """What all connections of the server pass through first."""
    return [Middleware(Undelayed)]


class Files(StaticFiles):
    """Scripts and style sheets of one folder, always revalidated; nothing else that lies there."""

    def __init__(self, directory: Path, only: str = ""):
        super().__init__(directory=directory)
        self._only = only

    async def get_response(self, path: str, scope: Scope) -> Response:
        kind = TYPES.get(Path(path).suffix)
        if kind is None or (self._only and path != self._only):
            raise HTTPException(404)
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "no-cache"
        response.headers["x-content-type-options"] = "nosniff"
        if response.status_code == 200:
            response.headers["content-type"] = kind  # the system's own table may say otherwise
        return response


def origin_allowed(origin: str | None, host: str | None, allowed: Iterable[str] = ()) -> bool:
    """Whether a page of this origin may connect: it is the server's own, or one that was allowed.

    A client without an origin is no browser; the token is what guards against those.
    """
    if origin is None:
        return True
    try:
        parts = urlsplit(origin.lower())
        names = {parts.netloc, parts.hostname, f"{parts.scheme}://{parts.netloc}"}
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return False
    return parts.netloc == (host or "").lower() or not names.isdisjoint(allowed)


class Link:
    """One socket as the hub's watcher: what any thread tells it is sent in order, by one task."""

    def __init__(self, socket: WebSocket):
        self.source = f"socket-{next(_numbers)}"
        self.document = ""
        self._socket = socket
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.Queue[str | bytes | int] = asyncio.Queue()
        self._heard = asyncio.Event()

    def tell(self, event: Mapping[str, Any]) -> None:
        """Send an event."""
        self._hand_over(to_json(event).decode())

    def show(self, frame: bytes) -> None:
        """Send a frame."""
        self._hand_over(frame)

    def end(self, code: int) -> None:
        """Close the socket, after what was told before."""
        self._hand_over(code)

    def heard(self) -> None:
        """The browser said something, so it is there."""
        self._heard.set()

    async def answers(self, patience: float) -> bool:
        """Whether the browser says anything within `patience` seconds of being asked."""
        self._heard.clear()
        self.tell({"type": "ping"})
        try:
            await asyncio.wait_for(self._heard.wait(), patience)
        except TimeoutError:
            return False
        return True

    def _hand_over(self, item: str | bytes | int) -> None:
        try:
            self._loop.call_soon_threadsafe(self._enqueue, item)
        except RuntimeError:  # the server is ending and the loop is closed
            pass

    def _enqueue(self, item: str | bytes | int) -> None:
        if self._waiting.qsize() >= MOST_WAITING:
            item = TRY_LATER
        if self._waiting.qsize() <= MOST_WAITING:
            self._waiting.put_nowait(item)

    async def send_all(self) -> None:
        """Send what is told until the socket is closed."""
        while True:
            item = await self._waiting.get()
            try:
                if isinstance(item, int):
                    await self._socket.close(item)
                    return
                await (
                    self._socket.send_bytes(item) if isinstance(item, bytes) else self._socket.send_text(item)
                )
            except (WebSocketDisconnect, RuntimeError, OSError):
                return


async def exchange(request: Request, hub: Hub, gate: asyncio.Semaphore, allowed: Iterable[str] = ()) -> Response:
    """A saved run, fetched (GET) or sent (POST), under the ticket that an action gave out over the socket."""
    if not origin_allowed(request.headers.get("origin"), request.headers.get("host"), allowed):
        return Response(status_code=403)
    ticket, headers = request.path_params["ticket"], {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    try:
        if request.method == "POST":
            hub.exchange.check(ticket)  # before anything is read
            async with gate, asyncio.timeout(LONGEST_UPLOAD):
                body = await _body(request, hub.limits.max_file_bytes)
                notes = await asyncio.to_thread(receive, hub, ticket, body)
            return JSONResponse({"type": "done", "notes": notes}, headers=headers)
        found = hub.exchange.fetch(ticket)
        headers["content-disposition"] = f'attachment; filename="{found.name}"'
        return Response(found.data, media_type="application/octet-stream", headers=headers)
    except (SpecError, UnknownSitting) as error:
        refused = error if isinstance(error, SpecError) else SpecError("file", str(error.args[0]))
        status = 404 if request.method == "GET" else 200
        return JSONResponse(refusal(refused), status_code=status, headers=headers)
    except TimeoutError:
        return JSONResponse(refusal(SpecError("file", TOOK_TOO_LONG)), headers=headers)
    except ClientDisconnect:
        return Response(status_code=400)


async def _body(request: Request, most: int) -> bytes:
    """The bytes that are sent, no more than `most`; what is over that is not read. SpecError there."""
    parts, size = [], 0
    async for part in request.stream():
        parts.append(part)
        size += len(part)
        if size > most:
            raise SpecError("file", f"A saved run may have at most {most // 2**20:,} MB; this file is larger.")
    return b"".join(parts)


async def converse(socket: WebSocket, hub: Hub, allowed: Iterable[str] = ()) -> None:
    """One connection, from the check at the door until it is gone."""
    token = socket.path_params["token"]
    if not origin_allowed(socket.headers.get("origin"), socket.headers.get("host"), allowed):
        await socket.close(FOREIGN_ORIGIN)
        return
    if not hub.knows(token):
        await socket.close(UNKNOWN_TOKEN)
        return
    await socket.accept()
    link = Link(socket)
    conversation = Conversation(hub, token, link)
    sender = asyncio.create_task(link.send_all())
    receiver = asyncio.create_task(_receive_all(socket, link, conversation))
    try:
        await asyncio.wait({sender, receiver}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        hub.leave(conversation.token, link)
        for task in (sender, receiver):
            task.cancel()
        await asyncio.gather(sender, receiver, return_exceptions=True)
        if socket.application_state is WebSocketState.CONNECTED:
            try:
                await socket.close()
            except (WebSocketDisconnect, RuntimeError, OSError):  # gone already
                pass


async def _receive_all(socket: WebSocket, link: Link, conversation: Conversation) -> None:
    hub = conversation.hub
    try:
        while True:
            received = await socket.receive()
            if received["type"] == "websocket.disconnect":
                return
            link.heard()
            message = conversation.read(received.get("text"))
            if message is None:
                continue
            if message["type"] == "hello" and not conversation.greeted:
                await _greet(message, link, conversation)
            else:
                conversation.handle(message)
    except UnknownSitting:
        link.end(UNKNOWN_TOKEN)
        await asyncio.sleep(hub.limits.ping_patience)  # lets the sender close with its code


async def _greet(message: Mapping[str, Any], link: Link, conversation: Conversation) -> None:
    """Find out whether another tab still holds this sitting, then let the conversation answer."""
    hub = conversation.hub
    link.document = str(message.get("document"))[:80]
    rival = hub.rival(conversation.token, link.document)
    fork = rival is not None and await rival.answers(hub.limits.ping_patience)
    # The rival may have left while it was asked; then there is nothing to share.
    fork = fork and hub.rival(conversation.token, link.document) is not None
    try:
        conversation.greet(message, fork)
    except SpecError as error:
        link.tell({"type": "refused", "echo": message["id"], "path": error.path, "message": error.message})
        link.end(TRY_LATER)
