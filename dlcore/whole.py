"""What no single value of a spec can tell: that its parts fit one another and stay within the limits."""

from __future__ import annotations

import math
from typing import Any

from dlcore.catalogue import catalogue
from dlcore.drawn import DRAWN
from dlcore.editions import check as check_editions
from dlcore.limits import LIMITS
from dlcore.params import SpecError
from dlcore.structure import multiply_adds

PATIENCE = "learning.patience"
SMALLER = "Take away channels, or make the pictures smaller on the way with a stride or pooling."


def check_whole(spec: Any) -> None:
    """SpecError where the parts of a spec do not fit one another, or are too large together."""
    if spec.task.check:
        spec.task.check(spec)
    _check_patience(spec)
    _check_points(spec)
    _check_augment(spec)
    check_editions(spec.resolved, spec.tree["data"])
    shapes: dict[str, tuple[int, ...]] = {}
    for index, block in enumerate(spec.blocks):
        _check_norm(spec, index, block)
        shapes |= {f"{block.address}.{name}": shape for name, (shape, *_) in block.parameters.items()}
        shapes |= {f"{block.address}.norm.{name}": shape for name, (shape, _) in block.norm_parameters.items()}
    _check_size(spec, sum(math.prod(shape) for shape in shapes.values()))
    initializer = spec.tree["network"]["initializer"]
    entry = catalogue("initializers")[initializer["kind"]]
    if entry.check:
        entry.check(shapes, **{name: value for name, value in initializer.items() if name != "kind"})


def _check_points(spec: Any) -> None:
    """Drawn points have targets that the data asks for."""
    resolved = spec.resolved
    if spec.points and resolved.pictures:
        raise SpecError(DRAWN, f"No points can be drawn among pictures; {resolved.dataset.label} are pictures.")
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


def _check_augment(spec: Any) -> None:
    """Only pictures are changed by chance, and only those with colours in their colours."""
    for name in spec.tree["data"]["augment"]:
        entry, dataset = catalogue("augmentations")[name], spec.resolved.dataset
        if not entry.suits(dataset.shape):
            what = "in colour" if entry.colours else ""
            raise SpecError(
                f"data.augment.{name}",
                f"{entry.label} needs pictures{what and ' '}{what}, and {dataset.label} are none. Turn it off, or "
                "choose other data.",
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


def _check_norm(spec: Any, index: int, block: Any) -> None:
    """SpecError where a layer's norm has not two things to compare."""
    norm = catalogue("norms")[block.norm]
    if norm.across == "samples" and spec.tree["learning"]["batch_size"] < 2:
        raise SpecError(
            "learning.batch_size",
            f"{norm.label} (layer {index + 1}) compares the samples of a batch, so a batch needs at least 2. "
            "Choose a larger batch size, or another norm.",
        )
    if norm.across == "neurons" and block.fits and block.width < 2:
        raise SpecError(
            f"network.layers.{index}.norm",
            f"{norm.label} compares the neurons of a layer, and layer {index + 1} has only one. "
            "Add a neuron, or choose another norm.",
        )


def _check_size(spec: Any, parameters: int) -> None:
    """SpecError where the network is larger than this server allows."""
    blocks = [block for block in spec.blocks if block.fits]
    work = sum(multiply_adds(block) for block in blocks)
    for count, most, what, remedy in (
        (parameters, LIMITS.max_parameters, "weights and biases", "Take away layers or neurons."),
        (sum(block.width for block in blocks), LIMITS.max_values, "values for each sample", SMALLER),
        (work, LIMITS.max_multiply_adds, "multiply–adds for each sample", SMALLER),
    ):
        if count > most:
            raise SpecError(
                "network.layers", f"This network has {count:,} {what}; at most {most:,} are allowed. {remedy}"
            )
