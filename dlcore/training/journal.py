"""The journal: what happened to a run since step 0, in order. A run is its spec and its journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from dlcore.drawn import DRAWN, changed
from dlcore.spec import RunSpec


@dataclass(frozen=True)
class Event:
    """One thing that was done, after `step` updates.

    resolved: {"stepper", "device"}, with "autocast" and "threads" where these are not usual, first and whenever it
    trains elsewhere from then on; change: {"changes": {path: value}}; edit: {"address", "value"};
    points: {"erased": [indices], "drawn": [points]}, always where an epoch begins. Surgery has {"address"}: zero,
    flip, freeze, unfreeze, lesion, heal; copy with "onto"; randomize with "values": {address: number or lists}, the
    numbers that were drawn.
    """

    step: int
    kind: str
    what: Mapping[str, Any] = field(default_factory=dict)

    def applied_to(self, spec: RunSpec) -> RunSpec:
        """The spec after this event."""
        if self.kind == "change":
            return spec.with_(**self.what["changes"])
        if self.kind == "points":
            return spec.with_(**{DRAWN: changed(spec.points, self.what)})
        return spec

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {"step": self.step, "kind": self.kind, **self.what}


@dataclass(frozen=True)
class Journal:
    """Events in order of their step; immutable, so that undo can keep old ones."""

    events: tuple[Event, ...] = ()

    def and_then(self, event: Event) -> Journal:
        """With one more event at the end."""
        return Journal((*self.events, event))

    def up_to(self, count: int) -> Journal:
        """The first `count` events."""
        return Journal(self.events[:count])

    def spec_after(self, count: int, origin: RunSpec) -> RunSpec:
        """The spec that the first `count` events made of `origin`."""
        for event in self.events[:count]:
            origin = event.applied_to(origin)
        return origin

    @property
    def changed(self) -> bool:
        """Whether anything was done to the run besides training it."""
        return any(event.kind != "resolved" for event in self.events)

    @cached_property
    def where(self) -> Mapping[str, Any] | None:
        """Stepper and device of the last training; None for an empty journal."""
        return next((event.what for event in reversed(self.events) if event.kind == "resolved"), None)

    def to_list(self) -> list[dict[str, Any]]:
        """Plain JSON."""
        return [event.to_dict() for event in self.events]

    @classmethod
    def from_list(cls, items: Iterable[Mapping[str, Any]]) -> Journal:
        """What `to_list` gave."""
        events = []
        for item in items:
            what = {name: value for name, value in item.items() if name not in ("step", "kind")}
            events.append(Event(int(item["step"]), str(item["kind"]), what))
        return cls(tuple(events))
