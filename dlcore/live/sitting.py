"""Sittings: what the server holds of a browser tab, and the projection of each of its runs."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Protocol

from dlcore.links import write_link
from dlcore.network.shapes import describe
from dlcore.params import SpecError
from dlcore.spec import RunSpec, ViewSpec
from dlcore.tables import Table
from dlcore.training.computing import Computing

MOST_VALUES = 2000  # start weights that an event spells out
REMEMBERED = 256  # changes that a late proposal is compared with


class Watcher(Protocol):
    """The browser's side of a sitting. Its methods are called from any thread and never wait."""

    source: str
    document: str

    def tell(self, event: Mapping[str, Any]) -> None:
        """Send an event."""

    def show(self, frame: bytes) -> None:
        """Send a frame."""

    def end(self, code: int) -> None:
        """Close the connection."""


@lru_cache(maxsize=256)
def shape_of(spec: RunSpec) -> dict[str, Any]:
    """`describe(spec)`, kept: a run's events repeat it whenever play, undo or the view change."""
    return describe(spec)


@dataclass(frozen=True)
class Projection:
    """A run as it stands, seen from the server: immutable, so any thread may hold one.

    The hub owns `spec`, `view` and `revision`; the rest follows what the worker last said.
    `notes` are whole sentences about the last change; `revision` rises whenever spec or view change. `fork` says
    where a branch comes from: {"from", "step", "text"}. `computing` is what was chosen of where it is computed (see
    `dlcore.training.computing`), with the "devices" there are and a "note" where it came otherwise; `where` what it
    came to.
    """

    name: str
    spec: RunSpec
    view: ViewSpec
    revision: int = 1
    notes: tuple[str, ...] = ()
    can_undo: bool = False
    can_redo: bool = False
    changed: bool = False
    playing: bool = False
    speed: float | None = None
    trouble: Mapping[str, Any] | None = None
    stopped: Mapping[str, Any] | None = None
    fork: Mapping[str, Any] | None = None
    step: int = 0
    epoch: int = 0
    computing: Mapping[str, Any] = field(default_factory=Computing().to_dict)
    where: Mapping[str, Any] | None = None

    @property
    def shape(self) -> dict[str, Any]:
        """What a picture of the run needs to know of its spec ("shape" of the protocol)."""
        return shape_of(self.spec)

    @cached_property
    def hash(self) -> str:
        """The link that opens this spec and view, without the "#"."""
        return write_link(self.spec, self.view, changed=self.changed)

    def event(self) -> dict[str, Any]:
        """The "run" event of the protocol, without its echo."""
        return {
            "type": "run",
            "run": self.name,
            "revision": self.revision,
            "spec": _brief(self.spec.to_dict()),
            "view": self.view.to_dict(),
            "hash": self.hash,
            "changed": self.changed,
            "can_undo": self.can_undo,
            "can_redo": self.can_redo,
            "playing": self.playing,
            "speed": self.speed,
            "shape": self.shape,
            "trouble": self.trouble,
            "stopped": self.stopped,
            "fork": self.fork,
            "computing": self.computing,
            "where": self.where,
        }


def _brief(spec: dict[str, Any]) -> dict[str, Any]:
    """A spec's JSON with start weights counted, {"count": 8000}, where there are too many to send each time."""
    initializer = spec["network"]["initializer"]
    count = _count(list(initializer.get("values", {}).values()))
    if count > MOST_VALUES:
        initializer["values"] = {"count": count}
    return spec


def _count(values: Any) -> int:
    return sum(map(_count, values)) if isinstance(values, list) else 1


@dataclass
class Wanted:
    """A subscription as the hub keeps it, to renew it with a new worker and to count its frames."""

    name: str
    probes: list[dict[str, Any]]
    credits: int
    generation: int
    in_flight: int = 0

    def message(self) -> dict[str, Any]:
        """What a worker is told: it may send as many frames as the browser has not got already."""
        wanted = {"op": "subscribe", "subscription": self.name, "probes": self.probes}
        return wanted | {"credits": self.credits - self.in_flight, "generation": self.generation}


@dataclass
class Ticket:
    """A message that the worker has yet to answer, and who is to hear of it."""

    source: str
    echo: int | None
    answered: bool
    refused: SpecError | None = None
    quiet: bool = False  # whoever asked waits for it and says it where it belongs
    # what the server makes of the worker's answer: given the result and the bytes of its message, an event or None
    then: Callable[[Any, bytes], Mapping[str, Any] | None] | None = None


