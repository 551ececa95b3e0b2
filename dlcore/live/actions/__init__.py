"""Actions: what the stage can ask of a run besides the transport. One file each; see `Action`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dlcore.params import Entry, SpecError

LONGEST_TEXT = 120
LATER = object()  # the answer comes when what was asked has happened


@dataclass(frozen=True)
class Made:
    """What an action found, with bytes that are not JSON."""

    result: dict[str, Any]
    payload: bytes


@dataclass(frozen=True, kw_only=True)
class Action(Entry):
    """Something that is done with one run, or found out about it.

    read(arguments) → arguments checks what the browser sent, on the server, which never imports PyTorch;
    SpecError for what is not allowed. do(live, arguments) → plain JSON or None is carried out in the run's
    worker between two steps; `live` is the `LiveRun`. The browser gets {"type": "answer", "name", "result"},
    or {"type": "done"} for None. `changes`: it changes the run, which is a new revision if its spec is then
    another one. `pauses`: training pauses before it. `overtakes`: a newer one takes the place of one that is
    under way; its `do` returns LATER, and it is answered when the run has arrived or it was overtaken.

    What concerns a sitting rather than one run has a server's side. serve(asked) is carried out by the hub in
    the place of `do`; see `dlcore.live.sitting.Asked`. finish(asked, result, payload) → JSON makes the
    answer of what `do` found; `do` returns a `Made` where that has bytes.
    """

    read: Callable[[Mapping[str, Any]], dict[str, Any]]
    do: Callable[[Any, Mapping[str, Any]], Any] | None = None
    changes: bool = False
    pauses: bool = False
    overtakes: bool = False
    serve: Callable[[Any], Any] | None = None
    finish: Callable[[Any, Any, bytes], Any] | None = None


def offered(asked: Any, result: Mapping[str, Any], payload: bytes) -> dict[str, Any]:
    """The `finish` of what makes a file: {"file": its name, "bytes", "path": where to fetch it, "notes": …}."""
    ticket = asked.hub.exchange.offer(asked.sitting.token, asked.held.now.name, result["file"], payload)
    return {**result, "bytes": len(payload), "path": f"/file/{ticket}"}


def text(arguments: Mapping[str, Any], name: str) -> str:
    """A short text that must be given."""
    value = arguments.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TEXT:
        raise SpecError(name, f"“{name}” must be text of 1 to {LONGEST_TEXT} characters.")
    return value


def whole(arguments: Mapping[str, Any], name: str) -> int:
    """A whole number from 0 on that must be given."""
    value = arguments.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise SpecError(name, f"“{name}” must be a whole number from 0 on.")
    return value


def choice(arguments: Mapping[str, Any], name: str, choices: tuple[str, ...]) -> str:
    """One of `choices`; the first where none is given."""
    value = arguments.get(name, choices[0])
    if value not in choices:
        raise SpecError(name, f"“{name}” must be one of: {', '.join(choices)}.")
    return value
