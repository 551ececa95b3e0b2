"""The data of a run: made by its rule, shuffled, split, and written as the network and loss want it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np

from dlcore.editions import comparable, values_of
from dlcore.lazy import torch
from dlcore.limits import LIMITS
from dlcore.network.build import compute_inputs
from dlcore.schema import DATA_PARAMS
from dlcore.spec import RunSpec
from dlcore.training.curating import curate
from dlcore.training.mistakes import leak, shuffle_labels
from dlcore.training.rng import generator

IN_TRAINING = ("augment",)  # what is done with the data when a step is made, not when they are made


@dataclass(frozen=True)
class Split:
    """Samples: x (samples, 2) in own units or pictures (samples, channels, rows, columns), y (samples,), inputs
    (samples, inputs) float32, of pictures all their numbers; target (samples, columns) float32 as the loss wants it.
    rows (samples,): which row of what the rule made each is, −1 where a point was drawn by hand or is from another
    edition; None where no rule made them. places (samples,): of train its place in the order in which the data are
    split, −1 as before."""

    x: np.ndarray
    y: np.ndarray
    inputs: torch.Tensor
    target: torch.Tensor
    rows: np.ndarray | None = None
    places: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.y)


def make_split(
    spec: RunSpec,
    x: np.ndarray,
    y: np.ndarray,
    rows: np.ndarray | None = None,
    beyond: Mapping[str, Any] = MappingProxyType({}),
) -> Split:
    """A Split of samples given in own units; `beyond` as in `compute_inputs`."""
    kind = np.float32 if spec.resolved.pictures else np.float64
    x, y = np.ascontiguousarray(x, dtype=kind), np.asarray(y, dtype=np.float64)
    inputs = torch.from_numpy(compute_inputs(spec, x, beyond).astype(np.float32, copy=False))
    target = inputs if spec.resolved.picture else torch.from_numpy(code_target(spec, y))
    return Split(x, y, inputs, target, rows)


def make_points(spec: RunSpec) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """All samples of the spec's rule, x (samples, *shape) and y (samples,), in the order they are split in, and what
    they are beyond the plane; see `make_split`."""
    x, y, rows = _made(spec)
    return x, y, {of: values[rows] for of, values in columns_beyond(spec).items()}


def picture_of(spec: RunSpec, row: int) -> tuple[np.ndarray, str] | None:
    """The picture of one row of what the spec's rule makes, and its words; see `Dataset.picture`. None without one."""
    draw = spec.resolved.dataset.picture
    if draw is None or row < 0:
        return None
    return draw(generator(data_seed(spec), "data"), row, **_params(spec))


def _made(spec: RunSpec) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All points, and which row of the rule's own order each is."""
    entry, seed = spec.resolved.dataset, data_seed(spec)
    x, y = entry.generate(generator(seed, "data"), **_params(spec))
    rows = np.arange(len(y))
    if entry.split:
        rows = generator(seed, "data.order").permutation(len(y))
        x, y = x[rows], y[rows]
    return x, y, rows


def _params(spec: RunSpec) -> dict[str, Any]:
    common = {"kind", *(param.id for param in DATA_PARAMS)}
    return {name: value for name, value in spec.tree["data"].items() if name not in common}


def make_data(spec: RunSpec) -> dict[str, Split]:
    """{"train": Split, "validation": Split, "test": Split}; each may be empty. Then, by their names, the other sets
    that the run is scored on.

    Validation is the end of the training part, so that a share of 0 leaves everything as it was.
    Points drawn by hand are the last of train.
    """
    made = _made(spec)
    points, start = {}, 0
    for name, size in zip(("train", "validation", "test"), spec.split_sizes(len(made[1])), strict=True):
        points[name] = tuple(part[start : start + size] for part in made)
        start += size
    _spoil(spec, points)
    places = np.arange(len(points["train"][1]))
    if curated := spec.tree["data"]["curated"]:
        others = partial(_other, spec, purpose="added")
        points["train"], places = curate(points["train"], curated, others)
    if spec.points:
        drawn = np.array(spec.points, dtype=np.float64)
        drawn = drawn[:, :2], drawn[:, 2], np.full(len(drawn), -1)
        points["train"] = tuple(np.concatenate(parts) for parts in zip(points["train"], drawn, strict=True))
    beyond = columns_beyond(spec)
    found = {
        name: make_split(spec, x, y, rows, {of: np.where(rows < 0, 0.0, values[rows]) for of, values in beyond.items()})
        for name, (x, y, rows) in points.items()
    }
    places = np.concatenate([places, np.full(len(found["train"]) - len(places), -1)])
    found["train"] = replace(found["train"], places=places)
    return found | {name: make_evaluated(spec, name) for name in spec.tree["data"]["evaluate_on"]}


