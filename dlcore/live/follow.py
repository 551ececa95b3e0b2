"""How a projection follows what a worker says its run has become."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dlcore.live.branches import gone
from dlcore.live.move import open_run
from dlcore.live.sitting import Held, Sitting, Ticket
from dlcore.params import SpecError
from dlcore.spec import RunSpec

if TYPE_CHECKING:
    from dlcore.live.hub import Hub

# Why a network started anew, by the path that changed: the first that fits is said.
ANEW = {
    "data": "The network started anew because the data changed.",
    "inputs": "The network started anew because the inputs changed.",
    "network.layers": "The network started anew because the layers changed.",
    "network.initializer": "The network started anew because the start weights changed.",
    "learning.loss": "The network started anew because the loss changed.",
    "seed": "The network started anew because the seed changed.",
    "": "The network started anew because its settings changed.",
}
LOST = "The worker process was replaced before this was done. Please do it again."
WENT_ON = "The worker process was replaced; training goes on from step {step:,} (epoch {epoch:,})."
CAME_BACK = "The worker process was replaced; the network is back at step {step:,} (epoch {epoch:,})."
FROM_LINK = "The network started anew with what the link says."
HERE = "The network starts from these weights now: it is back at step 0, and Reset leads here."


def follow(hub: Hub, sitting: Sitting, held: Held, message: Mapping[str, Any], payload: bytes = b"") -> None:
    """Take in a "state" message and tell the sitting's socket what there is to tell.

    While other changes are under way the hub's own spec is newer than the worker's; only when all
    are answered does the worker's count. It then differs after undo and redo, and where the worker
    refused what the hub had allowed.
    """
    status, old = message["status"], held.now
    ticket = held.tickets.pop(message.get("ticket"), None)
    names = ("step", "epoch", "can_undo", "can_redo", "changed", "playing", "speed", "trouble", "stopped")
    held.now = replace(old, **{name: status[name] for name in names}, where=status.get("where", old.where))
    if not held.tickets and status["spec"] != old.spec.to_dict():
        _adopt(held, status)
    refusal = message.get("refused")
    if refusal and "subscription" in refusal:
        sitting.tell({"type": "refused", "echo": None, **refusal})
    elif refusal and ticket:
        refuse(sitting, held, ticket, refusal["path"], refusal["message"])
        ticket = None
    if message.get("notice"):
        _notice(sitting, held, "warning", message["notice"])
    if message.get("lost"):
        why = FROM_LINK if message.get("from_start") else HERE if message.get("here") else None
        _notice(sitting, held, "reset", why or _why(held, status["revision"]))
    for note in message.get("notes", ()):
        _notice(sitting, held, "info", note)
    waiting = ticket if ticket and not ticket.answered else Ticket("", None, False)
    answer = message.get("answer")
    if ticket and ticket.then:
        try:
            answer = ticket.then((answer or {}).get("result"), payload)
        except SpecError as error:
            refuse(sitting, held, ticket, error.path, error.message)
            answer = None
        if not answer:  # it was refused, or is answered later
            waiting = Ticket("", None, False)
    if answer:
        sitting.answer(waiting, answer)
        waiting = Ticket("", None, False)
    if replace(held.now, step=old.step, epoch=old.epoch) != old:
        hub.show(sitting, held, waiting.source, waiting.echo)
    else:
        sitting.answer(waiting, {"type": "done"})


def lost(hub: Hub, sitting: Sitting, held: Held, message: Mapping[str, Any]) -> None:
    """The worker could not open the run, or was asked something of a run that it does not have.

    Whoever needs the run next opens it anew; from the spec alone, where its checkpoint would not open.
    """
    text, number = message["refused"]["message"], message.get("ticket")
    ticket = held.tickets.pop(number, None)
    if message.get("unborn"):
        gone(hub, sitting, held)
        if ticket:
            refuse(sitting, held, ticket, message["refused"]["path"], text)
        return
    if number is None:
        held.checkpoint = b""
        _notice(sitting, held, "warning", text)
    elif ticket is None:  # was answered when the worker was replaced
        return
    held.slot.runs -= 1
    held.slot, held.waiting, held.bound = None, None, None
    held.now = replace(held.now, playing=False)
    tickets, held.tickets = [ticket, *held.tickets.values()], {}
    for waiting in filter(None, tickets):
        refuse(sitting, held, waiting, "", text)


def go_on(hub: Hub, sitting: Sitting, held: Held) -> None:
    """The run's worker died and another one took its place: it goes on from its last checkpoint."""
    held.losses.append(time.monotonic())
    # A run that takes three workers with it within a minute waits for somebody to press Play.
    harmful = len(held.losses) == held.losses.maxlen and held.losses[-1] - held.losses[0] < 60
    playing = held.now.playing and not harmful
    tickets, held.tickets, held.waiting = list(held.tickets.values()), {}, None
    if held.now.fork and not held.checkpoint:  # a branch that was hardly there; what it began from is not known here
        for ticket in tickets:
            refuse(sitting, held, ticket, "", LOST)
        gone(hub, sitting, held)
        return
    held.now = replace(held.now, playing=playing)
    open_run(held, playing)
    for ticket in tickets:
        # Without a checkpoint it starts with the spec as the hub has it, changes under way included.
        if held.checkpoint or not ticket.answered:
            refuse(sitting, held, ticket, "", LOST)
    text = WENT_ON if playing else CAME_BACK
    step, epoch = held.saved_at
    _notice(sitting, held, "warning", text.format(step=step, epoch=epoch))
    hub.show(sitting, held)


def refuse(sitting: Sitting, held: Held, ticket: Ticket, path: str, text: str) -> None:
    """Tell whoever asked that it was not done: the socket at its place, else everybody."""
    ticket.refused = SpecError(path, text)
    if ticket.quiet:
        return
    if ticket.answered or not sitting.answer(ticket, {"type": "refused", "path": path, "message": text}):
        _notice(sitting, held, "warning", text)


def _adopt(held: Held, status: Mapping[str, Any]) -> None:
    spec = RunSpec.from_dict(status["spec"])
    revision = status["revision"]
    if revision <= held.now.revision:  # what the worker has is an older revision, so it becomes a newer one
        revision = held.next_revision()
        held.send({"op": "revision", "revision": revision})
    held.touch(revision, held.now.spec.changes_to(spec), "worker")
    held.now = replace(held.now, spec=spec, revision=revision, notes=())


def _notice(sitting: Sitting, held: Held, kind: str, text: str) -> None:
    sitting.tell({"type": "notice", "run": held.now.name, "kind": kind, "text": text})


def _why(held: Held, revision: int) -> str:
    paths = next((paths for number, paths, _ in held.touched if number == revision), frozenset())
    return next(
        text for start, text in ANEW.items() if not start or any(path.startswith(start) for path in paths)
    )
