"""Own pictures: leave to send some for a run, and those that it learns from already. They go beside, over HTTP."""

from __future__ import annotations

from typing import Any

from dlcore import tables
from dlcore.live.actions import Action
from dlcore.live.uploads import PICTURES


def serve(asked: Any) -> dict[str, Any]:
    """{"path": where to POST pictures (see `dlcore.pictures`), "most": so many, "side": at most, "known": where to
    fetch those that the run has; None where it has none of somebody's own}."""
    exchange, limits, held = asked.hub.exchange, asked.hub.limits, asked.held
    spec, known = held.now.spec, None
    if spec.get("data.kind") == "own_pictures" and not tables.is_common(spec.file):
        source = tables.find(spec.file, tables.Pictures).source
        known = f"/file/{exchange.offer(asked.sitting.token, held.now.name, 'pictures', source)}"
    ticket = exchange.expect(asked.sitting.token, held.now.name, PICTURES)
    return {
        "path": f"/file/{ticket}",
        "known": known,
        "most": limits.max_own_pictures,
        "side": limits.max_own_picture_side,
    }


ENTRY = Action(
    id="own_pictures",
    label="Own pictures",
    sentence="Learn from pictures of your own, which are sent over HTTP; undo leads back.",
    read=lambda arguments: {},
    serve=serve,
)
