"""The timeline of a run: what happened when, as marks that a person can go to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dlcore.expressions.figures import constant, loss
from dlcore.network.names import Names
from dlcore.schema import told_setting
from dlcore.spec import RunSpec
from dlcore.training.computing import told_place
from dlcore.training.journal import Event

if TYPE_CHECKING:
    from dlcore.training.run import Run

MOST = 200
MOST_OF_A_KIND = 60  # the newest; a slider that was dragged would else push everything else away
LONGEST = 160
BEST = {"test_loss": ("best_test", "test loss"), "validation_loss": ("best_validation", "validation loss")}
# Events that change weights by hand, in words: what was done to the address.
DONE = {
    "edit": "was set by hand",
    "zero": "was set to 0",
    "flip": "changed its sign",
    "randomize": "was drawn anew",
    "copy": "took over another neuron's weights",
    "lesion": "was cut off",
    "heal": "is no longer cut off",
    "freeze": "was frozen",
    "unfreeze": "may learn again",
}
FROZEN = ("freeze", "unfreeze")


def marks(run: Run) -> list[dict[str, Any]]:
    """Marks in order of their step: {"step", "epoch", "kind", "text", "ahead"}.

    Kinds: start, change, points, edit, freeze, surgery, best_test, best_validation, trouble, stopped, undo. `text` is a
    short sentence, `ahead` whether the mark lies after the position where the run stands.
    """
    found = [(0, "start", "The network started here.")]
    found += _events(run.origin, run.journal.events, Names(run.spec, run.network.blocks))
    for column, (kind, name) in BEST.items():
        best = run.recorded.best(column)
        if best:
            found.append((best[0], kind, f"The {name} was best here: {loss(best[2])}."))
    if run.trouble:
        found.append((run.step, "trouble", run.trouble.message))
    if run.stopped:
        found.append((run.step, "stopped", run.stopped.message))
    found += [(step, "undo", "Undo leads back to here.") for step in _undo_steps(run)]
    kept: list[tuple[int, str, str]] = []
    counts: dict[str, int] = {}
    for mark in reversed(found):
        counts[mark[1]] = counts.get(mark[1], 0) + 1
        if counts[mark[1]] <= MOST_OF_A_KIND and len(kept) < MOST:
            kept.append(mark)
    here, history = run.step, run.recorded
    return [
        {"step": step, "epoch": history.epoch_at(step), "kind": kind, "text": text[:LONGEST], "ahead": step > here}
        for step, kind, text in sorted(reversed(kept), key=lambda mark: mark[0])
    ]


def marks_key(run: Run) -> Any:
    """Something that differs where the marks do; quick to make."""
    past, events = run.past.undo, run.journal.events
    best = tuple(run.recorded.best(column) for column in BEST)
    # of what lies ahead the marks depend on where the run stands, which else moves with every step
    here = run.step if run.furthest > run.step else None
    last = past[-1].version if past else None, events[-1] if events else None
    return run.build, len(events), best, here, run.trouble, run.stopped, len(past), last


def _undo_steps(run: Run) -> list[int]:
    """Where undo leads to within this very time; other times (before a reset, say) have no place on this one."""
    events = run.journal.events
    steps = {
        moment.step
        for moment in run.past.undo
        if moment.origin is run.origin and moment.journal.events == events[: len(moment.journal.events)]
    }
    return sorted(steps - {run.step})


def _events(origin: RunSpec, events: Iterable[Event], named: Callable[[str], str]) -> list[tuple[int, str, str]]:
    found, now = [], {}
    for event in events:
        what = event.what
        if event.kind == "change":
            changes = [_change(origin, path, now.get(path), value) for path, value in what["changes"].items()]
            now |= what["changes"]
            found.append((event.step, "change", "; ".join(changes)))
        elif event.kind == "points":
            found.append((event.step, "points", _points(what)))
        elif event.kind == "edit":
            found.append((event.step, "edit", f"{named(what['address'])} was set to {constant(what['value'])}."))
        elif event.kind == "resolved" and event.step:
            found.append((event.step, "change", f"Computed on {told_place(event.what)} from here on."))
        elif event.kind in DONE:
            kind = "freeze" if event.kind in FROZEN else "surgery"
            found.append((event.step, kind, f"{named(what['address'])} {DONE[event.kind]}."))
    return found


def _change(origin: RunSpec, path: str, old: Any, new: Any) -> str:
    """Learning rate: 0.03 → 0.1"""
    param = origin.params().get(path)
    if old is None:
        try:
            old = origin.get(path)
        except (KeyError, LookupError, TypeError, ValueError):
            old = None
    label, now = told_setting(param, path, new)
    before = "" if old is None else f"{told_setting(param, path, old)[1]} → "
    return f"{label}: {before}{now}"


def _points(what: Mapping[str, Any]) -> str:
    parts = []
    for name, verb in (("drawn", "drawn"), ("erased", "erased")):
        count = len(what.get(name) or ())
        if count:
            parts.append(f"{count} point{'' if count == 1 else 's'} {verb}")
    return " and ".join(parts) + "." if parts else "The points were changed."
