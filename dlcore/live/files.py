"""Own files of a sitting: their bytes live in memory, here and with the workers of its runs, and nowhere else.

A spec names a file by its hash. Only the sitting that loaded it may use it, whatever hash a link or
a socket names, and when the last sitting that holds it is dropped, it is gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlcore import tables
from dlcore.params import SpecError
from dlcore.spec import RunSpec

if TYPE_CHECKING:
    from dlcore.live.hub import Hub
    from dlcore.live.register import Register
    from dlcore.live.sitting import Held, Sitting


def add(hub: Hub, token: str, data: bytes | str, name: str) -> tables.OwnFile:
    """Take a file into a sitting, and its runs' workers; SpecError where it can't be read or is one too many.

    Where a link is waiting for just this file, the run goes over to what the link says of it.
    """
    table = tables.read_file(data, name)  # before the lock: a large file takes a moment
    with hub.lock:
        sitting, held = hub.find(token, "main")
        if table.key not in sitting.files:
            if len(sitting.files) >= hub.limits.max_tables:
                most = hub.limits.max_tables
                text = f"This page holds {most} files already, as many as it may. Open Glassbox in a new tab for more."
                raise SpecError(tables.PATH, text)
            sitting.files[table.key] = tables.keep(table)
            for run in sitting.runs.values():
                hand_over(run)
        if sitting.awaited and sitting.awaited["file"] == table.key:
            slot, sitting.awaited = sitting.awaited, None
            changes = {f"data.{name}": value for name, value in slot.items()}
            hub.propose(token, changes, source="widget", run=held.now.name)
        return sitting.files[table.key]


def hand_over(held: Held) -> None:
    """Give the run's worker every file of its sitting; it passes over those that it has."""
    for table in held.files.values():
        if held.slot and held.waiting is None:  # while it moves it gets them where it arrives
            held.slot.send({"op": "file", "name": table.name}, table.source)


def check(sitting: Sitting, spec: RunSpec) -> None:
    """SpecError where the spec names a file that this sitting never loaded."""
    if spec.file and spec.file not in sitting.files and not tables.is_common(spec.file):
        raise SpecError(tables.PATH, tables.UNKNOWN)


def drop(hub: Register, sitting: Sitting) -> None:
    """The sitting is gone, and with it its files that no other one holds."""
    for key in sitting.files:
        if not any(key in other.files for other in hub.sittings.values()):
            tables.forget(key)
            hub.tell_workers({"op": "forget", "file": key})
