"""TensorFlow Playground's links: a spec and a view out of the names and values that its own state uses.

    activation=relu&batchSize=15&dataset=spiral&networkShape=8,8&xTimesY=true&showTestData=true

Reading is lenient: a bad value gives its default and a note that names key and value.

Source: `state.ts` of github.com/tensorflow/playground.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping
from typing import Any

from dlcore.catalogue import catalogue
from dlcore.limits import LIMITS
from dlcore.link_text import attempt, pairs_of
from dlcore.schema import DEFAULT_LAYERS
from dlcore.spec import RunSpec, ViewSpec

_TFP_ACTIVATIONS = {"relu": "relu", "tanh": "tanh", "sigmoid": "sigmoid", "linear": "linear"}
_TFP_REGULARIZATION = {"none": "none", "": "none", "L1": "l1_tfp", "L2": "l2"}
_TFP_OTHERS = (
    "activation", "regularization", "regularizationRate", "learningRate", "batchSize", "dataset", "regDataset", "noise",
    "networkShape", "seed", "showTestData", "discretize", "percTrainData", "problem", "initZero", "hideText",
    "collectStats", "tutorial",
)  # fmt: skip
# noise and seed are ours too: they alone do not make a link TensorFlow Playground's
TFP_KEYS = (set(_TFP_OTHERS) - {"noise", "seed", "discretize"}) | {
    "x", "y", "xTimesY", "xSquared", "ySquared", "sinX", "sinY", "cosX", "cosY",
}  # fmt: skip
# What `…_hide` of a control hides here.
_TFP_HIDES = {
    "activation": ("activation",), "regularization": ("learning.penalty",),
    "regularizationRate": ("learning.penalty.rate",), "learningRate": ("learning.optimizer.learning_rate",),
    "batchSize": ("learning.batch_size",), "dataset": ("data",), "regDataset": ("data",), "problem": ("data",),
    "noise": ("data.noise",), "percTrainData": ("data.train_share",), "showTestData": ("show_test",),
    "discretize": ("discretize",), "playButton": ("play",), "stepButton": ("step",), "resetButton": ("reset",),
    "numHiddenLayers": ("add_layer", "remove_layer"), "networkShape": ("add_layer", "remove_layer", "units"),
    "dataNoise": ("data.noise",), "seed": ("seed",),
}  # fmt: skip


def read_tfp_link(text: str) -> tuple[RunSpec, ViewSpec, list[str]]:
    """Spec, view and notes of a TensorFlow Playground link: whole link, “#…” or the bare query."""
    pairs, notes = pairs_of(text)
    spec, view, more = read_tfp(pairs)
    return spec, view, [*notes, *more]


def read_tfp(pairs: Mapping[str, str]) -> tuple[RunSpec, ViewSpec, list[str]]:
    """As `read_tfp_link`, of a link's pairs."""
    notes: list[str] = []
    reader = _TfpReader(pairs, notes)
    problem = reader.one_of("problem", {"classification": "dataset", "regression": "regDataset"}, "classification")
    names = {
        entry.tfp: name
        for name, entry in catalogue("datasets").items()
        if entry.tfp and (entry.target == "number") == (problem == "regDataset")
    }
    dataset = reader.one_of(problem, names, "circle" if problem == "dataset" else "reg-plane")
    changes: dict[str, Any] = {
        "data": dataset,
        "inputs": reader.inputs(),
        "network.layers": reader.layers(reader.one_of("activation", _TFP_ACTIVATIONS, "tanh")),
        "learning.penalty": reader.one_of("regularization", _TFP_REGULARIZATION, "none"),
        "network.initializer": "zeros" if reader.flag("initZero", False) else "tfp_uniform",
        "seed": reader.seed(),
    }
    spec = RunSpec.default().with_(**changes)
    spec = reader.number(spec, "noise", "data.noise")
    spec = reader.number(spec, "percTrainData", "data.train_share")
    spec = reader.number(spec, "batchSize", "learning.batch_size")
    spec = reader.number(spec, "learningRate", "learning.optimizer.learning_rate")
    if changes["learning.penalty"] != "none":
        spec = reader.number(spec.with_(**{"learning.penalty.rate": 0}), "regularizationRate", "learning.penalty.rate")
    hidden = [control for key in pairs if key.endswith("_hide") for control in reader.hides(key)]
    view = ViewSpec(reader.flag("showTestData", False), reader.flag("discretize", False), False, tuple(hidden))
    known = set(_TFP_OTHERS) | TFP_KEYS
    unknown = [key for key in pairs if key not in known and not key.endswith("_hide")]
    notes += [f"The link says “{key[:40]}”, which is not known here; it was left out." for key in unknown]
    return spec, view, notes


