"""Save the run as a file that opens anywhere and goes on to the bit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlcore.live.actions import Action, Made, offered
from dlcore.params import SpecError


def read(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """{"own_data": false}: whether the own table is to be in it."""
    own = arguments.get("own_data", False)
    if not isinstance(own, bool):
        raise SpecError("own_data", "“own_data” is either true or false.")
    return {"own_data": own}


def do(live: Any, arguments: Mapping[str, Any]) -> Made:
    """See `Run.save`."""
    from dlcore.training.saved import to_bytes

    data, notes = to_bytes(live.run, arguments["own_data"])
    kind = live.run.spec.tree["data"]["kind"]
    return Made({"file": f"{kind}-step-{live.run.step}.glassbox.safetensors", "notes": notes}, data)


ENTRY = Action(
    id="save",
    label="Save",
    sentence="Save this run as a file that opens anywhere and goes on where it stands.",
    read=read,
    do=do,
    finish=offered,
)
