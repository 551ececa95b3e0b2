"""Close a branch."""

from __future__ import annotations

from dlcore.live.actions import Action
from dlcore.live.branches import close

ENTRY = Action(
    id="close_branch",
    label="Close",
    sentence="Close this branch; the others stay.",
    read=lambda arguments: {},
    serve=close,
)
