"""Actions: what the stage can ask of a run besides the transport. One file each; see `Action`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dlcore.params import Entry, SpecError

LONGEST_TEXT = 120
LARGEST_LIST = 5_000


@dataclass(frozen=True, kw_only=True)
class Action(Entry):
    """Something that is done with one run, or found out about it.

    read(arguments) → arguments checks what the browser sent, on the server, which never imports PyTorch;
    SpecError for what is not allowed. do(live, arguments) → plain JSON or None is carried out in the run's
    worker between two steps; `live` is the `LiveRun`. The browser gets {"type": "answer", "name", "result"},
    or {"type": "done"} for None. `changes`: it changes the run, which is a new revision if its spec is then
    another one. `pauses`: training pauses before it.
    """

    read: Callable[[Mapping[str, Any]], dict[str, Any]]
    do: Callable[[Any, Mapping[str, Any]], Any]
    changes: bool = False
    pauses: bool = False


def text(arguments: Mapping[str, Any], name: str) -> str:
    """A short text that must be given."""
    value = arguments.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TEXT:
        raise SpecError(name, f"“{name}” must be text of 1 to {LONGEST_TEXT} characters.")
    return value


def number(arguments: Mapping[str, Any], name: str) -> float:
    """A number that must be given."""
    value = arguments.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SpecError(name, f"“{name}” must be a number.")
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
