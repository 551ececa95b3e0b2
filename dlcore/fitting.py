"""Changing a spec the way people do: what no longer fits a choice gives way to it, with a note."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlcore.catalogue import catalogue
from dlcore.params import Param, SpecError
from dlcore.schema import AUTO, DEFAULT_LAYERS, INITIALIZER, INPUTS, LEARNING_PARAMS, PICTURE_START
from dlcore.spec import RunSpec
from dlcore.whole import PATIENCE

# What is given back its automatic or default value when a change elsewhere makes it impossible.
_DEPENDENTS = {"learning.loss": AUTO, "network.output.activation": AUTO, "network.initializer": INITIALIZER.default}
_VALIDATION = "data.validation_share"
SET_ASIDE = 20  # percent of the training part, where early stopping is asked for and nothing is set aside


def fit(spec: RunSpec, changes: Mapping[str, Any], begin: bool = True) -> tuple[RunSpec, list[str]]:
    """`with_`, but choices that no longer fit what was changed go back to automatic, with a note each.

    For people: picking data for regression must not be refused because a loss for classes was
    chosen before; and where pictures are chosen in place of points, or points of pictures, it begins with what
    suits them unless told not to. SpecError where the changes themselves are not allowed.
    """
    changes = dict(changes)
    notes = _begin_anew(spec, changes) if begin else []
    for _ in range(len(_DEPENDENTS) + 3):
        try:
            return spec.with_(**changes), notes
        except SpecError as error:
            if error.path == PATIENCE and _settle_patience(changes, notes):
                continue
            if error.path == "inputs" and "inputs" not in changes:
                _settle_inputs(spec, changes, notes)
                continue
            path = next((path for path in _DEPENDENTS if error.path.startswith(path)), None)
            if path is None or any(changed.startswith(path) for changed in changes):
                raise
            label = spec.params()[path].label
            changes[path] = _DEPENDENTS[path]
            notes.append(f"{label} went back to automatic, because the old choice does not fit any more.")
    raise AssertionError("unreachable: every round settles one dependent")


def _begin_anew(spec: RunSpec, changes: dict[str, Any]) -> list[str]:
    """Where data with another kind of sample are chosen, put what suits them into `changes`: a network for points of
    the plane is none for pictures."""
    chosen = changes.get("data", changes.get("data.kind"))
    chosen = chosen.get("kind") if isinstance(chosen, Mapping) else chosen
    if not isinstance(chosen, str) or chosen not in catalogue("datasets"):
        return []
    new, old, notes = catalogue("datasets")[chosen], spec.resolved.dataset, []
    amounts = spec.tree["data"]["augment"]
    kept = {name: amount for name, amount in amounts.items() if catalogue("augmentations")[name].suits(new.shape)}
    if kept != amounts and not any(path.startswith("data.augment") for path in changes):
        changes["data.augment"] = kept
        notes.append(f"{new.label} can't be changed by chance in the same ways, so some augmentation was turned off.")
    if new.is_pictures == old.is_pictures:
        return notes
    given = {"network.layers": [dict(layer) for layer in DEFAULT_LAYERS]}
    given |= {"network.initializer": INITIALIZER.default, "learning.batch_size": _learning("batch_size").default}
    # whole, with its rate: one that suits pictures would leave points almost at rest
    given |= {"learning.optimizer": RunSpec.default().get("learning.optimizer")}
    given |= (PICTURE_START if new.is_pictures else {}) | dict(new.start)
    given = {path: value for path, value in given.items() if not any(path.startswith(known) for known in changes)}
    changes |= given
    if old.is_pictures and "data.target" not in changes:
        changes["data.target"] = "label"
    what = "pictures" if new.is_pictures else "points of a plane"
    return [
        *notes,
        f"The samples of “{new.label}” are {what}, so a network that suits them was put in place of yours. "
        "Undo brings yours back."
    ]


def _learning(name: str) -> Param:
    return next(param for param in LEARNING_PARAMS if param.id == name)


def _settle_inputs(spec: RunSpec, changes: dict[str, Any], notes: list[str]) -> None:
    """Take the columns away that were inputs and are none any more."""
    gone = ", ".join(entry.label for entry in spec.inputs if entry.column is not None)
    changes["inputs"] = [entry.id for entry in spec.inputs if entry.column is None] or list(INPUTS.default)
    notes.append(f"Columns that are no input of these data, or lie on the plane now, were taken away: {gone}.")


def _settle_patience(changes: dict[str, Any], notes: list[str]) -> bool:
    """Give early stopping the validation data it lacks, or turn it off where another change took them."""
    if PATIENCE not in changes:
        changes[PATIENCE] = 0
        notes.append("Early stopping was turned off, because no data are set aside for validation any more.")
        return True
    if _VALIDATION in changes:
        return False
    changes[_VALIDATION] = SET_ASIDE
    notes.append(
        f"Early stopping looks at validation data, so {SET_ASIDE} % of the training data were set aside for it. "
        "The test data stay as they are."
    )
    return True
