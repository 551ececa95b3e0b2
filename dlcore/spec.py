"""RunSpec: everything that determines a run at step 0, as frozen, versioned JSON.

A spec is a tree of declared `Param`s. A *slot* is an entry of a catalogue with that entry's own
parameters: {"kind": "adam", "learning_rate": 0.01}. Paths are dotted: "network.layers.0.units".
Values "auto" mean what suits the data; `RunSpec.resolved` says what that is.
"""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from dlcore.catalogue import catalogue
from dlcore.inputs import Input, of_column
from dlcore.params import Entry, Param, SpecError, strongest
from dlcore.schema import (
    AUTO,
    DATA,
    DATA_PARAMS,
    INITIALIZER,
    INPUTS,
    LEARNING_PARAMS,
    OUTPUT_ACTIVATION,
    SEED,
    TASK,
    UNFINISHED,
    VIEW_PARAMS,
    entry_of,
    layer_params,
    normal_tree,
    plain,
)
from dlcore.structure import Block, Misfit, blocks_of
from dlcore.whole import check_whole


@dataclass(frozen=True)
class ViewSpec:
    """What is shown and hidden. In links and files; never changes a number."""

    show_test: bool = False
    discretize: bool = False
    log_loss: bool = False
    hidden: tuple[str, ...] = ()
    curves: str = ""
    over_time: bool = False

    @classmethod
    def from_dict(cls, tree: Mapping[str, Any]) -> ViewSpec:
        """Strict: SpecError on an unknown name or a value that is not allowed."""
        return cls().with_(**tree)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {param.id: plain(getattr(self, param.id)) for param in VIEW_PARAMS}

    def with_(self, **changes: Any) -> ViewSpec:
        """A changed copy; SpecError where a change is not allowed."""
        declared = {param.id: param for param in VIEW_PARAMS}
        values = {name: getattr(self, name) for name in declared}
        for name, value in changes.items():
            if name not in declared:
                raise SpecError(f"view.{name[:40]}", f"There is nothing called “{name[:40]}” to show or hide.")
            if declared[name].kind == "names":
                if isinstance(value, str) or not isinstance(value, Iterable):
                    raise SpecError(f"view.{name}", "Hidden controls are given as a list of names.")
                values[name] = tuple(dict.fromkeys(str(item)[:80] for item in value))[:100]
            else:
                values[name] = declared[name].validate(value, f"view.{name}")
        return ViewSpec(**values)


@dataclass(frozen=True)
class Resolved:
    """What a spec's "auto" values and its data come to.

    `dataset` is the entry as it is with its parameters (`Dataset.at`); `target` is "number",
    "binary" or "classes"; `coding` how the loss wants it written; `columns`
    the outputs of the network; `range` the (low, high) that the output map's colours span; `input_shape` that of
    what the network is given; `picture` the shape of the target where that is the picture itself, else ().
    """

    dataset: Entry
    target: str
    loss: Entry
    coding: str
    output_activation: str
    columns: int
    range: tuple[float, float]
    shuffle: bool
    remainder: str
    input_shape: tuple[int, ...]
    picture: tuple[int, ...] = ()

    @property
    def pictures(self) -> bool:
        """Whether the samples are pictures, not points of a plane."""
        return self.dataset.is_pictures


