"""Links: a spec and a view as a short text behind our address, ours or TensorFlow Playground's.

    v=1&data=spiral&noise=10&inputs=x1,x2&layers=8,8:relu&rate=0.03&seed=5&test=1

Only what differs from the default is written, but for data, inputs, layers and seed, which make
a link readable. Reading is lenient: a value that is not allowed gives its default and a note.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from dlcore.catalogue import catalogue
from dlcore.limits import LIMITS
from dlcore.params import Param, SpecError
from dlcore.schema import DEFAULT_LAYERS, LAYER_ACTIVATION, VIEW_PARAMS, layer_params
from dlcore.spec import RunSpec, ViewSpec, fit

CHANGED = (
    "This network was changed while it learned, on the way to where the link was made. "
    "Here it starts at step 0 with its settings as they stood then."
)
LEFT_OUT = (
    "The link leaves out the given start weights; who opens it starts with {default} instead."
)
NO_VALUES = "The link says that start weights are given, but a link holds none. The default was taken instead."
ALWAYS = ("data", "inputs", "seed")  # and the layers: what makes a link readable


def write_link(spec: RunSpec, view: ViewSpec | None = None, changed: bool = False) -> str:
    """The text behind “#” of a link that opens this spec and view at step 0."""
    found = {"v": "1", "data": "", "inputs": "", "layers": _write_layers(spec.get("network.layers")), "seed": ""}
    for path, param in spec.params().items():
        if path.startswith("network.layers") or param.kind == "values":
            continue
        value = spec.get(path)
        if isinstance(value, Mapping):
            if _is_given(value):
                continue
            value = value["kind"]
        if path in ALWAYS or value != param.default:
            found[_key(path, param)] = _text(value)
    for param in VIEW_PARAMS:
        value = getattr(view or ViewSpec(), param.id)
        if value != param.default:
            found[param.key] = _text(value)
    if changed:
        found["changed"] = "1"
    return "&".join(f"{key}={quote(value, safe=',:.;-_=')}" for key, value in found.items())


def left_out(spec: RunSpec) -> list[str]:
    """Whole sentences on what of this spec a link does not hold."""
    if not _is_given(spec.tree["network"]["initializer"]):
        return []
    default = catalogue("initializers")[spec.params()["network.initializer"].default]
    return [LEFT_OUT.format(default=default.label.lower())]


def _is_given(slot: Mapping[str, Any]) -> bool:
    """Whether an entry's numbers are spelled out: no link holds them, and without them it means nothing."""
    return slot["kind"] == "given" and "values" in slot


def read_link(text: str) -> tuple[RunSpec, ViewSpec, list[str]]:
    """Spec, view and notes of any link: whole address, “#…” or bare. Never raises for its content."""
    pairs, notes = _pairs(text)
    if "v" not in pairs and any(name in TFP_KEYS or name.endswith("_hide") for name in pairs):
        spec, view, more = _read_tfp(pairs)
        return spec, view, [*notes, *more]
    version = pairs.pop("v", "1")
    if version != "1":
        notes.append(f"This link was written by another version ({version[:20]}); what could be read of it is here.")
    if pairs.pop("changed", "") not in ("", "0"):
        notes.append(CHANGED)
    view = ViewSpec()
    for param in VIEW_PARAMS:
        if param.key in pairs:
            given = pairs.pop(param.key)
            value = [name for name in given.split(",") if name] if param.kind == "names" else given
            try:
                view = view.with_(**{param.id: value})
            except SpecError as error:
                notes.append(_note(param.key, given, error))
    return _read_spec(pairs, notes), view, notes


def _read_spec(pairs: dict[str, str], notes: list[str]) -> RunSpec:
    spec = RunSpec.default()
    # slots come first, since what else there is to set depends on them
    slots = [path for path, param in spec.params().items() if isinstance(spec.get(path), Mapping)]
    for path in slots:
        key = _key(path, spec.params()[path])
        if path == "network.initializer" and pairs.get(key) == "given":
            notes.append(NO_VALUES)
            del pairs[key]
        if key in pairs:
            spec = _try(spec, {path: pairs[key]}, key, pairs.pop(key), notes)
    if "layers" in pairs:
        given = pairs.pop("layers")
        try:
            spec = spec.with_(**{"network.layers": _read_layers(given)})
        except SpecError as error:
            notes.append(_note("layers", given, error))
    if "inputs" in pairs:
        spec = _read_inputs(spec, pairs.pop("inputs"), notes)
    by_key = {_key(path, param): (path, param) for path, param in spec.params().items()}
    for key in pairs:
        if key not in by_key:
            notes.append(f"The link says “{key[:40]}”, which is not known here; it was left out.")
    # in the order they are declared, so that what needs another setting finds it set
    for key, (path, param) in by_key.items():
        if key in pairs:
            spec = _try(spec, {path: _typed(param, pairs[key])}, key, pairs[key], notes)
    return spec


def _try(spec: RunSpec, changes: dict[str, Any], key: str, given: str, notes: list[str]) -> RunSpec:
    try:
        spec, more = fit(spec, changes)
    except SpecError as error:
        more = [_note(key, given, error)]
    notes += more
    return spec


