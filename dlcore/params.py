"""Declared parameters: what can be chosen, what is allowed, and the sentence that says so.

Everything a learner can set is one `Param`. The page's widgets, the controls on the stage,
validation, links, and documentation are all read from it; no reader keeps a list of its own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from dlcore.limits import LIMITS

KEEP, CLEAR_SLOTS, RESET, VIEW = "keep", "clear_slots", "reset", "view"
LONGEST_TEXT = 64
_SEVERITY = (VIEW, KEEP, CLEAR_SLOTS, RESET)


class SpecError(ValueError):
    """What was wrong with a value and what to do, at the place where it was met.

    `path` is the dotted path of the value ("learning.batch_size"); `message` is a whole sentence.
    """

    def __init__(self, path: str, message: str):
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path
        self.message = message


class Unfit(SpecError):
    """What comes into a layer is not what it can take. `insert` holds layers, each of which in front of it would
    mend that, `insert_at` the same as (way in, layer) for a layer that has several ways in; `change` settings of the
    layer itself that would, each {parameter: value}."""

    def __init__(
        self,
        message: str,
        insert: Iterable[Mapping[str, Any]] = (),
        change: Iterable[Mapping[str, Any]] = (),
        insert_at: Iterable[tuple[int, Mapping[str, Any]]] = (),
    ):
        super().__init__("network.layers", message)
        self.insert_at = (*((0, layer) for layer in insert), *insert_at)
        self.change = tuple(change)


@dataclass(frozen=True, kw_only=True)
class Param:
    """One declared, validated parameter.

    kind: "number", "integer", "flag", "choice" (one of `choices`), "entry" (one entry of
    `catalogue`, with that entry's own params), "entries" (a list of ids of `catalogue`),
    "seed" (0 … 2³²−1, or None where `optional`), "values" (given arrays, by address), "text" (one line),
    "points" (drawn points, a list of [x, y, target] whose coordinates lie between `minimum` and `maximum`),
    "name" (an id such as "loss_curve", of something that only the screen knows; empty for the first there is),
    "sets" (names of other data), "curated" ([edition, place, class], see below),
    "amounts" (of some entries of `catalogue` how much of each, {id: number}, as the one parameter of each allows).
    Curated samples are told by their place in the order in which the data are split, or by their edition ("" for the
    data's own) and their place in it; in the place of a class −1 leaves a sample out, −2 takes it as it is.
    `choices` of a number are suggestions for the control, not a limit. `on_change` says what a
    change does to a run: keep the weights, keep them but clear the optimizer's slots, or reset.
    `advanced` folds it away for beginners; `key` is its short name in a link.
    """

    id: str
    label: str
    kind: str
    default: Any
    sentence: str
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    choices: tuple[Any, ...] = ()
    labels: tuple[str, ...] = ()
    catalogue: str = ""
    unit: str = ""
    formula: str = ""
    on_change: str = RESET
    optional: bool = False
    advanced: bool = False
    key: str = ""

    def validate(self, value: Any, path: str = "") -> Any:
        """The value in its normal form; SpecError(path, message) when it is not allowed.

        Entries of a catalogue are checked by `dlcore.spec`, which can look them up.
        """
        path = path or self.id
        if value is None and self.optional:
            return None
        check = _VALIDATORS.get(self.kind)
        return check(self, value, path) if check else value

    def describe(self) -> dict[str, Any]:
        """The declaration as plain JSON, for renderers in other languages."""
        return {name: value for name, value in asdict(self).items() if value not in ("", (), None)} | {
            "default": self.default
        }


def strongest(effects: Any) -> str:
    """Of several `on_change` effects the one that changes most; "keep" for none."""
    return max([KEEP, *effects], key=_SEVERITY.index)


def _number(param: Param, value: Any, path: str) -> float:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            raise SpecError(path, f"{param.label} must be a number, but “{value[:40]}” is none.") from None
    if isinstance(value, bool) or (not isinstance(value, int | float) and not hasattr(value, "__float__")):
        raise SpecError(path, f"{param.label} must be a number, not {type(value).__name__}.")
    try:
        value = float(value)
    except (TypeError, ValueError, OverflowError):
        raise SpecError(path, f"{param.label} must be one number that a computer can hold.") from None
    if not math.isfinite(value):
        raise SpecError(path, f"{param.label} must be a finite number.")
    return _ranged(param, value, path)


def _integer(param: Param, value: Any, path: str) -> int:
    number = _number(param, value, path)
    if number != int(number):
        raise SpecError(path, f"{param.label} must be a whole number, but {number:g} is none.")
    return int(number)


def _ranged(param: Param, value: float, path: str) -> float:
    low, high = param.minimum, param.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        unit = f" {param.unit}" if param.unit else ""
        if high is None:
            allowed = f"at least {low:g}{unit}"
        elif low is None:
            allowed = f"at most {high:g}{unit}"
        else:
            allowed = f"between {low:g} and {high:,g}{unit}"
        raise SpecError(path, f"{param.label} must be {allowed}; {value:g} is outside.")
    return value


def _flag(param: Param, value: Any, path: str) -> bool:
    named = {"true": True, "1": True, "false": False, "0": False}
    if isinstance(value, str) and value.lower() in named:
        return named[value.lower()]
    if isinstance(value, bool) or (isinstance(value, int) and value in (0, 1)):
        return bool(value)
    raise SpecError(path, f"{param.label} is either true or false, not “{str(value)[:40]}”.")


def _choice(param: Param, value: Any, path: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value not in param.choices:
        offered = ", ".join(str(choice) for choice in param.choices)
        raise SpecError(path, f"{param.label} “{str(value)[:40]}” is not known. Choose one of: {offered}.")
    return value


def _text(param: Param, value: Any, path: str) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or not value.isprintable():
        raise SpecError(path, f"{param.label} must be one line of text of at most {LONGEST_TEXT} characters.")
    return value


def _seed(param: Param, value: Any, path: str) -> int:
    return _integer(param, value, path)


def _name(param: Param, value: Any, path: str) -> str:
    if isinstance(value, str) and re.fullmatch(r"|[a-z][a-z0-9_]{0,39}", value):
        return value
    raise SpecError(path, f"{param.label} is a name of small letters, not “{str(value)[:40]}”.")


def _points(param: Param, value: Any, path: str) -> tuple[tuple[float, ...], ...]:
    """Points of three numbers each, rounded to two decimals: finer than a pixel, and short in a link."""
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        raise SpecError(path, f"{param.label} are given as a list of [x, y, target].")
    found = []
    for point in value:
        numbers = list(point) if isinstance(point, list | tuple) else []
        if len(numbers) != 3 or any(isinstance(n, bool) or not isinstance(n, int | float) for n in numbers):
            raise SpecError(path, f"{param.label} are given as a list of [x, y, target], each of them a number.")
        if not all(abs(n) < 1e6 for n in numbers):
            raise SpecError(path, f"{param.label} must be finite numbers.")
        for place in numbers[:2]:
            _ranged(param, place, path)
        found.append(tuple(round(float(n), 2) + 0.0 for n in numbers))  # + 0.0: there is no −0
        if len(found) > LIMITS.max_drawn_points:
            most = LIMITS.max_drawn_points
            raise SpecError(path, f"At most {most:,} points can be drawn. Erase some before you draw more.")
    return tuple(found)


def _sets(param: Param, value: Any, path: str) -> tuple[str, ...]:
    listed = list(value) if isinstance(value, list | tuple) else [None]
    if not all(isinstance(name, str) and re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name) for name in listed):
        raise SpecError(path, f"{param.label}: other data are given as a list of their names.")
    if len(listed) > LIMITS.max_sets:
        raise SpecError(path, f"{param.label}: at most {LIMITS.max_sets} others can be measured at once.")
    return tuple(dict.fromkeys(listed))


def _curated(param: Param, value: Any, path: str) -> tuple[tuple[str, int, int], ...]:
    """Sorted, and of what is said twice the last; what changes nothing is left out."""
    found = {}
    for item in value if isinstance(value, list | tuple) else [None]:
        edition, place, answer = item if isinstance(item, list | tuple) and len(item) == 3 else (None, None, None)
        most = LIMITS.max_curated if edition else 10**6  # of an edition all are made up to the last that is asked for
        whole = type(place) is int and type(answer) is int and 0 <= place < most and -2 <= answer < 100
        if not whole or not isinstance(edition, str) or len(edition) > 40:
            raise SpecError(path, f"{param.label} samples are given as a list of [edition, place, class].")
        found[edition, place] = answer
        if len(found) > LIMITS.max_curated:
            raise SpecError(path, f"At most {LIMITS.max_curated:,} samples can be curated; these are more.")
    nothing = {"": -2}
    return tuple((*where, found[where]) for where in sorted(found) if found[where] != nothing.get(where[0], -1))


_VALIDATORS: dict[str, Callable[[Param, Any, str], Any]] = {
    "number": _number,
    "integer": _integer,
    "flag": _flag,
    "choice": _choice,
    "seed": _seed,
    "name": _name,
    "text": _text,
    "points": _points,
    "sets": _sets,
    "curated": _curated,
}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What every catalogue entry has: the words and the parameters a person meets.

    `formula` is plain text with Unicode mathematics; `source` names where it comes from.
    `examples` are parameter settings that the contract tests try besides the defaults.
    `order` sorts the catalogue for people.
    """

    id: str
    label: str
    sentence: str
    formula: str = ""
    source: str = ""
    params: tuple[Param, ...] = ()
    examples: tuple[dict[str, Any], ...] = ({},)
    order: int = 100

    def param(self, name: str) -> Param | None:
        """The parameter with that id, or None."""
        return next((param for param in self.params if param.id == name), None)

    def default_values(self) -> dict[str, Any]:
        """Every parameter's default, by id."""
        return {param.id: param.default for param in self.params}

    def describe(self) -> dict[str, Any]:
        """The entry's words and parameters as plain JSON."""
        words = {name: getattr(self, name) for name in ("id", "label", "sentence", "formula", "source")}
        return words | {"params": [param.describe() for param in self.params]}
