"""Write the run as a file for other programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlcore.live.actions import Action, Made, choice, offered

KINDS = ("pytorch", "notebook", "weights")


def read(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """{"what": "pytorch", "notebook" or "weights"}"""
    return {"what": choice(arguments, "what", KINDS)}


def do(live: Any, arguments: Mapping[str, Any]) -> Made:
    """See `dlcore.export`."""
    from dlcore.export.notebook import notebook_of
    from dlcore.export.pytorch_script import export_run
    from dlcore.export.weights import weights_of

    name, content = dict(zip(KINDS, (export_run, notebook_of, weights_of), strict=True))[arguments["what"]](live.run)
    return Made({"file": name, "notes": []}, content if isinstance(content, bytes) else content.encode())


ENTRY = Action(
    id="export",
    label="Export",
    sentence="Write the run as a file for other programs.",
    read=read,
    do=do,
    finish=offered,
)
