"""Go to another step of the run's time: exactly, back or forward, as far as it has been."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlcore.live.actions import LATER, Action, whole


def read(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """{"step": 500}; a step beyond the furthest leads to the furthest."""
    return {"step": whole(arguments, "step")}


def do(live: Any, arguments: Mapping[str, Any]) -> Any:
    """Sets out; the answer comes on arrival, or when another seek overtakes this one. See `Run.scrub`."""
    live.head_for(arguments["step"])
    return LATER


ENTRY = Action(
    id="seek",
    label="Go to a step",
    sentence="Go to another step of this run, back or forward.",
    read=read,
    do=do,
    changes=True,
    overtakes=True,
)