@dataclass(frozen=True)
class RunSpec:
    """Everything that determines a run at step 0. Make one by `default`, `from_dict` or a link."""

    tree: Mapping[str, Any] = field(repr=False)

    @classmethod
    def default(cls) -> RunSpec:
        """The network that TensorFlow Playground opens with: circle, x₁ and x₂, 4 and 2 tanh neurons."""
        return cls.from_dict({})

    @classmethod
    def from_dict(cls, tree: Mapping[str, Any]) -> RunSpec:
        """Strict: missing values take their default, anything not allowed is a SpecError(path, message)."""
        return cls(normal_tree(tree))._checked()

    @classmethod
    def from_json(cls, text: str) -> RunSpec:
        """As `from_dict`, from JSON text."""
        try:
            tree = json.loads(text)
        except ValueError as error:
            raise SpecError("", f"This is not JSON: {error}.") from None
        return cls.from_dict(tree)

    @staticmethod
    def read_link(text: str) -> tuple[RunSpec, ViewSpec, list[str]]:
        """Spec, view and notes of a link, ours or TensorFlow Playground's; lenient (see `dlcore.links`)."""
        from dlcore.links import read_link

        return read_link(text)

    @classmethod
    def from_tfp_link(cls, text: str) -> RunSpec:
        """The spec of a TensorFlow Playground link: whole link, "#…" or the bare query; lenient."""
        from dlcore.tfp_links import read_tfp_link

        return read_tfp_link(text)[0]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON, every value written out; `from_dict` gives the same spec again."""
        return copy.deepcopy(dict(self.tree))

    def to_json(self) -> str:
        """Canonical JSON text: equal specs give equal texts."""
        return json.dumps(self.tree, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def with_(self, **changes: Any) -> RunSpec:
        """A changed copy: spec.with_(seed=3, **{"learning.optimizer.learning_rate": 0.1}). Strict.

        A slot takes an entry's id ({"learning.optimizer": "adam"}); parameters that were changed
        from their default and that the new entry has too are kept.
        """
        tree = self.to_dict()
        # an entry is chosen before its own parameters are set, whatever the order they were given in
        for path in sorted(changes, key=lambda path: path.removesuffix(".kind").count(".")):
            _set(tree, path, changes[path])
        return RunSpec(normal_tree(tree))._checked()

    def get(self, path: str) -> Any:
        """The value at a path; SpecError where there is none."""
        node: Any = self.tree
        for part in path.split("."):
            node = _child(node, part, path)
        return copy.deepcopy(node)

    def params(self) -> dict[str, Param]:
        """Every parameter of this spec by its path, entries' own parameters included."""
        found = {"seed": SEED, "inputs": INPUTS, "data": DATA} | _slot_params(self.tree["task"], TASK, "task")
        found |= {f"data.{param.id}": param for param in (*entry_of(self.tree["data"], DATA).params, *DATA_PARAMS)}
        for index, layer in enumerate(self.tree["network"]["layers"]):
            entry = catalogue("layers")[layer["kind"]]
            found |= {f"network.layers.{index}.{param.id}": param for param in layer_params(entry)}
        found["network.output.activation"] = OUTPUT_ACTIVATION
        for section, declared in (("network", (INITIALIZER,)), ("learning", LEARNING_PARAMS)):
            for param in declared:
                found |= _slot_params(self.tree[section][param.id], param, f"{section}.{param.id}")
        return found

    def changes_to(self, other: RunSpec) -> dict[str, Any]:
        """The paths at which `other` differs, with its values; {} for equal specs."""
        return _differences(self.tree, other.tree, "")

    def effect_of(self, other: RunSpec) -> str:
        """What going over to `other` does to a run: the strongest `on_change` of what differs."""
        return strongest(_declared(path, self, other).on_change for path in self.changes_to(other))

    @cached_property
    def resolved(self) -> Resolved:
        """The "auto" values resolved, and what follows from data and loss; SpecError where they do not fit."""
        dataset = catalogue("datasets")[self.tree["data"]["kind"]].at(self.tree["data"])
        learning, pictures = self.tree["learning"], dataset.is_pictures
        reproduced = self.tree["data"]["target"] == "picture"
        if reproduced and not pictures:
            raise SpecError("data.target", f"{dataset.label} has no pictures that a network could give back.")
        target = "number" if reproduced else dataset.target
        suited = {"learning.loss": "mean_squared" if target == "number" else "binary_cross_entropy"}
        if target == "classes":
            suited["learning.loss"] = "softmax_cross_entropy"
        suited |= {"learning.shuffle": True, "learning.remainder": "train"} | dict(dataset.defaults)
        chosen = learning["loss"]
        loss = catalogue("losses").find(suited["learning.loss"] if chosen == AUTO else chosen, "learning.loss", "Loss")
        if target not in loss.codings:
            kind = {"number": "numbers", "binary": "two classes", "classes": "several classes"}[target]
            raise SpecError(
                "learning.loss",
                f"{loss.label} does not fit {dataset.label}, whose target is {kind}. Choose another loss.",
            )
        coding, natural = loss.codings[target]
        activation = self.tree["network"]["output"]["activation"]
        if activation not in (AUTO, natural) and not loss.free_output:
            raise SpecError(
                "network.output.activation",
                f"{loss.label} is computed from the output before its activation and needs {natural}. "
                "Choose automatic, or another loss.",
            )
        shuffle = learning["shuffle"]
        columns = math.prod(dataset.shape) if reproduced else len(dataset.classes) if coding == "one_hot" else 1
        return Resolved(
            dataset=dataset,
            target=target,
            loss=loss,
            coding=coding,
            output_activation=natural if activation == AUTO else activation,
            columns=columns,
            range=(0.0, 1.0) if reproduced or coding in ("zero_one", "one_hot") else (-1.0, 1.0),
            shuffle=suited["learning.shuffle"] if shuffle == AUTO else shuffle == "on",
            remainder=suited["learning.remainder"] if learning["remainder"] == AUTO else learning["remainder"],
            input_shape=dataset.shape if pictures else (len(self.tree["inputs"]),),
            picture=dataset.shape if reproduced else (),
        )

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The network's blocks from the input on, the output included, with their shapes and what does not fit."""
        return blocks_of(self.tree["network"]["layers"], self.resolved)

    @property
    def misfits(self) -> list[Misfit]:
        """What of the network does not fit what comes into it. Such a spec can be kept, shown and mended, not run."""
        return [block.misfit for block in self.blocks if block.misfit]

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """What the network is given of a point, one entry for each number."""
        columns = {column.id: column for column in self.resolved.dataset.extras}
        return tuple(
            of_column(columns[name]) if name in columns else catalogue("inputs")[name] for name in self.tree["inputs"]
        )

    @property
    def points(self) -> list[list[float]]:
        """The points drawn by hand: [x, y, target] each. Not to be changed in place."""
        return self.tree["data"]["points"]

    @property
    def task(self) -> Entry:
        """What one step of training means: an entry of the catalogue of tasks. A network that does not fit yet has
        a task of its own, which can't make any."""
        return catalogue("tasks")[UNFINISHED] if self.misfits else entry_of(self.tree["task"], TASK)

    @cached_property
    def provides(self) -> frozenset[str]:
        """The parts of a position that mean something for this run, in the words of `Probe.needs`."""
        return frozenset(self.task.provides) - ({"grid"} if self.resolved.pictures else {"pictures"})

    @property
    def file(self) -> str | None:
        """The key of the own file that the data are from (see `dlcore.tables`); None for other data."""
        return self.tree["data"].get("file")

    def _checked(self) -> RunSpec:
        check_whole(self)
        return self

    @property
    def train_share(self) -> float:
        """The share of the data that is trained on, 0 … 1; 1 where the data is not split."""
        return self.tree["data"]["train_share"] / 100 if self.resolved.dataset.split else 1.0

    def split_sizes(self, samples: int) -> tuple[int, int, int]:
        """How many of so many samples are for training, validation and test, in the order of the split."""
        first = max(round(samples * self.train_share), min(samples, 1))
        share = self.tree["data"]["validation_share"] / 100 if self.resolved.dataset.split else 0.0
        validation = min(max(round(first * share), 1), max(first - 1, 0)) if share else 0
        return first - validation, validation, samples - first

    def __hash__(self) -> int:
        return hash(self.to_json())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RunSpec) and self.to_json() == other.to_json()


