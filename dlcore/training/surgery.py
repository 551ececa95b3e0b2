"""Surgery: what can be done to the weights of a network by hand. Each operation is one event and one entry of undo."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from dlcore.expressions.figures import constant
from dlcore.limits import LIMITS
from dlcore.network.address import parse, written
from dlcore.network.build import Network
from dlcore.network.names import Names, small
from dlcore.params import SpecError
from dlcore.training.changing import Changing
from dlcore.training.consequences import Answers, Consequences, answers, consequences
from dlcore.training.edits import Part, count_of, editable, neuron_of, numbers_of, outgoing, parts_of
from dlcore.training.journal import Event, Journal
from dlcore.training.rng import generator

DRAWN_ENOUGH = "A run remembers at most {most:,} numbers that were drawn anew. Press Reset to begin a new run."
FROZEN_ENOUGH = "At most {most:,} numbers can be frozen at once. Let others learn again first."
KEPT = "The answers stay as they are."
BY_CHANCE = "xavier"  # what draws where the run's own initializer leaves nothing to chance


class Surgery(Changing):
    """The part of `Run` that operates on weights, and freezes them.

    An address is one weight or bias ("layers.1.weight[2,0]"), a neuron ("layers.1[2]": the weights into it and its
    bias) or a layer ("layers.1"). Of several members the first is operated on; what is frozen is so in all. `reset`
    starts anew from the spec: nothing is edited and nothing frozen then.
    """

    # Kept from the last look: the journal, how much of it, and for what layout.
    _frozen: tuple[Journal, int, Any, frozenset[str]] = (Journal(), 0, None, frozenset())
    _before: tuple[int, Answers] | None = None  # what a drag began from, and at which step

    @property
    def frozen(self) -> frozenset[str]:
        """The address of every number that training leaves as it is, as the journal says up to here."""
        (journal, applied, layout, found), events = self._frozen, self.journal.events[: self._applied]
        if journal is self.journal and applied == self._applied:
            return found
        if layout != self.network.layout or journal.events[:applied] != events[:applied]:  # another past, or earlier
            applied, found = 0, frozenset()
        found = _frozen_by(self.network, events[applied:], found)
        self._frozen = self.journal, self._applied, self.network.layout, found
        return found

    def operate(
        self, operation: str, address: str, value: float | None = None, onto: str | None = None, mark: bool = True
    ) -> Consequences:
        """Do one operation of `OPERATIONS` at an address, and say what it changed.

        "edit" takes a `value`; "copy" copies the weights and the bias of the neuron at `address` `onto` another one
        of its layer, which from then on computes the same; what comes after it stays. "randomize" draws the numbers
        anew as the run's initializer does, or as Xavier does where that leaves nothing to chance. "lesion" cuts a
        neuron off: the weights behind it become 0 and are frozen there; "heal" lets them learn again. `mark=False`
        makes an edit part of the last entry of undo. SpecError where it is not possible; then nothing has happened.
        """
        before = answers(self)
        if not mark and self._before is not None and self._before[0] == self.step:
            before = self._before[1]
        if operation == "edit":
            self.edit(address, value, mark)
            parts: list[Part] = [parse(address)]
        elif operation in _PARTS:
            what, parts = {"address": address}, _PARTS[operation](self.network, address, onto)
            if operation == "randomize":
                what["values"] = self._drawn(parts)
            if operation == "copy":
                what["onto"] = onto
            if operation in _HOLDS:
                _check_room(self.frozen | numbers_of(self.network, parts))
            self.mark()
            self._drop_future()
            event = Event(self.step, operation, what)
            self._note(event)
            self._operated(event)
        else:
            raise SpecError("operation", f"“{str(operation)[:40]}” is no operation. Choose {', '.join(OPERATIONS)}.")
        self._before = (self.step, before)
        found = consequences(self, before, self._words(operation, address, parts, onto))
        return replace(found, sentence=KEPT) if operation in _WITHOUT_NUMBERS else found

    def freeze(self, address: str) -> Consequences:
        """Training leaves these numbers as they are from now on."""
        return self.operate("freeze", address)

    def unfreeze(self, address: str) -> Consequences:
        """These numbers learn again."""
        return self.operate("unfreeze", address)

    def zero(self, address: str) -> Consequences:
        """Set these numbers to 0."""
        return self.operate("zero", address)

    def flip(self, address: str) -> Consequences:
        """Turn the sign of these numbers round."""
        return self.operate("flip", address)

    def randomize(self, address: str) -> Consequences:
        """Draw these numbers anew."""
        return self.operate("randomize", address)

    def lesion(self, neuron: str) -> Consequences:
        """Cut a hidden neuron off from what comes after it."""
        return self.operate("lesion", neuron)

    def heal(self, neuron: str) -> Consequences:
        """Let the weights behind a neuron learn again."""
        return self.operate("heal", neuron)

    def copy_neuron(self, neuron: str, onto: str) -> Consequences:
        """Copy the weights and the bias of a neuron onto another one of its layer."""
        return self.operate("copy", neuron, onto=onto)

    def check(self, event: Event) -> None:
        """SpecError where an event can't have been done to this network's weights: a file may say anything."""
        what = event.what
        if event.kind == "edit":
            editable(self.state, what["address"], what["value"])
        elif event.kind in _PARTS:
            _PARTS[event.kind](self.network, what["address"], what.get("onto"))
            for address, values in what.get("values", {}).items():
                ((name, indices),) = parts_of(self.network, address)
                new = np.asarray(values, dtype=np.float32)
                if new.shape != self.network.layout[name][len(indices) :] or not np.isfinite(new).all():
                    raise SpecError("address", f"What “{address[:60]}” was set to does not fit this network.")
        elif event.kind not in ("resolved", "change", "points"):
            raise SpecError("journal", f"“{event.kind[:40]}” is nothing that can be done to a run.")

    def _operated(self, event: Event) -> None:
        """Do what an event of surgery says."""
        address = event.what["address"]
        parts = _PARTS[event.kind](self.network, address, event.what.get("onto"))
        new: dict[Part, Any] = {}
        if event.kind in ("zero", "lesion"):
            new = dict.fromkeys(parts, 0.0)
        elif event.kind == "flip":
            new = {part: 0 - self._array(part) for part in parts}
        elif event.kind == "copy":
            sources = _all_of(self.network, address)
            new = {part: self._array(source) for source, part in zip(sources, parts, strict=True)}
        elif event.kind == "randomize":
            new = {parse(where): values for where, values in event.what["values"].items()}
        for part, values in new.items():
            self._set(*part, values)
        if event.kind in _HOLDS or event.kind in _FREES:
            self.stepper.freeze(self.frozen)
            self.version += 1

    def _array(self, part: Part) -> np.ndarray:
        name, indices = part
        return np.array(self.state.here()[name].numpy()[indices])

    def _drawn(self, parts: list[Part]) -> dict[str, Any]:
        """The numbers that a redraw gives, by address, as float32s that Python's floats hold exactly.

        They come from (seed, address, step, number of the event), so the same done again draws others.
        """
        drawn_before = (event.what["values"] for event in self.journal.events if event.kind == "randomize")
        count = count_of(self.network, parts) + sum(np.size(new) for values in drawn_before for new in values.values())
        if count > LIMITS.max_surgery_values:
            raise SpecError("address", DRAWN_ENOUGH.format(most=LIMITS.max_surgery_values))

        def draw(network: Network, *more: int) -> dict[Part, np.ndarray]:
            chance = partial(_chance, self.spec.tree["seed"], (self.step, self._applied, *more))
            initial = network.initial(chance)
            return {part: initial[part[0]][part[1]].astype(np.float32) for part in parts}

        drawn, again = draw(self.network), draw(self.network, 1)
        if all(np.array_equal(drawn[part], again[part]) for part in parts):
            drawn = draw(Network(self.spec.with_(**{"network.initializer": BY_CHANCE})))
        return {written(*part): new.tolist() for part, new in drawn.items()}

    def _words(self, operation: str, address: str, parts: list[Part], onto: str | None) -> str:
        names = Names(self.spec, self.network.blocks)
        name, count = names(address), count_of(self.network, parts)
        numbers = "its number" if count == 1 else f"its {count:,} numbers"
        if operation == "edit":
            return f"{name} is now {constant(float(self._array(parts[0])))}."
        texts = {
            "zero": f"{name} is set to 0." if count == 1 else f"{name}: {numbers} are set to 0.",
            "flip": f"{name} has the other sign." if count == 1 else f"{name}: {numbers} have the other sign.",
            "randomize": f"{name} is drawn anew." if count == 1 else f"{name}: {numbers} are drawn anew.",
            "freeze": f"{name} is frozen: training leaves {'it' if count == 1 else numbers} alone until you unfreeze "
            f"{'it' if count == 1 else 'them'} or press Reset.",
            "unfreeze": f"{name} learns again.",
            "lesion": f"{name} is cut off: the weight{'s' * (count > 1)} behind it "
            f"{'are' if count > 1 else 'is'} 0 and frozen.",
            "heal": f"{name} is no longer cut off: the weight{'s' * (count > 1)} behind it learn"
            f"{'s' * (count == 1)} again, from 0.",
            "copy": f"{names(onto)} now has the weights and the bias of {small(name)}, "
            "so the two compute the same." if onto else "",
        }  # fmt: skip
        return texts[operation]


def _chance(seed: int, place: tuple[int, ...], purpose: str) -> np.random.Generator:
    return generator(seed, f"surgery.{purpose}", *place)


def _check_room(numbers: Collection[str]) -> None:
    if len(numbers) > LIMITS.max_frozen_values:
        raise SpecError("address", FROZEN_ENOUGH.format(most=LIMITS.max_frozen_values))


def _all_of(network: Network, address: str, onto: str | None = None) -> list[Part]:
    return parts_of(network, address, norm=True)


def _weights_of(network: Network, address: str, onto: str | None = None) -> list[Part]:
    return parts_of(network, address)


def _behind(network: Network, address: str, onto: str | None = None) -> list[Part]:
    return outgoing(network, address)


def _copied(network: Network, address: str, onto: str | None = None) -> list[Part]:
    if onto is None:
        raise SpecError("onto", "A neuron is copied onto another one: say which, as layers.0[2].")
    (layer, unit), (other_layer, other) = neuron_of(network, address), neuron_of(network, onto)
    if layer != other_layer or unit == other:
        raise SpecError("onto", "A neuron can be copied only onto another neuron of its own layer.")
    return _all_of(network, onto)


def _frozen_by(network: Network, events: Iterable[Event], before: frozenset[str]) -> frozenset[str]:
    found = set(before)
    for event in events:
        if event.kind in _HOLDS:
            found |= numbers_of(network, _PARTS[event.kind](network, event.what["address"], None))
            _check_room(found)  # a file may say anything
        elif event.kind in _FREES:
            found -= numbers_of(network, _PARTS[event.kind](network, event.what["address"], None))
    return frozenset(found)


# What each operation is done to; SpecError where it can't be.
_PARTS: dict[str, Callable[[Network, str, str | None], list[Part]]] = {
    "zero": _weights_of,
    "flip": _weights_of,
    "randomize": _weights_of,
    "freeze": _all_of,
    "unfreeze": _all_of,
    "lesion": _behind,
    "heal": _behind,
    "copy": _copied,
}
_HOLDS, _FREES = ("freeze", "lesion"), ("unfreeze", "heal")
OPERATIONS = ("edit", *_PARTS)
_WITHOUT_NUMBERS = ("freeze", "unfreeze", "heal")
