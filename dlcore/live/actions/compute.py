"""Choose where a run is computed: on which device, with how many threads, with how many digits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dlcore.live.actions import Action
from dlcore.training.computing import Computing


def read(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """{"device": "cuda"}, {"autocast": True}, {"threads": 2}: any of them, the others stay."""
    chosen = Computing.read(arguments).to_dict()
    return {name: chosen[name] for name in arguments}


def choose(asked: Any) -> dict[str, Any]:
    """The run goes on there from its very numbers; answered by the choice, with a note where it came otherwise."""
    held = asked.held
    held.computing = replace(held.computing, **asked.arguments)
    asked.hub.settle(held)
    # What moves meanwhile is opened with this choice; what stays hears of it.
    held.send({"op": "compute", "computing": held.computing.to_dict()})
    asked.hub.show(asked.sitting, held)
    return {"note": held.now.computing["note"]}


ENTRY = Action(
    id="compute",
    label="Where it is computed",
    sentence="Choose the device, the threads and the digits that this run is computed with.",
    read=read,
    serve=choose,
)