def _child(node: Any, part: str, path: str) -> Any:
    if isinstance(node, Mapping) and part in node:
        return node[part]
    if isinstance(node, list | tuple) and part.isdigit() and int(part) < len(node):
        return node[int(part)]
    raise SpecError(path[:80], f"There is no setting called “{path[:80]}”.")


def _set(tree: dict[str, Any], path: str, value: Any) -> None:
    parts = path.split(".")
    if parts[-1] == "kind":
        parts.pop()
    node: Any = tree
    for part in parts[:-1]:
        node = _child(node, part, path)
    last = parts[-1]
    if parts[:-1] != ["data", "augment"]:  # there, what is nothing is left out
        _child(node, last, path)  # refuses what does not exist
    slot = node[int(last)] if isinstance(node, list) else node.get(last)
    key = int(last) if isinstance(node, list) else last
    if isinstance(slot, Mapping) and "kind" in slot and isinstance(value, str):
        value = _carry(slot, value, path)
    node[key] = copy.deepcopy(value)


def _carry(slot: Mapping[str, Any], kind: str, path: str) -> dict[str, Any]:
    """The slot with another entry in it; what was changed from its default and exists there too stays."""
    slots = {"task": TASK, "data": DATA, "initializer": INITIALIZER} | {param.id: param for param in LEARNING_PARAMS}
    param = slots.get(path.removesuffix(".kind").rsplit(".", 1)[-1])
    if param is None or not param.catalogue:
        raise SpecError(path, f"“{kind[:40]}” is not a value for this setting.")
    old = entry_of(slot, param)
    new = catalogue(param.catalogue).find(kind, path, param.label)
    kept = {"kind": kind, **new.default_values()}
    for name, value in slot.items():
        declared = old.param(name)
        if name != "kind" and (declared is None or (value != declared.default and new.param(name) and name != "file")):
            kept[name] = value
    for name in ("points", "curated", "evaluate_on"):
        if name in kept:
            kept[name] = []  # what was drawn was drawn on the old data; undo brings both back
    return kept


def _slot_params(value: Any, param: Param, path: str) -> dict[str, Param]:
    """A slot's own parameter and those of the entry that it holds, by path."""
    inner = entry_of(value, param).params if isinstance(value, Mapping) else ()
    return {path: param} | {f"{path}.{one.id}": one for one in inner}


_SECTIONS = ("", "network", "network.output", "learning")


def _differences(old: Any, new: Any, path: str) -> dict[str, Any]:
    is_slot = isinstance(old, Mapping) and isinstance(new, Mapping) and "kind" in old and old["kind"] == new.get("kind")
    if path in _SECTIONS or is_slot:
        found: dict[str, Any] = {}
        for name in new:
            found |= _differences(old.get(name), new[name], f"{path}.{name}" if path else name)
        return found
    if path == "network.layers" and isinstance(old, list) and len(old) == len(new):
        found = {}
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            found |= _differences(before, after, f"{path}.{index}")
        return found
    return {} if old == new else {path: copy.deepcopy(new)}


_LAYERS = Param(id="layers", label="Layers", kind="list", default=(), sentence="The layers, from the input on.")


def _declared(path: str, *specs: RunSpec) -> Param:
    """The Param that declares a path in one of the specs."""
    if path.startswith("network.layers"):
        specific = [spec.params()[path] for spec in specs if path in spec.params()]
        return specific[0] if specific else _LAYERS
    for spec in reversed(specs):
        if path in spec.params():
            return spec.params()[path]
    raise SpecError(path[:80], f"There is no setting called “{path[:80]}”.")
