"""What can be done to a run besides training it: every change goes into its journal and can be undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dlcore.drawn import DRAWN, difference
from dlcore.editions import CURATED
from dlcore.fitting import fit
from dlcore.lazy import torch
from dlcore.network.graph import operate
from dlcore.params import KEEP, RESET
from dlcore.spec import RunSpec
from dlcore.training.edits import KEPT, editable
from dlcore.training.journal import Event
from dlcore.training.outcome import Applied
from dlcore.training.travel import Travel

AT_EPOCH = (DRAWN, CURATED)  # what comes into force where an epoch begins


class Changing(Travel):
    """The part of `Run` that changes its spec and its weights."""

    _start: Callable[[RunSpec], None]
    _begin: Callable[[], None]
    specs_with: Callable[[RunSpec], list[RunSpec]]

    def apply(
        self,
        changes: Mapping[str, Any] | None = None,
        operation: Mapping[str, Any] | None = None,
        mark: bool = True,
    ) -> Applied:
        """Change the spec now, by paths or by an operation on the network; journalled, undoable.

        `mark=False` makes it part of the last entry of undo (a slider being dragged).
        SpecError where the change is not allowed; then nothing has happened.
        """
        old = self.asked
        new, notes = operate(old, operation) if operation is not None else fit(old, changes or {})
        effect = old.effect_of(new)
        self.specs_with(new)
        if effect == KEEP and self.step and any(path.endswith("activation") for path in old.changes_to(new)):
            notes = [*notes, KEPT]
        if new != old:
            if mark:
                self.mark()
            self._drop_future()
            if effect == RESET:
                self._start(new)
            elif self.step == 0 and not self.journal.changed:
                self.origin = new  # before anything has happened, a change belongs to the start itself
                self._rebuild(new)
                self._begin()
            else:
                now = new.with_(**{path: self.spec.get(path) for path in AT_EPOCH})
                if now != self.spec:
                    self._note(Event(self.step, "change", {"changes": self.spec.changes_to(now)}))
                    self._change(now)
                self.waiting = None if new == now else {path: new.get(path) for path in AT_EPOCH}
                if self.waiting is not None and self.task.position(self.state)[2] == 0:
                    self._let_in()
                self.version += 1
        return Applied(self.asked, effect, tuple(notes))

    def _let_in(self) -> None:
        """An epoch begins: the drawn points and curated samples that waited are learned from here on."""
        new, self.waiting = self.spec.with_(**self.waiting), None
        if new.points != self.spec.points:
            self._note(Event(self.step, "points", difference(self.spec.points, new.points)))
        if (curated := new.get(CURATED)) != self.spec.get(CURATED):
            self._note(Event(self.step, "change", {"changes": {CURATED: curated}}))
        if new != self.spec:
            self._change(new)

    def edit(self, address: str, value: float, mark: bool = True) -> None:
        """Set one weight or bias: run.edit("layers.0.weight[2,1]", 0.5). SpecError where it can't be.

        `mark=False` makes it part of the last entry of undo (a number being dragged).
        """
        name, indices, value = editable(self.state, address, value)
        if mark:
            self.mark()
        self._drop_future()
        last = self.journal.events[-1]
        if not mark and (last.kind, last.step, last.what.get("address")) == ("edit", self.step, address):
            self.journal = self.journal.up_to(self._applied - 1)  # of a number being dragged, the last value counts
        self._note(Event(self.step, "edit", {"address": address, "value": value}))
        self._set(name, indices, value)

    def reset(self, mark: bool = True) -> None:
        """Back to step 0 of the spec as it stands; undoable. The journal is fresh: no edit, and nothing frozen.

        `mark=False` makes it part of the last entry of undo.
        """
        if mark:
            self.mark()
        self._start(self.asked)

    def _set(self, name: str, indices: tuple[int, ...], value: Any) -> None:
        self.state[name][indices] = torch.as_tensor(value)
        for slot, tensor in self.state.items():
            if slot.startswith("penalty.") and slot.endswith(f".dead.{name}"):
                tensor[indices] = 0.0
        if "members" in self.state.counts:
            self.state.counts["members"][0] = 0  # another weight, another chance
        self.trouble, self.stopped, self.sample = None, None, 0
        self.version += 1

    def _note(self, event: Event) -> None:
        self.journal = self.journal.and_then(event)
        self._applied = len(self.journal.events)
