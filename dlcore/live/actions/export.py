"""Write the run as a file for other programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlcore.live.actions import Action, choice


def read(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """{"what": "pytorch"}"""
    return {"what": choice(arguments, "what", ("pytorch",))}


def do(live: Any, arguments: Mapping[str, Any]) -> dict[str, str]:
    """{"file": its name, "text": what is in it}"""
    from dlcore.export.pytorch_script import export_run

    name, script = export_run(live.run)
    return {"file": name, "text": script}


ENTRY = Action(id="export", label="Export", sentence="Write the run as a file for other programs.", read=read, do=do)
