"""What the palette offers at a place of the network, and what a new connection can be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlcore.live.actions import Action, whole
from dlcore.params import SpecError


def read(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """{"index": 2, "port": 0} is a place; {"source": −1, "target": 2} a connection."""
    if "source" not in arguments:
        return {"index": whole(arguments, "index"), "port": whole({"port": 0, **arguments}, "port")}
    source = arguments["source"]
    if type(source) is not int or source < -1:
        raise SpecError("source", "“source” must be a whole number from −1 on.")
    return {"source": source, "target": whole(arguments, "target")}


def serve(asked: Any) -> dict[str, Any]:
    """See `dlcore.network.offers`: {"before", "layers", "blocks", "starts"} or {"joins"}."""
    from dlcore.network.offers import joins, offers

    spec = asked.held.now.spec
    return {"joins": joins(spec, **asked.arguments)} if "source" in asked.arguments else offers(spec, **asked.arguments)


ENTRY = Action(
    id="offers",
    label="Offers",
    sentence="Which layers fit at a place of the network, and what would be wrong with the others.",
    read=read,
    serve=serve,
)
