"""Operate on weights: zero, flip, randomize, freeze, unfreeze, lesion, heal, copy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlcore.live.actions import Action, choice, text
from dlcore.training.surgery import OPERATIONS

HERE = tuple(name for name in OPERATIONS if name != "edit")  # which has an action of its own


def read(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """{"operation": "copy", "address": "layers.0[1]", "onto": "layers.0[2]"}; only a copy goes onto something."""
    operation = choice({"operation": text(arguments, "operation")}, "operation", HERE)
    onto = text(arguments, "onto") if operation == "copy" else None
    return {"operation": operation, "address": text(arguments, "address"), "onto": onto}


def do(live: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What became of it; see `Consequences.describe`."""
    return live.run.operate(arguments["operation"], arguments["address"], onto=arguments["onto"]).describe()


ENTRY = Action(
    id="surgery",
    label="Surgery",
    sentence="Zero, flip, randomize, freeze, cut off or copy weights.",
    read=read,
    do=do,
    changes=True,
)
