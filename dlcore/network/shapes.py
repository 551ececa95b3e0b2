"""What a spec's network looks like, worked out without building it: no tensors, no PyTorch."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any

from dlcore.catalogue import catalogue
from dlcore.network.costs import costs
from dlcore.schema import AUTO
from dlcore.spec import RunSpec


@dataclass(frozen=True)
class Block:
    """One entry of the network, the output included: its layer, sizes and parameters.

    A block is layer → norm → activation → dropout. `parameters` maps the layer's "weight", "bias" …
    to (shape, fan_in, fan_out); `norm_parameters` and `norm_buffers` the norm's "gain" … to
    (shape, start), under addresses like layers.0.norm.gain.
    """

    address: str
    kind: str
    values: dict[str, Any]
    activation: str
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    parameters: dict[str, tuple[tuple[int, ...], int, int]]
    norm: str = "none"
    norm_parameters: dict[str, tuple[tuple[int, ...], float]] = field(default_factory=dict)
    norm_buffers: dict[str, tuple[tuple[int, ...], float]] = field(default_factory=dict)
    dropout: float = 0.0

    def sizes(self) -> int:
        """How many learned numbers the block has."""
        shapes = [shape for shape, *_ in (*self.parameters.values(), *self.norm_parameters.values())]
        return sum(math.prod(shape) for shape in shapes)


def blocks(spec: RunSpec) -> list[Block]:
    """The network's blocks from the input on; the last one is the output, made from the target."""
    resolved = spec.resolved
    output = {"kind": "dense", "units": resolved.columns, "activation": resolved.output_activation}
    shape: tuple[int, ...] = (len(spec.tree["inputs"]),)
    found = []
    for index, layer in enumerate([*spec.tree["network"]["layers"], output]):
        entry = catalogue("layers")[layer["kind"]]
        values = {param.id: layer[param.id] for param in entry.params}
        after = entry.output_shape(shape, **values)
        norm = catalogue("norms")[layer.get("norm", "none")]
        found.append(
            Block(
                address=f"layers.{index}",
                kind=entry.id,
                values=values,
                activation=layer.get("activation", "linear"),
                input_shape=shape,
                output_shape=after,
                parameters=dict(entry.parameters(shape, **values)),
                norm=norm.id,
                norm_parameters=dict(norm.parameters(after[0])),
                norm_buffers=dict(norm.buffers(after[0])),
                dropout=layer.get("dropout", 0.0),
            )
        )
        shape = after
    return found


def describe(spec: RunSpec) -> dict[str, Any]:
    """What a screen needs to know of a spec besides its values, as plain JSON (see the live protocol)."""
    resolved, learning = spec.resolved, spec.tree["learning"]
    dataset, data = resolved.dataset, spec.tree["data"]
    samples = data.get("samples") or dataset.count
    train, validation, test = spec.split_sizes(samples)
    train += len(spec.points)
    splits = {"train": train, "validation": validation, "test": test}
    network = blocks(spec)
    low, high = resolved.range
    return {
        "goal": dataset.goal,
        "hint": dataset.hint,
        "pictured": dataset.picture is not None and "data" in spec.task.provides,
        "inputs": [
            {name: catalogue("inputs")[entry].describe()[name] for name in ("id", "label", "sentence", "formula")}
            for entry in spec.tree["inputs"]
        ],
        "layers": [
            {
                "address": block.address,
                "kind": block.kind,
                "units": block.output_shape[0],
                "inputs": block.input_shape[0],
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
        },
        "loss": {name: resolved.loss.describe()[name] for name in ("id", "label", "sentence", "formula")}
        | {"why": _why(spec)},
        "penalty": {"why": _decays(spec)},
        "samples": splits,
        "cost": costs(spec, network),
        "batch": min(learning["batch_size"], max(train, 1)),
        "extent": dataset.extent,
        "columns": [column.name for column in dataset.columns],
        "axes": [asdict(column) for column in dataset.columns],
        "provides": list(spec.task.provides),
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
