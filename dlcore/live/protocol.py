"""What a browser may say, version 1, and what it is answered. Knows no sockets.

Every message is a JSON object with "type" and an "id" that its answer echoes. Whatever is wrong
with one is answered by {"type": "refused", "echo", "path", "message"}; nothing a browser sends can
end more than its own connection.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from typing import Any

from dlcore.catalogue import catalogue, folders
from dlcore.limits import LIMITS
from dlcore.links import left_out, write_link
from dlcore.live.hub import Hub
from dlcore.live.register import UnknownSitting
from dlcore.live.sitting import Projection, Watcher
from dlcore.live.wire import VERSION
from dlcore.params import SpecError
from dlcore.schema import layer_params
from dlcore.spec import VIEW_PARAMS, RunSpec
from dlcore.training.computing import choices

log = logging.getLogger(__name__)

UNKNOWN_TOKEN, FOREIGN_ORIGIN, TAKEN_OVER = 4401, 4403, 4409
LONGEST_NAME = 80
LONGEST_OPTION = 400  # a number for each of a network's inputs
MOST_BYTES = 3 * LIMITS.max_own_picture_side**2  # of a drawn picture, the only long option there is


class Throttle:
    """So many messages a second, on average; `admits` is False for what is over that."""

    def __init__(self, per_second: float):
        self.per_second = per_second
        self._left = per_second
        self._at = time.monotonic()

    def admits(self) -> bool:
        """Whether one more message may come now; every call counts one."""
        now = time.monotonic()
        self._left = min(self.per_second, self._left + (now - self._at) * self.per_second) - 1
        self._at = now
        if self._left >= 0:
            return True
        self._left = 0.0
        return False


class Conversation:
    """One socket's messages, answered through its watcher."""

    def __init__(self, hub: Hub, token: str, watcher: Watcher):
        self.hub = hub
        self.token = token
        self.watcher = watcher
        self.greeted = False
        self._throttle = Throttle(hub.limits.max_messages_per_second)
        self._complained = -1.0

    def read(self, text: str | None) -> dict[str, Any] | None:
        """The message, or None where it was refused already."""
        limits = self.hub.limits
        if not self._throttle.admits():
            if time.monotonic() - self._complained >= 1:  # one sentence a second is enough
                self._complained = time.monotonic()
                self._refuse(
                    None, "", f"More than {limits.max_messages_per_second} messages a second are not read."
                )
            return None
        if text is None:
            return self._refuse(None, "", "Messages are JSON text, not bytes.")
        if len(text) > limits.max_message_bytes or len(text.encode()) > limits.max_message_bytes:
            return self._refuse(None, "", f"A message may have at most {limits.max_message_bytes:,} bytes.")
        try:
            message = json.loads(text, parse_constant=_no_number)
            if "\\u" in text:  # half a character, "\\ud800", could be neither sent on nor put into a link
                json.dumps(message, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            return self._refuse(None, "", "This message is not JSON.")
        if not isinstance(message, dict):
            return self._refuse(None, "", "A message is a JSON object with a type and an id.")
        echo = message.get("id")
        if isinstance(echo, bool) or not isinstance(echo, int):
            return self._refuse(None, "id", "Every message needs a whole number as its id.")
        if not isinstance(message.get("type"), str):
            return self._refuse(echo, "type", "Every message needs a type.")
        return message

    def handle(self, message: Mapping[str, Any]) -> None:
        """Carry out any message but hello. UnknownSitting when the sitting has been dropped."""
        echo = message["id"]
        handler = getattr(self, f"_on_{message['type']}", None)
        try:
            if not self.greeted:
                raise SpecError("type", "The first message must be hello.")
            if handler is None:
                raise SpecError("type", f"Messages of type “{message['type'][:40]}” are not known.")
            handler(message, echo)
        except SpecError as error:
            self._refuse(echo, error.path, error.message)
        except UnknownSitting:
            raise
        except Exception:
            log.exception("A message of type %s failed.", message["type"][:40])
            self._refuse(echo, "", "This did not work because of a fault in the program.")

    def greet(self, message: Mapping[str, Any], fork: bool) -> None:
        """Answer hello: with a sitting of its own where another tab holds this one (`fork`).

        The link in the address bar is opened, unless this tab reclaimed its run and the link is
        the one it wrote last. SpecError where the server takes no more sittings.
        """
        if fork:
            self.token = self.hub.fork(self.token)
            self.watcher.tell({"type": "forked", "token": self.token})
        link = message.get("hash")
        notes: list[str] = []
        kind = "info"
        if (
            isinstance(link, str)
            and link
            and not (message.get("claimed") and link == message.get("last_hash"))
        ):
            try:
                notes = self.hub.open_link(self.token, link)
            except SpecError as error:
                notes, kind = [error.message], "warning"
        runs = self.hub.join(self.token, self.watcher)
        self.greeted = True
        self.watcher.tell(_welcome(self.hub, self.token, runs))
        with self.hub.lock:  # a worker may have told more of them meanwhile, and the older word must not come last
            for now in runs:
                self.watcher.tell({**self.hub.run(self.token, now.name).event(), "echo": message["id"]})
        self._notices(runs[0].name, notes, kind)

    # -- messages ---------------------------------------------------------------------------------

    def _on_subscribe(self, message: Mapping[str, Any], echo: int) -> None:
        limits = self.hub.limits
        name = _text(message, "subscription")
        probes = message.get("probes")
        if not isinstance(probes, list) or len(probes) > limits.max_probes:
            raise SpecError("probes", f"Probes are a list of at most {limits.max_probes}.")
        credits = message.get("credits", 1)
        if (
            isinstance(credits, bool)
            or not isinstance(credits, int)
            or not 1 <= credits <= limits.max_credits
        ):
            raise SpecError("credits", f"Credits are a whole number between 1 and {limits.max_credits}.")
        self.hub.subscribe(self.token, name, [_probe(probe) for probe in probes], credits, _run(message))
        self._done(echo)

    def _on_credit(self, message: Mapping[str, Any], echo: int) -> None:
        self.hub.credit(self.token, _text(message, "subscription"), _run(message))

    def _on_pong(self, message: Mapping[str, Any], echo: int) -> None:
        """That it came at all is the answer; see `endpoint.Link.answers`."""

    def _on_propose(self, message: Mapping[str, Any], echo: int) -> None:
        changes, operation = message.get("changes"), message.get("operation")
        base = message.get("base_revision")
        if (changes is None) == (operation is None):
            raise SpecError("changes", "A proposal holds either changes or an operation.")
        what = changes if operation is None else operation
        if not isinstance(what, dict) or len(what) > 100:
            raise SpecError("changes", "Changes and operations are JSON objects with at most 100 names.")
        if isinstance(base, bool) or not isinstance(base, int | None):
            raise SpecError("base_revision", "A base revision is a whole number.")
        self.hub.propose(self.token, changes, operation, base, self.watcher.source, _run(message), echo)

    def _on_view(self, message: Mapping[str, Any], echo: int) -> None:
        self.hub.set_view(self.token, _object(message, "changes"), _run(message), self.watcher.source, echo)

    def _on_command(self, message: Mapping[str, Any], echo: int) -> None:
        speed = {"steps_per_second": message.get("steps_per_second")}
        self.hub.command(
            self.token, _text(message, "name"), _run(message), self.watcher.source, echo, **speed
        )

    def _on_do(self, message: Mapping[str, Any], echo: int) -> None:
        name, arguments = _text(message, "name"), _object(message, "arguments")
        self.hub.do(self.token, name, arguments, _run(message), self.watcher.source, echo)

    def _on_open_link(self, message: Mapping[str, Any], echo: int) -> None:
        run, text = _run(message), message.get("text")
        if not isinstance(text, str):
            raise SpecError("link", "A link is text.")
        self._notices(run, self.hub.open_link(self.token, text, run, self.watcher.source, echo))

    def _on_link(self, message: Mapping[str, Any], echo: int) -> None:
        now = self.hub.run(self.token, _run(message))
        view = now.view.with_(**_object(message, "view"))
        answer = {"hash": write_link(now.spec, view, changed=now.changed), "notes": left_out(now.spec)}
        self.watcher.tell({"type": "link", "echo": echo, **answer})

    # -- answers ----------------------------------------------------------------------------------

    def _done(self, echo: int) -> None:
        self.watcher.tell({"type": "done", "echo": echo})

    def _refuse(self, echo: int | None, path: str, text: str) -> None:
        self.watcher.tell({"type": "refused", "echo": echo, "path": path, "message": text})

    def _notices(self, run: str, notes: list[str], kind: str = "info") -> None:
        for note in notes:
            self.watcher.tell({"type": "notice", "run": run, "kind": kind, "text": note})


def _welcome(hub: Hub, token: str, runs: list[Projection]) -> dict[str, Any]:
    return {
        "type": "welcome",
        "token": token,
        "version": VERSION,
        "runs": [now.name for now in runs],
        "limits": {name: value for name, value in asdict(hub.limits).items() if name != "allowed_origins"},
        "catalogue": _catalogues(),
        "params": _params(runs[0].spec if runs else RunSpec.default()),
        "computing": [param.describe() for param in choices(hub.limits.max_threads)],
    }


@cache
def _catalogues() -> dict[str, list[dict[str, Any]]]:
    found = {folder: [entry.describe() for entry in catalogue(folder).values()] for folder in folders()}
    for entry in found["layers"]:  # a layer's own parameters and those of its whole block
        entry["params"] = [param.describe() for param in layer_params(catalogue("layers")[entry["id"]])]
    return found


def _params(spec: RunSpec) -> dict[str, dict[str, Any]]:
    found = {path: param.describe() for path, param in spec.params().items()}
    return found | {f"view.{param.id}": param.describe() for param in VIEW_PARAMS}


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _text(message: Mapping[str, Any], name: str) -> str:
    value = message.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_NAME:
        raise SpecError(name, f"“{name}” must be text of 1 to {LONGEST_NAME} characters.")
    return value


def _object(message: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = message.get(name)
    if not isinstance(value, dict):
        raise SpecError(name, f"“{name}” must be a JSON object.")
    return value


def _run(message: Mapping[str, Any]) -> str:
    return _text(message, "run") if "run" in message else "main"


def _probe(wanted: Any) -> dict[str, Any]:
    """A probe's id and options; what an option may be, the probe itself decides where it is computed."""
    if not isinstance(wanted, dict):
        raise SpecError("probes", "A probe is a JSON object with an id.")
    options = dict(wanted)
    entry = catalogue("probes").find(options.pop("id", None), "probes", "Probe")
    for name, value in options.items():
        parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
        listed = isinstance(value, list) and len(value) <= MOST_BYTES
        drawn = listed and all(type(part) is int and 0 <= part <= 255 for part in value)
        small = all(isinstance(part, str | int | float | None) for part in parts)
        if not drawn and (not small or len(str(value)) > LONGEST_OPTION):
            what = "options are short texts and numbers, and short lists of them"
            raise SpecError(f"{entry.id}.{name[:40]}", f"{entry.label}: {what}.")
    return {"id": entry.id, **options}
