"""Receipt: where a number of the network comes from, its formula with the numbers in it, and a check of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlcore.live.actions import Action, text
from dlcore.network.address import parse, parse_at, read_sample


def read(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """{"address", "sample"?}; SpecError where that can't be the name of a number or a sample."""
    address = text(arguments, "address")
    parse(parse_at(address)[0])
    return {"address": address, "sample": read_sample(arguments.get("sample"))}


def do(live: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What `Receipt.describe` gives, and "step": the position that it is of."""
    address, step = arguments["address"], parse_at(arguments["address"])[1]
    told = live.run.receipt(address, arguments["sample"]).describe()
    return {"step": live.run.step if step is None else step, **told}


ENTRY = Action(
    id="receipt",
    label="Receipt",
    sentence="Shows where a number comes from: its formula, the numbers in it, and an independent check.",
    read=read,
    do=do,
)
