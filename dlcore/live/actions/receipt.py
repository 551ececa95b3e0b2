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
    """What `Receipt.describe` gives."""
    return live.run.receipt(arguments["address"], arguments["sample"]).describe()


ENTRY = Action(
    id="receipt",
    label="Receipt",
    sentence="Shows where a number comes from: its formula, the numbers in it, and an independent check.",
    read=read,
    do=do,
)
