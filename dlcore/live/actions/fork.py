"""Try another future: a branch of the run, from any moment, with any change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlcore.live.actions import Action, whole
from dlcore.live.branches import fork
from dlcore.params import SpecError

MOST_CHANGES = 100


def read(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """{"step": 500, "changes": {"learning.batch_size": 5}}; without a step from now on. The answer: {"run": name}."""
    changes = arguments.get("changes", {})
    if not isinstance(changes, dict) or len(changes) > MOST_CHANGES:
        raise SpecError("changes", f"Changes are a JSON object with at most {MOST_CHANGES} names.")
    step = None if arguments.get("step") is None else whole(arguments, "step")
    return {"step": step, "changes": changes}


ENTRY = Action(
    id="fork",
    label="Branch",
    sentence="Try another future beside this one, from this step on.",
    read=read,
    serve=fork,
)
