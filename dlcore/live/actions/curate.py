"""Curate: leave training samples out, label them anew, take them back, or bring some in from another edition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcore.editions import AS_IT_IS, CURATED, LEFT_OUT
from dlcore.limits import LIMITS
from dlcore.live.actions import Action, choice, text, whole
from dlcore.params import SpecError

CHANGES = ("exclude", "include", "relabel", "add")
COMPARED = ("is", "from", "below")
NONE = "No training sample is like that, so nothing was changed."


def read(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """{"change": "exclude", "samples": [3]} of the training samples as they are now; or, of all that the data have,
    {"change": "relabel", "class": 1, "field": "fur", "compare": "is", "value": "red"}; {"change": "include"} alone
    takes everything back; {"change": "add", "edition": "hard", "count": 20}."""
    found: dict[str, Any] = {"change": choice(arguments, "change", CHANGES)}
    if found["change"] == "relabel":
        found["class"] = whole(arguments, "class")
    if found["change"] == "add":
        count = whole(arguments, "count")
        if not 0 < count <= LIMITS.max_curated:
            raise SpecError("count", f"Between 1 and {LIMITS.max_curated:,} samples can be brought in.")
        return found | {"edition": text(arguments, "edition"), "count": count}
    if "field" in arguments:
        found |= {"field": text(arguments, "field"), "compare": choice(arguments, "compare", COMPARED)}
        value = arguments.get("value")
        if not isinstance(value, str | int | float) or isinstance(value, bool) or len(str(value)) > 60:
            raise SpecError("value", "Say what the field is to be compared with.")
        return found | {"value": value}
    samples = arguments.get("samples")
    if samples is None and found["change"] == "include":
        return found
    if not isinstance(samples, list) or not all(type(index) is int and index >= 0 for index in samples):
        raise SpecError("samples", "Samples are given as a list of whole numbers from 0 on.")
    return found | {"samples": samples}


def do(live: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """{"count": how many samples that was about}."""
    run, change = live.run, arguments["change"]
    answer = {"exclude": LEFT_OUT, "include": AS_IT_IS, "add": AS_IT_IS}.get(change, arguments.get("class"))
    if change == "add":
        edition = arguments["edition"]
        known = [place for name, place, _ in run.asked.get(CURATED) if name == edition]
        first = max(known, default=-1) + 1
        operation = {"places": list(range(first, first + arguments["count"])), "edition": edition}
    elif change == "include" and not {"field", "samples"} & set(arguments):
        count = len(run.asked.get(CURATED))
        run.apply({CURATED: []})
        return {"count": count}
    else:
        operation = {"places": _places(run, arguments)}
    if not operation["places"]:
        raise SpecError(CURATED, NONE)
    run.apply(operation={"name": "curate", "answer": answer, **operation})
    return {"count": len(operation["places"])}


def _places(run: Any, arguments: Mapping[str, Any]) -> list[int]:
    """Where these samples are in the order in which the data are split."""
    if "field" not in arguments:
        places = run.data("train").places
        chosen = [int(places[index]) for index in arguments["samples"] if index < len(places)]
        if any(place < 0 for place in chosen):
            raise SpecError(CURATED, "This sample was brought in from elsewhere. Undo takes it away again.")
        return chosen
    from dlcore.training.data import records_of

    records = records_of(run.spec)
    if arguments["field"] not in records:
        raise SpecError("field", f"The samples’ records have no “{arguments['field'][:40]}”.")
    values, value = records[arguments["field"]], arguments["value"]
    if values.dtype.kind in "US":
        fits = values == str(value)
    else:
        try:
            number = float(value)
        except ValueError:
            raise SpecError("value", f"“{str(value)[:40]}” is not a number.") from None
        fits = {"is": values == number, "from": values >= number, "below": values < number}[arguments["compare"]]
    samples = run.asked.tree["data"].get("samples") or run.asked.resolved.dataset.count
    return np.flatnonzero(fits[: run.asked.split_sizes(samples)[0]]).tolist()


ENTRY = Action(
    id="curate",
    label="Curate",
    sentence="Leave training samples out, label them anew, take them back, or bring some in.",
    read=read,
    do=do,
    changes=True,
)
