"""Go on with a branch: it and the main network change places."""

from __future__ import annotations

from dlcore.live.actions import Action
from dlcore.live.branches import keep

ENTRY = Action(
    id="keep_branch",
    label="Keep",
    sentence="Go on with this branch as the main network, which takes its place; undo takes it back.",
    read=lambda arguments: {},
    serve=keep,
)
