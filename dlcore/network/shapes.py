"""What a spec's network looks like, worked out without building it: no tensors, no PyTorch."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from dlcore.catalogue import catalogue
from dlcore.editions import comparable, curated_size, sizes
from dlcore.inputs import of_column
from dlcore.network.costs import costs
from dlcore.network.reach import reach
from dlcore.schema import AUTO
from dlcore.spec import RunSpec
from dlcore.structure import Block

__all__ = ["Block", "blocks", "describe", "no_sample_step"]


GIVE_BACK = "Give every picture back as it came in."
NARROW = "A narrow layer in the middle can hand on only what matters most. Make it narrower, and see what is lost."


def blocks(spec: RunSpec) -> list[Block]:
    """The network's blocks from the input on; the last one is the output, made from the target."""
    return list(spec.blocks)


def describe(spec: RunSpec) -> dict[str, Any]:
    """What a screen needs to know of a spec besides its values, as plain JSON (see the live protocol)."""
    resolved, learning = spec.resolved, spec.tree["learning"]
    dataset, data = resolved.dataset, spec.tree["data"]
    samples = data.get("samples") or dataset.count
    train, validation, test = spec.split_sizes(samples)
    train = curated_size(data, train) + len(spec.points)
    splits = {"train": train, "validation": validation, "test": test, **sizes(resolved, data)}
    network = blocks(spec)
    low, high = resolved.range
    return {
        "goal": GIVE_BACK if resolved.picture else dataset.goal,
        "hint": NARROW if resolved.picture else dataset.hint,
        "pictured": dataset.picture is not None and "data" in spec.provides,
        "shape": list(resolved.input_shape),
        "inputs": [
            {name: getattr(entry, name) for name in ("id", "label", "sentence", "formula")}
            for entry in (() if resolved.pictures else spec.inputs)
        ],
        "extras": [asdict(column) | {"sentence": of_column(column).sentence} for column in dataset.extras],
        "layers": [
            {
                "address": block.address,
                "kind": block.kind,
                "label": catalogue("layers")[block.kind].label,
                "units": block.output_shape[0] if block.fits else 0,
                "inputs": block.input_shape[0] if block.input_shape else 0,
                "shape": list(block.output_shape),
                "from": list(block.sources),
                "merges": catalogue("layers")[block.kind].merges,
                "has_activation": catalogue("layers")[block.kind].has_activation,
                "reach": reach(block),
                "misfit": asdict(block.misfit) if block.misfit else None,
                "activation": block.activation,
                "norm": block.norm,
                "dropout": block.dropout,
                "output": index == len(network) - 1,
            }
            for index, block in enumerate(network)
        ],
        "output": {
            "activation": resolved.output_activation,
            "columns": resolved.columns,
            "range": [low, high],
            "ends": [f"{low:g}".replace("-", "−"), f"+{high:g}" if low < 0 else f"{high:g}"],
            "target": resolved.target,
            "classes": [] if resolved.target == "number" else list(dataset.classes),
            "picture": list(resolved.picture),
        },
        "loss": {name: resolved.loss.describe()[name] for name in ("id", "label", "sentence", "formula")}
        | {"why": _why(spec)},
        "penalty": {"why": _decays(spec)},
        "samples": splits,
        "cost": costs(spec, network),
        "batch": min(learning["batch_size"], max(train, 1)),
        "editions": list(dataset.editions),
        "comparable": list(comparable(resolved)),
        "fields": [asdict(column) for column in dataset.fields],
        "extent": dataset.extent,
        "columns": [column.name for column in dataset.columns],
        "axes": [asdict(column) for column in dataset.columns],
        "provides": sorted(spec.provides),
        **spec.task.describe_run(spec, splits),
        "sample_step": {"allowed": not (why := no_sample_step(network)), "why": why},
    }


def no_sample_step(network: list[Block]) -> str:
    """Why a batch can't be walked through sample by sample; "" where it can."""
    for index, block in enumerate(network):
        norm = catalogue("norms")[block.norm]
        if norm.across == "samples":
            return (
                f"{norm.label} in layer {index + 1} compares the samples of a batch with one another, "
                "so they can't be taken one by one. Step by batch instead."
            )
    return ""


def _decays(spec: RunSpec) -> str:
    """What two decays of the weights come to, where the optimizer has one and the penalty is another."""
    optimizer, penalty = (spec.tree["learning"][name] for name in ("optimizer", "penalty"))
    if "weight_decay" not in optimizer or penalty["kind"] != "weight_decay":
        return ""
    label, own = catalogue("optimizers")[optimizer["kind"]].label, optimizer["weight_decay"]
    both = own + penalty["rate"]
    return f"{label} has a decay of its own, {own:g}; the two add up to {both:g}."


def _why(spec: RunSpec) -> str:
    resolved = spec.resolved
    coding = {
        "number": "The target is the number itself",
        "sign": "The two classes are written −1 and +1",
        "zero_one": "The two classes are written 0 and 1",
        "one_hot": "Each class has an output of its own",
    }[resolved.coding]
    reason = f"{coding}, so the output is {resolved.output_activation}."
    if spec.tree["learning"]["loss"] != AUTO:
        return reason
    if resolved.dataset.tfp:
        return f"{reason} This data starts with the loss that TensorFlow Playground uses, so that results compare."
    return f"{reason} This loss suits the data, so it is chosen automatically."
