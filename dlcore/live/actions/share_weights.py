"""A link that carries the weights of the run as it stands: who opens it starts from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlcore.limits import LIMITS
from dlcore.link_text import write_weights
from dlcore.links import TOO_MANY_WEIGHTS, left_out, write_link
from dlcore.live.actions import Action
from dlcore.params import SpecError

CHARACTERS = 5  # that a number takes at least
FROZEN = "What is frozen here learns again there: a link holds the weights, and not which of them are held."


def read(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """{"view": {…}}: what the link is to show and hide besides what is shown now."""
    view = arguments.get("view", {})
    if not isinstance(view, dict) or len(view) > 100:
        raise SpecError("view", "A view is a JSON object with at most 100 names.")
    return {"view": view}


def do(live: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters and what norms keep, as a link holds them; the run is not changed."""
    weights = live.run.parameters | live.run.buffers
    count = sum(values.size for values in weights.values())
    text = write_weights(weights) if count * CHARACTERS <= LIMITS.max_link_characters else ""
    return {"weights": text, "frozen": bool(live.run.frozen)}


def finish(asked: Any, result: Mapping[str, Any], payload: bytes) -> dict[str, Any]:
    """{"hash": the link without “#”, None where the weights do not fit; "notes": what there is to say}"""
    now = asked.held.now
    view = now.view.with_(**asked.arguments["view"])
    if not result["weights"]:
        return {"hash": None, "notes": [TOO_MANY_WEIGHTS.format(most=LIMITS.max_link_characters)]}
    try:
        link = write_link(now.spec, view, weights=result["weights"])
    except SpecError as error:
        return {"hash": None, "notes": [error.message]}
    return {"hash": link, "notes": [*left_out(now.spec, weights=True), *[FROZEN] * result["frozen"]]}


ENTRY = Action(
    id="share_weights",
    label="Include the weights",
    sentence="A link from which this very network starts, with its weights as they are.",
    read=read,
    do=do,
    finish=finish,
)
