"""Open a saved run in the place of this one. The file itself is sent over HTTP; this gives leave to."""

from __future__ import annotations

from typing import Any

from dlcore.live.actions import Action


def serve(asked: Any) -> dict[str, Any]:
    """{"path": where to POST the file, "most": bytes it may have}; see `dlcore.live.uploads`."""
    ticket = asked.hub.exchange.expect(asked.sitting.token, asked.held.now.name)
    return {"path": f"/file/{ticket}", "most": asked.hub.limits.max_file_bytes}


ENTRY = Action(
    id="open",
    label="Open",
    sentence="Open a run that was saved, in the place of this one; undo leads back.",
    read=lambda arguments: {},
    serve=serve,
)
