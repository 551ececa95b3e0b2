"""Branches: several runs of one sitting, side by side. Forked, closed, and made the main one.

    fork    a copy of one of its runs at some step, with changes, at the same worker, under a name of its own
    close   a branch goes; "main" stays as long as the sitting
    keep    a branch and "main" change places: each becomes what the other was, which undo takes back

The functions hold the hub's lock. A browser hears of a new run by its "run" event, and of one that went by
{"type": "closed", "run": name}.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dlcore.fitting import fit
from dlcore.live import files
from dlcore.live.actions import LATER
from dlcore.live.sitting import answer_of
from dlcore.params import SpecError
from dlcore.schema import told_setting
from dlcore.spec import RunSpec

if TYPE_CHECKING:
    from dlcore.live.hub import Hub
    from dlcore.live.sitting import Asked, Held, Sitting

MAIN, BRANCH = "main", "branch-{number}"
MOVING = "The network is just moving to a worker of its own. Please try again in a moment."
SWAPPED = "the main network until “{name}” took its place at step {step:,}"


def fork(asked: Asked) -> Any:
    """A branch of the run, from `step` (None: now) with `changes`; answered by its name once it is there."""
    hub, sitting, held, arguments = asked.hub, asked.sitting, asked.held, asked.arguments
    most = hub.limits.max_runs
    if len(sitting.runs) >= most:
        raise SpecError("fork", f"At most {most} networks can be side by side. Close a branch to make room.")
    if held.waiting is not None:
        raise SpecError("fork", MOVING)
    spec, notes = fit(held.now.spec, arguments["changes"])
    files.check(sitting, spec)
    changes = held.now.spec.changes_to(spec)
    step = held.now.step if arguments["step"] is None else arguments["step"]
    now = replace(
        held.now, name=_free_name(sitting, most), spec=spec, revision=held.now.revision + 1, notes=tuple(notes),
        playing=False, can_undo=False, can_redo=False,
        fork={"from": held.now.name, "step": step, "text": _origin(held.now.spec, held.now.name, step, changes)},
    )  # fmt: skip
    branch = hub.hold(sitting, now)
    branch.slot, branch.heavy, branch.computing = held.slot, held.heavy, held.computing
    branch.slot.runs += 1
    sitting.tell({**now.event(), "echo": None})
    asked.ticket.then = lambda result, payload: answer_of(asked.name, {"run": now.name})
    message = {"op": "fork", "to": branch.key, "name": now.name, "revision": now.revision}
    message |= {"step": arguments["step"], "changes": changes}
    hub.ask(held, message, asked.ticket, at=branch)
    return LATER


def close(asked: Asked) -> None:
    """The branch goes."""
    if asked.held.now.name == MAIN:
        raise SpecError("run", "The main network can't be closed; Reset starts it anew.")
    gone(asked.hub, asked.sitting, asked.held)


def gone(hub: Hub, sitting: Sitting, held: Held) -> None:
    """Take a branch out of its sitting, and tell the page."""
    if sitting.runs.pop(held.now.name, None) is held:
        hub.let_go(held)
        sitting.tell({"type": "closed", "run": held.now.name})


def keep(asked: Asked) -> Any:
    """The branch and "main" change places; answered when both have become the other."""
    hub, sitting, branch = asked.hub, asked.sitting, asked.held
    main = sitting.runs[MAIN]
    if branch is main:
        raise SpecError("run", "This is the main network already.")
    if main.waiting is not None or branch.waiting is not None:
        raise SpecError("run", MOVING)
    hub.place(main)
    given: dict[str, bytes] = {}

    def got(held: Held, payload: bytes) -> None:
        given[held.now.name] = payload
        if len(given) == 2:
            _swap(asked, main, branch, given)

    for held in (main, branch):
        ticket = replace(asked.ticket, then=lambda result, payload, held=held: got(held, payload))
        hub.ask(held, {"op": "give"}, ticket)
    return LATER


def _swap(asked: Asked, main: Held, branch: Held, given: dict[str, bytes]) -> None:
    """Each has given itself: let each become the other."""
    name, step = branch.now.name, main.now.step
    branch.now = replace(branch.now, fork={"from": MAIN, "step": step, "text": SWAPPED.format(name=name, step=step)})
    for held, other in ((branch, main), (main, branch)):
        ticket = replace(asked.ticket, echo=None)
        if held is main:
            ticket = replace(asked.ticket, then=lambda result, payload: answer_of(asked.name, {"run": MAIN}))
        message = {"op": "take", "files": None, "revision": held.next_revision()}
        asked.hub.ask(held, message, ticket, given[other.now.name])


def _free_name(sitting: Sitting, most: int) -> str:
    names = (BRANCH.format(number=number) for number in range(1, most + 1))
    return next(name for name in names if name not in sitting.runs)


def _origin(spec: RunSpec, name: str, step: int, changes: dict[str, Any]) -> str:
    """from step 500 of main, with learning rate 0.1"""
    params, said = spec.params(), []
    for path, value in changes.items():
        label, now = told_setting(params.get(path), path, value)
        said.append(f"{label.lower()} {now}")
    more = f", with {', '.join(said[:3])}" if said else ""
    return f"from step {step:,} of {name}{more}"
