"""The microscope: walk the coming step operation by operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlcore.live.actions import Action, choice, whole
from dlcore.network.address import read_sample
from dlcore.training.walk import BY

DO = ("next", "back", "start", "to", "leave")


def read(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """{"do": "next" | "back", "by": "operation" | "layer" | "phase"}; {"do": "start", "sample": null, 3,
    ["test", 3] or ["point", 0.5, −2]}; {"do": "to", "index": 4}; {"do": "leave"}"""
    do = choice(arguments, "do", DO)
    if do == "start":
        return {"do": do, "sample": read_sample(arguments.get("sample"))}
    if do == "to":
        return {"do": do, "index": whole(arguments, "index")}
    return {"do": do, "by": choice(arguments, "by", tuple(BY))} if do in ("next", "back") else {"do": do}


def do(live: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """{"walk": where it stands, as in a frame, "operations": after a start, all of the step's}"""
    run, what = live.run, arguments["do"]
    if what == "start":
        run.start_walk(arguments["sample"])
    elif what == "to":
        run.walk_to(arguments["index"])
    elif what == "leave":
        run.leave_walk()
    else:
        run.walk(1 if what == "next" else -1, by=arguments["by"])
    found: dict[str, Any] = {"walk": run.describe_walk()}
    if what == "start":
        found["operations"] = run.describe_operations()
    return found


ENTRY = Action(
    id="walk",
    label="Walk",
    sentence="Walk the coming training step operation by operation, forwards and backwards.",
    read=read,
    do=do,
    changes=True,
    pauses=True,
)
