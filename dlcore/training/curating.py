"""Curating carried out: training samples left out, labelled anew, and brought in from other editions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from dlcore.editions import AS_IT_IS, LEFT_OUT

Train = tuple[np.ndarray, np.ndarray, np.ndarray]


def curate(
    train: Train,
    curated: Sequence[Sequence],
    other: Callable[[str, int], tuple[np.ndarray, np.ndarray]],
) -> tuple[Train, np.ndarray]:
    """(x, y, rows) of the training part as curated, and the places where its samples were before, −1 for those that
    were brought in. other(edition, count) → x and y of so many samples of an edition."""
    x, y, rows = train
    kept, y = np.ones(len(y), bool), y.copy()
    added: dict[str, dict[int, int]] = {}
    for edition, place, answer in curated:
        if edition:
            added.setdefault(edition, {})[place] = answer
        elif place < len(y):
            kept[place] = answer != LEFT_OUT
            y[place] = answer if answer >= 0 else y[place]
    places = np.flatnonzero(kept)
    parts = [(x[kept], y[kept], rows[kept])]
    for edition, chosen in added.items():
        numbers, answers = np.array(list(chosen)), np.array(list(chosen.values()), dtype=np.float64)
        other_x, other_y = (part[numbers] for part in other(edition, int(numbers.max()) + 1))
        parts.append((other_x, np.where(answers == AS_IT_IS, other_y, answers), np.full(len(numbers), -1)))
    x, y, rows = (np.concatenate(each) for each in zip(*parts, strict=True))
    return (x, y, rows), np.concatenate([places, np.full(len(y) - len(places), -1)])
