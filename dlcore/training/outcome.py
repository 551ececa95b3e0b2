"""What a run tells whoever changes or trains it: what a change did, and why training stopped."""

from __future__ import annotations

from dataclasses import dataclass

from dlcore.spec import RunSpec


@dataclass(frozen=True)
class Trouble:
    """Why training stopped: a sentence, and the address of the number that is to blame."""

    message: str
    address: str


@dataclass(frozen=True)
class Applied:
    """What a change did: the spec as it stands, "keep", "clear_slots" or "reset", and notes."""

    spec: RunSpec
    effect: str
    notes: tuple[str, ...] = ()