@dataclass
class Held:
    """One run of a sitting: its projection, where it is carried out, and what is under way."""

    key: str
    now: Projection
    slot: Any = None  # the worker's place; None until somebody needs the run
    counter: int = 1  # the last revision that was given out
    tickets: dict[int, Ticket] = field(default_factory=dict)
    touched: deque[tuple[int, frozenset[str], str]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    subscriptions: dict[str, Wanted] = field(default_factory=dict)
    heavy: bool = False  # whether its steps take long
    computing: Computing = field(default_factory=Computing)
    bound: Any = None  # the worker's place that it is to move to, once that is up
    waiting: list[tuple[dict[str, Any], bytes]] | None = None  # while it moves to another worker: what to say there
    checkpoint: bytes = b""
    saved_at: tuple[int, int] = (0, 0)  # step and epoch of the checkpoint
    files: Mapping[str, Table] = field(default_factory=dict)  # those of its sitting
    losses: deque[float] = field(default_factory=lambda: deque(maxlen=3))  # when its worker died

    def send(self, message: Mapping[str, Any], payload: bytes = b"") -> None:
        """Say something to the run at its worker; while it moves it is said where it arrives."""
        if self.slot is None:
            return
        if self.waiting is None:
            self.slot.send({**message, "run": self.key}, payload)
        elif message["op"] not in ("subscribe", "credit"):  # it arrives with its subscriptions as they stand
            self.waiting.append(({**message, "run": self.key}, payload))

    def next_revision(self) -> int:
        """A revision that no change of this run had before."""
        self.counter += 1
        return self.counter

    def touch(self, revision: int, paths: Iterable[str], source: str) -> None:
        """Remember what a revision changed, for proposals that were made before it was seen."""
        self.touched.append((revision, frozenset(paths), source))

    def check_base(self, base: int | None, paths: Iterable[str], source: str) -> None:
        """The merge rule: SpecError when a path was changed by somebody else after revision `base`.

        What the same source changed itself does not count, or a slider would refuse its own drag;
        unless the layers were renumbered, which makes a later "layer 2" another layer.
        """
        if base is None or base >= self.now.revision:
            return
        if self.touched and len(self.touched) == REMEMBERED and base < self.touched[0][0] - 1:
            raise SpecError(
                next(iter(paths), ""), "This was chosen on a picture that is too old. Please choose again."
            )
        for revision, touched, by in self.touched:
            if revision <= base:
                continue
            for path in paths:
                for other in touched:
                    renumbered = other == "network.layers" and path.startswith("network.layers.")
                    if (by != source and _overlap(path, other)) or renumbered:
                        raise SpecError(
                            path, "This was changed elsewhere in the meantime, so your change was dropped."
                        )


def _overlap(path: str, other: str) -> bool:
    """Whether one of two dotted paths lies within the other."""
    return path == other or path.startswith(f"{other}.") or other.startswith(f"{path}.")


@dataclass
class Sitting:
    """A browser tab: its token, its runs, and the socket that watches them, if one does."""

    number: int
    left_at: float
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    runs: dict[str, Held] = field(default_factory=dict)
    watcher: Watcher | None = None
    met: bool = False  # whether a socket ever came
    files: dict[str, Table] = field(default_factory=dict)  # own files, by key
    awaited: dict[str, Any] | None = None  # the data of a link whose file was not here

    def tell(self, event: Mapping[str, Any]) -> None:
        """Send an event to the page, if one is watching."""
        if self.watcher:
            self.watcher.tell(event)

    def answer(self, ticket: Ticket, event: Mapping[str, Any]) -> bool:
        """Send an event to whoever's message it answers, if that socket is still there."""
        if ticket.echo is None or not self.watcher or self.watcher.source != ticket.source:
            return False
        self.watcher.tell({**event, "echo": ticket.echo})
        return True


@dataclass(frozen=True)
class Asked:
    """What the server's side of an action is handed: who asked what of which run. The hub's lock is held."""

    hub: Any
    sitting: Sitting
    held: Held
    arguments: Mapping[str, Any]
    ticket: Ticket
    name: str  # the action's

    def answer(self, result: Mapping[str, Any] | None) -> None:
        """Tell whoever asked."""
        self.sitting.answer(self.ticket, answer_of(self.name, result))


def answer_of(name: str, result: Any) -> dict[str, Any]:
    """The event that answers an action."""
    return {"type": "done"} if result is None else {"type": "answer", "name": name, "result": result}
