"""What a browser sends: a saved run, checked as far as the server can and then opened by the run's worker; or own
pictures, from which the run learns from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlcore.live import files
from dlcore.live.sitting import Ticket
from dlcore.params import SpecError

if TYPE_CHECKING:
    from dlcore.live.hub import Hub

PATIENCE = 30.0  # seconds that the browser's request waits
PICTURES = "pictures"  # the kind of file that holds own pictures
SLOW = "Opening this file takes long. It will be there as soon as the worker is done, if it can be opened."


def receive(hub: Hub, ticket: str, data: bytes) -> list[str]:
    """Open a file in the place of the run that the ticket is for, or have that run learn from the pictures that it
    holds; undo leads back. Sentences on what there is to know.

    SpecError where it can't be opened; then nothing has happened. Waits for the worker: not for the event loop.
    """
    from dlcore.training.saved import table_in

    for_whom = hub.exchange.accept(ticket)
    if for_whom.name == PICTURES:
        own = files.add(hub, for_whom.token, data, "")
        changes = {"data.kind": "own_pictures", "data.file": own.key}
        return list(hub.propose(for_whom.token, changes, run=for_whom.run, source="stage").notes)
    table = table_in(data)
    if table is not None:
        files.add(hub, for_whom.token, *table)
    with hub.lock:
        sitting, held = hub.find(for_whom.token, for_whom.run)
        hub.place(held)
        asked = Ticket("", None, False, quiet=True)
        message = {"op": "take", "files": list(sitting.files), "revision": held.next_revision()}
        hub.ask(held, message, asked, data)
        return [] if hub.answered(held, asked, PATIENCE) else [SLOW]


def refusal(error: SpecError) -> dict[str, str]:
    """What the browser is told of a file that was not opened."""
    return {"type": "refused", "path": error.path, "message": error.message}