class _TfpReader:
    """Reads one TFP value at a time; a bad one gives its default and a note that names key and value."""

    def __init__(self, pairs: Mapping[str, str], notes: list[str]):
        self.pairs = pairs
        self.notes = notes

    def one_of(self, key: str, values: Mapping[str, str], default: str) -> str:
        """What one of several words means here."""
        given = self.pairs.get(key, default)
        if given not in values:
            offered = ", ".join(value for value in values if value)
            self.notes.append(
                f"The link says {key}={given[:40]}, but it must be one of {offered}; {default} was taken."
            )
            given = default
        return values[given]

    def flag(self, key: str, default: bool) -> bool:
        """Whether it says “true”; anything but “true” and “false” is the default."""
        given = self.pairs.get(key, str(default).lower())
        if given not in ("true", "false"):
            self.notes.append(f"The link says {key}={given[:40]}, but it must be true or false; the default was taken.")
            return default
        return given == "true"

    def number(self, spec: RunSpec, key: str, path: str) -> RunSpec:
        """The spec with a number at `path`; its range is declared there."""
        given = self.pairs.get(key)
        return spec if given is None else attempt(spec, {path: given}, key, given, self.notes)

    def seed(self) -> int:
        """Theirs is any text, ours a number: its CRC-32."""
        given = self.pairs.get("seed")
        return 1 if given is None else zlib.crc32(given.encode())

    def inputs(self) -> list[str]:
        """Those that are turned on; x₁ and x₂ where none is."""
        entries = catalogue("inputs").items()
        chosen = [name for name, entry in entries if entry.tfp and self.flag(entry.tfp, entry.tfp in ("x", "y"))]
        if not chosen:
            self.notes.append("The link turns off every input, but a network needs one; x₁ and x₂ were taken.")
        return chosen or ["x1", "x2"]

    def layers(self, activation: str) -> list[dict[str, Any]]:
        """The sizes of "8,8", as far as the picture has room."""
        given = self.pairs.get("networkShape")
        sizes = [layer["units"] for layer in DEFAULT_LAYERS]
        if given is not None:
            parts = [part for part in given.split(",") if part.strip()]
            numbers = [_whole(part) for part in parts]
            if len(numbers) <= LIMITS.picture_layers and all(0 < number <= LIMITS.picture_units for number in numbers):
                sizes = numbers
            else:
                self.notes.append(
                    f"The link says networkShape={given[:40]}, but a network here has up to {LIMITS.picture_layers} "
                    f"layers of 1 to {LIMITS.picture_units} neurons; 4,2 was taken."
                )
        return [{"kind": "dense", "units": units, "activation": activation} for units in sizes]

    def hides(self, key: str) -> tuple[str, ...]:
        """Our names of what "<control>_hide" takes away."""
        name = key.removesuffix("_hide")
        if self.pairs[key] != "true":
            return ()
        if name in _TFP_HIDES:
            return _TFP_HIDES[name]
        if any(entry.tfp == name for entry in catalogue("inputs").values()):
            return ("inputs",)
        self.notes.append(f"The link hides “{name[:40]}”, which is not known here; nothing was hidden for it.")
        return ()


def _whole(text: str) -> int:
    number = float(text) if text.strip().replace(".", "", 1).isdigit() else math.nan
    return int(number) if number == number and number == int(number) else 0
