"""What no single value of a spec can tell: that its parts fit one another and stay within the limits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from dlcore.catalogue import catalogue
from dlcore.drawn import DRAWN
from dlcore.limits import LIMITS
from dlcore.params import SpecError

PATIENCE = "learning.patience"


def check_whole(spec: Any) -> None:
    """SpecError where the parts of a spec do not fit one another, or are too large together."""
    resolved = spec.resolved
    if spec.task.check:
        spec.task.check(spec)
    _check_patience(spec)
    _check_points(spec)
    shape: tuple[int, ...] = (len(spec.tree["inputs"]),)
    shapes: dict[str, tuple[int, ...]] = {}
    output = {"kind": "dense", "units": resolved.columns, "activation": resolved.output_activation}
    for index, layer in enumerate([*spec.tree["network"]["layers"], output]):
        entry = catalogue("layers")[layer["kind"]]
        values = {param.id: layer[param.id] for param in entry.params}
        for name, (parameter_shape, _, _) in entry.parameters(shape, **values).items():
            shapes[f"layers.{index}.{name}"] = parameter_shape
        shape = entry.output_shape(shape, **values)
        for name, (parameter_shape, _) in _checked_norm(spec, index, layer, shape).items():
            shapes[f"layers.{index}.norm.{name}"] = parameter_shape
    count = sum(math.prod(shape) for shape in shapes.values())
    if count > LIMITS.max_parameters:
        raise SpecError(
            "network.layers",
            f"This network has {count:,} weights and biases; at most {LIMITS.max_parameters:,} are allowed. "
            "Take away layers or neurons.",
        )
    initializer = spec.tree["network"]["initializer"]
    entry = catalogue("initializers")[initializer["kind"]]
    if entry.check:
        entry.check(shapes, **{name: value for name, value in initializer.items() if name != "kind"})


def _check_points(spec: Any) -> None:
    """Drawn points have targets that the data asks for."""
    resolved = spec.resolved
    if not spec.points or resolved.target == "number":
        return
    count = len(resolved.dataset.classes)
    for _, _, target in spec.points:
        if target not in range(count):
            raise SpecError(
                DRAWN,
                f"A drawn point has the class {target + 1:g}, but this data has {count} classes. "
                "Erase such points first.",
            )


def _check_patience(spec: Any) -> None:
    """Early stopping needs validation data."""
    if not spec.tree["learning"]["patience"]:
        return
    dataset, data = spec.resolved.dataset, spec.tree["data"]
    if not dataset.split:
        raise SpecError(
            PATIENCE,
            f"The network learns from every point of “{dataset.label}”, so none are left for validation. "
            "Early stopping needs other data.",
        )
    if not data["validation_share"]:
        raise SpecError(
            PATIENCE, "Early stopping looks at validation data, and none are set aside. Choose a validation share."
        )
    if "samples" in data and not spec.split_sizes(data["samples"])[1]:
        raise SpecError(
            PATIENCE,
            "There are too few training points to set some aside for validation. Take more points, or a larger "
            "training share.",
        )


def _checked_norm(spec: Any, index: int, layer: Mapping[str, Any], shape: tuple[int, ...]) -> Mapping[str, Any]:
    """The learned tensors of a layer's norm; SpecError where there are not two things to compare."""
    norm = catalogue("norms")[layer.get("norm", "none")]
    if norm.across == "samples" and spec.tree["learning"]["batch_size"] < 2:
        raise SpecError(
            "learning.batch_size",
            f"{norm.label} (layer {index + 1}) compares the samples of a batch, so a batch needs at least 2. "
            "Choose a larger batch size, or another norm.",
        )
    if norm.across == "neurons" and shape[0] < 2:
        raise SpecError(
            f"network.layers.{index}.norm",
            f"{norm.label} compares the neurons of a layer, and layer {index + 1} has only one. "
            "Add a neuron, or choose another norm.",
        )
    return norm.parameters(shape[0])
