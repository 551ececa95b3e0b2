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
    """What `Receipt.describe` gives, "step": the position that it is of, and "train_sample": for one of the coming
    batch its index among the training samples."""
    run, address, sample = live.run, arguments["address"], arguments["sample"]
    step = parse_at(address)[1]
    told = {"step": run.step if step is None else step, **run.receipt(address, sample).describe()}
    if step is None and isinstance(sample, tuple | list) and sample[0] == "batch":  # a list once it was sent
        told["train_sample"] = int(run.task.coming_batch(run.state)[sample[1]])
    return told


ENTRY = Action(
    id="receipt",
    label="Receipt",
    sentence="Shows where a number comes from: its formula, the numbers in it, and an independent check.",
    read=read,
    do=do,
)
