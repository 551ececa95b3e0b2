"""Consequences: what a change of the weights did to the network's answers, told in words made from the data."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcore.network.names import capital
from dlcore.training.reading import Reading

FEWEST = 3  # of less than three points nobody says where they lie
MAJORITY = 2 / 3  # a place is named where at least so much of what flipped lies there,
CLEARLY = 1.25  # and so many times as much as of all points
MOVED = 0.1  # an answer that is a number has moved much where it moved by this share of the range of the targets
SPLITS = ("train", "test")
NOTHING = "Nothing changed: the network answers everything as before."


@dataclass(frozen=True)
class Answers:
    """How a network does: its metrics, and its answer for each point of "train" and "test"."""

    metrics: Mapping[str, float]
    of: Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Consequences:
    """What was done, and what became of it; `str()` is both.

    `metrics` maps each to (before, after). `flipped` maps "train" and "test" to the indices of the points that
    are answered otherwise: by another class or, where answers are numbers, by one that moved by more than
    `MOVED` of the targets' range. `where` says (words, how many of the flipped training points), or None.
    """

    done: str
    sentence: str
    metrics: Mapping[str, tuple[float, float]]
    flipped: Mapping[str, np.ndarray]
    where: tuple[str, int] | None

    def __str__(self) -> str:
        return f"{self.done} {self.sentence}"

    def describe(self) -> dict[str, Any]:
        """Plain JSON; what is not finite is None."""
        pairs = {name: [v if math.isfinite(v) else None for v in pair] for name, pair in self.metrics.items()}
        flipped = {split: indices.tolist() for split, indices in self.flipped.items()}
        where = self.where and {"words": self.where[0], "count": self.where[1]}
        return {"done": self.done, "sentence": self.sentence, "metrics": pairs, "flipped": flipped, "where": where}


def answers(run: Reading) -> Answers:
    """How a run does now, measured on its own data."""
    provided = SPLITS if "predictions" in run.spec.provides else ()
    return Answers(run.metrics, {split: np.array(run.predictions(split)) for split in provided if len(run.data(split))})


def consequences(run: Reading, before: Answers, done: str) -> Consequences:
    """What is different now. `done` says what was done."""
    after = answers(run)
    metrics = {name: (before.metrics[name], value) for name, value in after.metrics.items() if name in before.metrics}
    if "predictions" not in run.spec.provides:  # a task without samples has its metrics alone
        labels = {metric.id: metric.label for metric in run.task.metrics}
        told = [f"{labels[name]} {_change(*pair, False)}" for name, pair in metrics.items() if pair[0] != pair[1]]
        return Consequences(done, f"{', '.join(told)}." if told else NOTHING, metrics, {}, None)
    resolved = run.spec.resolved
    if resolved.target == "number":
        y = run.data("train").target.numpy()
        most = MOVED * float(np.ptp(y)) if len(y) else 0.0
        moved = {split: _distance(new, before.of[split]) > most for split, new in after.of.items()}
        became: list[str] = []
    else:
        middle = sum(resolved.range) / 2
        old, new = ({split: _classes(found, middle) for split, found in each.of.items()} for each in (before, after))
        moved = {split: new[split] != old[split] for split in new}
        became = _became(old["train"], new["train"], resolved.dataset.classes) if "train" in new else []
    flipped = {split: np.flatnonzero(which) for split, which in moved.items()}
    alike = all(np.array_equal(before.of[split], found) for split, found in after.of.items())
    plane = "grid" in run.spec.provides
    where = place_of(run.data("train").x, moved["train"]) if "train" in moved and plane else None
    if alike:
        return Consequences(done, NOTHING, metrics, flipped, None)
    if where and len(became) == 2 and len(resolved.dataset.classes) == 2:
        became = []  # both ways between two classes, and a place is named: the sentence has said enough
    parts = [*_measures(metrics), _points(flipped, resolved.target, where, became, "point" if plane else "picture")]
    return Consequences(done, f"{capital(', '.join(parts[:-1]))}; {parts[-1]}.", metrics, flipped, where)


def _distance(new: np.ndarray, old: np.ndarray) -> np.ndarray:
    """(samples,) how far answers moved that are numbers; of pictures the root of the mean square over the pixels."""
    apart = np.abs(new - old)
    return apart if apart.ndim == 1 else np.sqrt(np.square(apart).mean(-1))


def _classes(answers: np.ndarray, middle: float) -> np.ndarray:
    return answers.argmax(-1) if answers.ndim > 1 else (answers > middle).astype(int)


def _measures(metrics: Mapping[str, tuple[float, float]]) -> list[str]:
    """["accuracy 0.97 → 0.81 (test 0.95 → 0.80)", "loss 0.051 → 0.32 (test …)"], what people count first."""
    found = []
    for kind in ("accuracy", "error", "loss"):
        pairs = {split: metrics[f"{split}_{kind}"] for split in SPLITS if f"{split}_{kind}" in metrics}
        if pairs:
            texts = {split: _change(*pair, kind == "accuracy") for split, pair in pairs.items()}
            beside = f" (test {texts['test']})" if "test" in texts else ""
            found.append(f"{kind} {texts.get('train', 'unknown')}{beside}")
    return found


def _change(before: float, after: float, share: bool) -> str:
    """ "0.97 → 0.81", with as many digits as tell the two apart, "stays 0.97" where none does."""
    if before == after or not (math.isfinite(before) or math.isfinite(after)):
        return f"stays {_figure(after, 2, share)}"
    for digits in range(2, 7):
        old, new = _figure(before, digits, share), _figure(after, digits, share)
        if old != new:
            return f"{old} → {new}"
    return f"stays {new}"


def _figure(value: float, digits: int, share: bool) -> str:
    if not math.isfinite(value):
        return "too large to tell"
    return (f"{value:.{digits}f}" if share else f"{value:#.{digits}g}".rstrip(".")).replace("-", "−")


def _points(
    flipped: Mapping[str, np.ndarray], target: str, where: tuple[str, int] | None, became: list[str], what: str
) -> str:
    """ "39 points flipped, 31 of them top right; 30 from orange to blue, 9 from blue to orange"."""
    count = len(flipped.get("train", ()))
    verb = f"moved by more than {MOVED * 100:.0f} % of the targets’ range" if target == "number" else "flipped"
    text = f"{count or 'no'} {what}{'s' * (count != 1)} {verb}"
    if where:
        text += f", {'all' if where[1] == count else where[1]} of them {where[0]}"
    return "; ".join([text, ", ".join(became)]) if became else text


def _became(before: np.ndarray, after: np.ndarray, names: tuple[str, ...]) -> list[str]:
    """Which class became which, the two that are most frequent."""
    changes = Counter((int(a), int(b)) for a, b in zip(before, after, strict=True) if a != b)
    most = sorted(changes.items(), key=lambda item: (-item[1], item[0]))[:2]
    if len(changes) == 1:  # one way is said without its number, which stands before it
        return [f"{'all ' * (most[0][1] > 1)}from {names[old]} to {names[new]}" for (old, new), _ in most]
    return [f"{count} from {names[old]} to {names[new]}" for (old, new), count in most]


# Seen from the middle of the data: the four sides, and the four corners between them.
_SIDES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "on the right": lambda x, y: x > 0,
    "at the top": lambda x, y: y > 0,
    "on the left": lambda x, y: x < 0,
    "at the bottom": lambda x, y: y < 0,
    "top right": lambda x, y: (x > 0) & (y > 0),
    "top left": lambda x, y: (x < 0) & (y > 0),
    "bottom left": lambda x, y: (x < 0) & (y < 0),
    "bottom right": lambda x, y: (x > 0) & (y < 0),
}


def place_of(x: np.ndarray, chosen: np.ndarray) -> tuple[str, int] | None:
    """Where some of the points x (n, 2) lie, as the plane is drawn: ("top right", how many of them), or None.

    `chosen` (n,) is True for those. Sides and corners are seen from the mean of all points; "in the middle" is the
    half of the points nearest to it, "at the edge" the other half. A place is named only where a clear majority lies
    (`MAJORITY`), and clearly more than of all points (`CLEARLY`); of several the one that tells the most: where the
    share of the chosen is the largest multiple of the share of all. Every part of the rule turns with the data:
    points turned by 90° are said to lie 90° further.
    """
    count = int(chosen.sum())
    if count < FEWEST or x.shape[1:] != (2,):  # pictures lie nowhere
        return None
    across, up = (x - x.mean(axis=0)).T
    distance = np.hypot(across, up)
    inside = distance <= np.median(distance)
    places = {words: lies(across, up) for words, lies in _SIDES.items()}
    found = []
    for words, members in (places | {"in the middle": inside, "at the edge": ~inside}).items():
        here, all_here = int((members & chosen).sum()), int(members.sum())
        multiple = here / count / max(all_here / len(x), 1e-12)
        if here >= MAJORITY * count and multiple >= CLEARLY:
            found.append((multiple, words, here))
    if not found:
        return None
    _, words, here = max(found, key=lambda each: each[0])
    return words, here
