"""Proposals: how a run's spec and view are changed on the server, which holds the one spec there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dlcore.fitting import fit
from dlcore.links import awaited_table, read_link
from dlcore.live import files
from dlcore.live.asked import without_start
from dlcore.live.dispatch import Dispatch
from dlcore.live.sitting import Held, Projection, Sitting, Ticket
from dlcore.network.graph import operate, touches
from dlcore.params import SpecError
from dlcore.spec import RunSpec

PATIENCE = 0.5  # seconds that a page waits for what only the worker can tell


class Proposals(Dispatch):
    """Changes of spec and view."""

    def propose(
        self,
        token: str,
        changes: Mapping[str, Any] | None = None,
        operation: Mapping[str, Any] | None = None,
        base_revision: int | None = None,
        source: str = "page",
        run: str = "main",
        echo: int | None = None,
    ) -> Projection:
        """Change the spec by paths or by an operation; the run as it then stands.

        SpecError where the change is not allowed, or where it was made on a revision since which
        somebody else changed the same thing.
        """
        with self.lock:
            sitting, held = self.find(token, run)
            if operation is not None:
                held.check_base(base_revision, [touches(operation)], source)
                spec, notes = operate(held.now.spec, operation)
            else:
                held.check_base(base_revision, list(changes or {}), source)
                rest = without_start(changes or {})
                if rest is not None:
                    return self._start_here(token, held, rest, source, echo)
                spec, notes = fit(held.now.spec, changes or {})
            files.check(sitting, spec)
            what = {"changes": dict(changes or {})} if operation is None else {"operation": dict(operation)}
            return self._change(sitting, held, spec, notes, what, source, echo)

    def _start_here(
        self, token: str, held: Held, rest: dict[str, Any], source: str, echo: int | None
    ) -> Projection:
        """The weights as the worker has them become the start weights; the other changes come before."""
        if rest:
            self.propose(token, rest, source=source, run=held.now.name)
        self.place(held)
        ticket = self._ask(held, {"op": "start_here", "revision": held.next_revision()}, source, echo)
        if echo is None:  # a page, whose widgets are to show it at once; the lock is free meanwhile
            self.answered(held, ticket, PATIENCE)
        return held.now

    def _change(
        self, sitting: Sitting, held: Held, spec: RunSpec, notes: list[str], what: dict[str, Any],
        source: str, echo: int | None,
    ) -> Projection:  # fmt: skip
        if spec == held.now.spec and not what.get("from_start"):
            sitting.answer(Ticket(source, echo, False), {"type": "done"})
            return held.now
        self.place(held)
        revision = held.next_revision()
        held.touch(revision, held.now.spec.changes_to(spec), source)
        held.now = replace(held.now, spec=spec, revision=revision, notes=tuple(notes))
        self.show(sitting, held, source, echo)
        self._ask(held, {"op": "change", "revision": revision, **what}, source, echo, answered=True)
        return held.now

    def set_view(
        self,
        token: str,
        changes: Mapping[str, Any],
        run: str = "main",
        source: str = "page",
        echo: int | None = None,
    ) -> Projection:
        """Change what is shown and hidden. SpecError where a change is not allowed."""
        with self.lock:
            sitting, held = self.find(token, run)
            view = held.now.view.with_(**changes)
            if view == held.now.view:
                sitting.answer(Ticket(source, echo, False), {"type": "done"})
                return held.now
            held.now = replace(held.now, view=view, revision=held.next_revision())
            self.show(sitting, held, source, echo)
            if held.slot:
                held.send({"op": "revision", "revision": held.now.revision})
            return held.now

    def open_link(
        self, token: str, text: str, run: str = "main", source: str = "page", echo: int | None = None
    ) -> list[str]:
        """Start from step 0 with what a link says, ours or TensorFlow Playground's.

        Returns notes on what in it was not understood. Undo leads back to the network there was.
        """
        with self.lock:
            sitting, held = self.find(token, run)
            if len(text) > self.limits.max_link_characters:
                raise SpecError(
                    "link", f"A link may have at most {self.limits.max_link_characters:,} characters."
                )
            spec, view, notes = read_link(text, sitting.files)
            sitting.awaited = awaited_table(text, sitting.files)
            if held.slot is None:  # nothing has happened yet, so this is where it starts
                held.now = replace(
                    held.now,
                    spec=spec,
                    view=view,
                    revision=held.next_revision(),
                    notes=tuple(notes),
                    changed=False,
                )
                self.show(sitting, held, source, echo)
                return notes
            held.now = replace(held.now, view=view)
            what = {"changes": held.now.spec.changes_to(spec), "from_start": True}
            self._change(sitting, held, spec, notes, what, source, echo)
            return notes
