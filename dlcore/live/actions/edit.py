"""Set one weight or bias."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlcore.live.actions import LONGEST_TEXT, Action, text
from dlcore.params import SpecError


def read(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """{"address": "layers.0.weight[2,1]", "value": 0.5}; "goes_on": true while a number is being dragged."""
    value = arguments.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SpecError(str(arguments.get("address"))[:LONGEST_TEXT], "A weight or bias must be a number.")
    return {"address": text(arguments, "address"), "value": value, "goes_on": arguments.get("goes_on") is True}


def do(live: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What became of it; see `Consequences.describe`. What goes on is one entry of undo with what came before."""
    address, value, mark = arguments["address"], arguments["value"], not arguments["goes_on"]
    return live.run.operate("edit", address, value=value, mark=mark).describe()


ENTRY = Action(id="edit", label="Edit", sentence="Set one weight or bias.", read=read, do=do, changes=True)