def _read_inputs(spec: RunSpec, given: str, notes: list[str]) -> RunSpec:
    names = [name for name in given.split(",") if name]
    known = [name for name in names if name in catalogue("inputs")]
    for name in names:
        if name not in known:
            notes.append(f"The link has an input “{name[:40]}”, which is not known here; it was left out.")
    return _try(spec, {"inputs": known}, "inputs", given, notes)


def _note(key: str, given: str, error: SpecError) -> str:
    return f"The link says {key[:40]}={given[:60]}: {error.message} The default was taken instead."


def _key(path: str, param: Param) -> str:
    """Declared keys are short; an entry's own parameter is called by its id (`noise`, `rate`, `beta1`)."""
    if param.key:
        return param.key
    section, _, name = path.rpartition(".")
    if name == "rate" and section.endswith("penalty"):
        return "penalty.rate"
    return {"learning_rate": "rate"}.get(name, name)


def _typed(param: Param, given: str) -> Any:
    return None if param.optional and given in ("", "none") else given


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, list | tuple):
        return ",".join(str(item) for item in value)
    return "none" if value is None else str(value)


def _write_layers(layers: list[dict[str, Any]]) -> str:
    """8,8:relu;drop=0.2 — units of a dense layer, its activation where it is not tanh, and what else is not
    the default as name=value; other layers as kind;name=value."""
    return ",".join(_write_layer(layer) for layer in layers)


def _write_layer(layer: Mapping[str, Any]) -> str:
    head, told = layer["kind"], {"kind"}
    if head == "dense":
        activation = layer["activation"]
        head = f"{layer['units']}" + (f":{activation}" if activation != LAYER_ACTIVATION.default else "")
        told = {"kind", "units", "activation"}
    declared = layer_params(catalogue("layers")[layer["kind"]])
    rest = [param for param in declared if param.id not in told and layer[param.id] != param.default]
    return ";".join([head, *(f"{param.key or param.id}={_text(layer[param.id])}" for param in rest)])


def _read_layers(text: str) -> list[dict[str, Any]]:
    layers = []
    for part in (part for part in text.split(",") if part):
        head, *settings = part.split(";")
        layer = {"kind": head}
        if head[:1].isdigit():
            units, _, activation = head.partition(":")
            layer = {"kind": "dense", "units": units} | ({"activation": activation} if activation else {})
        entry = catalogue("layers").get(layer["kind"])
        names = {param.key: param.id for param in layer_params(entry) if param.key} if entry else {}
        given = dict(setting.partition("=")[::2] for setting in settings)
        layers.append(layer | {names.get(name, name): value for name, value in given.items()})
    return layers


def _pairs(text: str) -> tuple[dict[str, str], list[str]]:
    """The key=value pairs of a link's hash (or its query, or the bare text), and notes."""
    text = str(text).strip()
    if len(text) > LIMITS.max_link_characters:
        return {}, [f"This link is longer than {LIMITS.max_link_characters:,} characters and was not read."]
    bare = text.split("#", 1)[1] if "#" in text else text.split("?", 1)[1] if "?" in text else text
    if "://" in bare or ("=" not in bare and bare):
        return {}, ["This link holds no settings that can be read."]
    return {key: unquote(value) for key, value in parse_qsl(bare, keep_blank_values=True, max_num_fields=None)}, []


# ---- TensorFlow Playground -------------------------------------------------------------------

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
    pairs, notes = _pairs(text)
    spec, view, more = _read_tfp(pairs)
    return spec, view, [*notes, *more]


def _read_tfp(pairs: dict[str, str]) -> tuple[RunSpec, ViewSpec, list[str]]:
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

    def __init__(self, pairs: dict[str, str], notes: list[str]):
        self.pairs = pairs
        self.notes = notes

    def one_of(self, key: str, values: Mapping[str, str], default: str) -> str:
        given = self.pairs.get(key, default)
        if given not in values:
            offered = ", ".join(value for value in values if value)
            self.notes.append(
                f"The link says {key}={given[:40]}, but it must be one of {offered}; {default} was taken."
            )
            given = default
        return values[given]

    def flag(self, key: str, default: bool) -> bool:
        given = self.pairs.get(key, str(default).lower())
        if given not in ("true", "false"):
            self.notes.append(f"The link says {key}={given[:40]}, but it must be true or false; the default was taken.")
            return default
        return given == "true"

    def number(self, spec: RunSpec, key: str, path: str) -> RunSpec:
        given = self.pairs.get(key)
        return spec if given is None else _try(spec, {path: given}, key, given, self.notes)

    def seed(self) -> int:
        given = self.pairs.get("seed")
        return 1 if given is None else zlib.crc32(given.encode())

    def inputs(self) -> list[str]:
        entries = catalogue("inputs").items()
        chosen = [name for name, entry in entries if entry.tfp and self.flag(entry.tfp, entry.tfp in ("x", "y"))]
        if not chosen:
            self.notes.append("The link turns off every input, but a network needs one; x₁ and x₂ were taken.")
        return chosen or ["x1", "x2"]

    def layers(self, activation: str) -> list[dict[str, Any]]:
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
