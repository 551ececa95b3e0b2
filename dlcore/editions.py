"""Other data of the same kind: editions of a run's own data, and sets with the same pictures and classes.

A run can be scored on them while it learns, and samples of an edition can be brought into its training data.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlcore.catalogue import catalogue
from dlcore.limits import LIMITS
from dlcore.params import Entry, SpecError

EVALUATED, CURATED = "data.evaluate_on", "data.curated"
LEFT_OUT, AS_IT_IS = -1, -2  # what stands in the place of a class, see `Param`


def comparable(resolved: Any) -> dict[str, dict[str, Any]]:
    """{name: {"kind", **parameters}} of all that a run on these data can be scored on besides, its own edition too."""
    mine = resolved.dataset
    found = {name: {"kind": mine.id, **changes} for name, changes in mine.editions.items()}
    if not mine.is_pictures or resolved.picture:
        return found
    for other in catalogue("datasets").values():
        if other.id != mine.id and other.shape == mine.shape and _names(other) == _names(mine):
            named = {name: {"kind": other.id, **changes} for name, changes in other.editions.items()}
            found = (named or {other.id: {"kind": other.id}}) | found
    return found


def values_of(data: Mapping[str, Any], slot: Mapping[str, Any], samples: int) -> tuple[Entry, dict[str, Any]]:
    """The data's entry and all its parameters, of so many samples where that can be chosen."""
    entry = catalogue("datasets")[slot["kind"]]
    values = entry.default_values()
    if slot["kind"] == data["kind"]:
        values = {name: data[name] for name in values}
    values |= {name: value for name, value in slot.items() if name != "kind"}
    return entry.at(values), values | ({"samples": samples} if "samples" in values else {})


def sizes(resolved: Any, data: Mapping[str, Any]) -> dict[str, int]:
    """How many samples each of the sets has that a run is scored on besides."""
    slots, most = comparable(resolved), LIMITS.max_evaluated
    found = {name: values_of(data, slots[name], most) for name in data["evaluate_on"]}
    return {name: min(values.get("samples", entry.count), most) for name, (entry, values) in found.items()}


def _names(dataset: Any) -> tuple[Any, ...]:
    return dataset.target, *(name.casefold() for name in dataset.classes if dataset.target != "number")


def check(resolved: Any, data: Mapping[str, Any]) -> None:
    """SpecError where data speak of others that do not fit them, or curate what can't be."""
    known = comparable(resolved)
    for name in data["evaluate_on"]:
        if name not in known:
            offered = f"Choose of: {', '.join(known)}." if known else "There are no others of the same kind."
            raise SpecError(EVALUATED, f"“{resolved.dataset.label}” can't be compared with “{name}”. {offered}")
    classes = len(resolved.dataset.classes) if resolved.target != "number" and not resolved.picture else 0
    for edition, _, answer in data["curated"]:
        if edition and edition not in resolved.dataset.editions:
            raise SpecError(CURATED, f"“{resolved.dataset.label}” has no edition “{edition}” to take samples from.")
        if answer >= classes:
            text = f"has {classes} classes" if classes else "has no classes"
            raise SpecError(
                CURATED, f"A sample can't be given the class {answer + 1}: “{resolved.dataset.label}” {text}."
            )


def curated_size(data: Mapping[str, Any], size: int) -> int:
    """How many samples are left of a training part of that size once it is curated."""
    own = [place for edition, place, answer in data["curated"] if not edition and answer == LEFT_OUT and place < size]
    return size - len(own) + sum(bool(edition) for edition, _, _ in data["curated"])