def make_evaluated(spec: RunSpec, name: str) -> Split:
    """Other data that the run is scored on: of a chance of their own, so that none is a training sample in disguise."""
    most = LIMITS.max_evaluated
    x, y = _other(spec, name, most, "evaluate_on")
    beyond = {}
    if any(entry.column is not None for entry in spec.inputs):
        entry, values = values_of(spec.tree["data"], comparable(spec.resolved)[name], most)
        beyond = _beyond(spec, entry, _chance(spec, "evaluate_on"), values, len(y))
    return make_split(spec, x[:most], y[:most], None, beyond)


def _other(spec: RunSpec, name: str, count: int, purpose: str) -> tuple[np.ndarray, np.ndarray]:
    """x and y of so many samples of an edition, or of another set that compares."""
    data, own = spec.tree["data"], spec.resolved.dataset.editions
    slot = comparable(spec.resolved).get(name) or {"kind": data["kind"], **own[name]}
    entry, values = values_of(data, slot, count)
    return entry.generate(_chance(spec, purpose), **values)


def _chance(spec: RunSpec, purpose: str) -> np.random.Generator:
    return generator(data_seed(spec), f"data.{purpose}")


def columns_beyond(spec: RunSpec) -> dict[str, np.ndarray]:
    """The columns of the data's records that are inputs, standardized, in the rule's own order; see `Dataset.records`.

    Those that are not asked for are not made.
    """
    return _beyond(spec, spec.resolved.dataset, generator(data_seed(spec), "data"), _params(spec))


def _beyond(
    spec: RunSpec, entry: Any, chance: np.random.Generator, values: Mapping[str, Any], most: int | None = None
) -> dict[str, np.ndarray]:
    used = [one.column for one in spec.inputs if one.column is not None]
    if not used:
        return {}
    records = entry.records(chance, **values)
    return {column.id: (records[column.id][:most] - column.middle) / column.spread for column in used}


def records_of(spec: RunSpec) -> dict[str, np.ndarray]:
    """What is known of each sample, by field, in the order in which the data are split; {} where nothing is."""
    if spec.resolved.dataset.records is None:
        return {}
    records = spec.resolved.dataset.records(generator(data_seed(spec), "data"), **_params(spec))
    rows = _made(spec)[2]
    return {name: np.asarray(values)[rows] for name, values in records.items()}


def _spoil(spec: RunSpec, points: dict[str, tuple[np.ndarray, ...]]) -> None:
    """Make the deliberate mistakes that the spec asks for, each with its own chance."""
    slot = spec.tree["data"]
    if slot["shuffled_labels"]:
        rng = generator(data_seed(spec), "data.shuffled_labels")
        points["train"] = shuffle_labels(points["train"], slot["shuffled_labels"] / 100, rng)
    if slot["leaked_test"]:
        rng = generator(data_seed(spec), "data.leaked_test")
        points["test"] = leak(points["test"], points["train"], slot["leaked_test"] / 100, rng)


def data_seed(spec: RunSpec) -> int:
    """What the chance in the data comes from: the data's own seed, or else the run's."""
    own = spec.tree["data"]["seed"]
    return spec.tree["seed"] if own is None else own


def data_key(spec: RunSpec) -> str:
    """What a run's data depend on: equal keys, equal data."""
    tree, resolved = spec.tree, spec.resolved
    made = {name: value for name, value in tree["data"].items() if name not in IN_TRAINING}
    return repr((made, tree["seed"], tree["inputs"], resolved.coding, resolved.columns))


def known_or_made(specs: Iterable[RunSpec], known: Mapping[str, Mapping[str, Split]]) -> dict[str, Mapping[str, Split]]:
    """The data of all specs by their keys, those that are known already not made again."""
    keyed = {data_key(spec): spec for spec in specs}
    return {key: known[key] if key in known else make_data(spec) for key, spec in keyed.items()}


def code_target(spec: RunSpec, y: np.ndarray) -> np.ndarray:
    """Targets as the loss wants them: (samples,) → (samples, columns) float32."""
    coding = spec.resolved.coding
    if coding == "one_hot":
        return np.eye(spec.resolved.columns, dtype=np.float32)[y.astype(int)]
    if coding == "sign":
        y = np.where(y > 0, 1.0, -1.0)
    return y.astype(np.float32)[:, None]
