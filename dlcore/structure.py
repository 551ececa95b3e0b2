"""What a network looks like, worked out without building it: shapes along its graph, and what does not fit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dlcore.catalogue import catalogue
from dlcore.params import SpecError, Unfit
from dlcore.schema import SOURCES

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Repair:
    """Something to do about a misfit: what its button says, and the operation {"name": …, …} that it stands for."""

    label: str
    operation: Mapping[str, Any]


@dataclass(frozen=True)
class Misfit:
    """Why a layer can't be built where it stands: a sentence, and what would mend it."""

    index: int
    message: str
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True)
class Block:
    """One entry of the network, the output included: its layer, shapes and parameters.

    A block whose layer has an activation is layer → norm → activation → dropout; any other has one value, its
    activation. `sources` are the entries it takes its values from, −1 being the input. A shape is (units,) or
    (channels, rows, columns), and () where it is not known, because something before does not fit; then `fits` is
    False. `parameters` maps the layer's "weight", "bias" … to (shape, fan_in, fan_out); `norm_parameters` and
    `norm_buffers` the norm's "gain" … to (shape, start), under addresses like layers.0.norm.gain.
    """

    address: str
    kind: str
    values: dict[str, Any]
    activation: str
    sources: tuple[int, ...]
    input_shapes: tuple[Shape, ...]
    output_shape: Shape
    parameters: dict[str, tuple[Shape, int, int]] = field(default_factory=dict)
    norm: str = "none"
    norm_parameters: dict[str, tuple[Shape, float]] = field(default_factory=dict)
    norm_buffers: dict[str, tuple[Shape, float]] = field(default_factory=dict)
    dropout: float = 0.0
    misfit: Misfit | None = None

    @property
    def fits(self) -> bool:
        """Whether the layer can be built."""
        return bool(self.output_shape)

    @property
    def input_shape(self) -> Shape:
        """That of its only input, or the first of several."""
        return self.input_shapes[0]

    @property
    def shapes_in(self) -> Any:
        """What the functions of its `Layer` take: one shape, or of a merge a tuple of them."""
        return self.input_shapes if catalogue("layers")[self.kind].merges else self.input_shape

    @property
    def width(self) -> int:
        """How many numbers it computes of one sample."""
        return math.prod(self.output_shape)

    def sizes(self) -> int:
        """How many learned numbers the block has."""
        shapes = [shape for shape, *_ in (*self.parameters.values(), *self.norm_parameters.values())]
        return sum(math.prod(shape) for shape in shapes)


def multiply_adds(block: Block) -> int:
    """How many products the forward pass of one sample adds to a sum in that block."""
    return catalogue("layers")[block.kind].multiply_adds(block.shapes_in, **block.values)


def sources_of(layer: Mapping[str, Any], index: int) -> tuple[int, ...]:
    """The entries that a layer of the spec, at `index`, takes its values from."""
    return tuple(layer.get(SOURCES, (index - 1,)))


def output_layer(resolved: Any, incoming: Shape) -> dict[str, Any]:
    """The output as a layer of the spec: dense, or where the answer is a picture and one of its rows and columns
    comes in, a convolution that looks at one pixel at a time."""
    found = {"activation": resolved.output_activation}
    if resolved.picture and len(incoming) == 3 and incoming[1:] == resolved.picture[1:]:
        return found | {"kind": "conv2d", "channels": resolved.picture[0], "kernel": 1, "padding": 0}
    return found | {"kind": "dense", "units": resolved.columns}


def blocks_of(
    layers: Sequence[Mapping[str, Any]], resolved: Any, known: Sequence[Block] = ()
) -> tuple[Block, ...]:
    """The network's blocks from the input on; the last one is the output, made from the target. `known` are those of
    the first layers, where they have been worked out already."""
    shapes, found = [resolved.input_shape, *(block.output_shape for block in known)], list(known)
    for index, layer in list(enumerate([*layers, None]))[len(known) :]:
        layer = output_layer(resolved, shapes[-1]) if layer is None else layer
        block = _block(layer, index, shapes)
        found.append(block)
        shapes.append(block.output_shape)
    return tuple(found)


def _block(layer: Mapping[str, Any], index: int, shapes: Sequence[Shape]) -> Block:
    """The block of one layer, where `shapes` are those of the input and all entries before."""
    entry = catalogue("layers")[layer["kind"]]
    values = {param.id: layer.get(param.id, param.default) for param in entry.params}
    sources = sources_of(layer, index)
    incoming = tuple(shapes[source + 1] for source in sources)

    def part(name: str, without: Any) -> Any:
        return layer.get(name, entry.presets.get(name, without))

    known = {
        "address": f"layers.{index}",
        "kind": entry.id,
        "values": values,
        "activation": part("activation", "linear"),
        "sources": sources,
        "input_shapes": incoming,
        "norm": part("norm", "none"),
        "dropout": part("dropout", 0.0),
    }
    if not all(incoming):
        return Block(**known, output_shape=())
    given = incoming if entry.merges else incoming[0]
    try:
        after = tuple(entry.output_shape(given, **values))
        parameters = dict(entry.parameters(given, **values))
    except Unfit as unfit:
        return Block(**known, output_shape=(), misfit=_misfit(unfit, index, entry))
    norm = catalogue("norms")[known["norm"]]
    units = normed(norm, after)
    return Block(
        **known,
        output_shape=after,
        parameters=parameters,
        norm_parameters=dict(norm.parameters(units)),
        norm_buffers=dict(norm.buffers(units)),
    )


def normed(norm: Any, shape: Shape) -> int:
    """How many units a norm tells apart in values of a shape: of pictures one that compares samples has one for each
    channel, over all rows and columns, and one that compares neurons takes every value for one."""
    return shape[0] if norm.across == "samples" else math.prod(shape)


def _misfit(unfit: Unfit, index: int, entry: Any) -> Misfit:
    """What is wrong with the layer at `index`, of that kind; where nothing would mend it, it can be taken away."""
    repairs = []
    inserted = [(layer["kind"], port) for port, layer in unfit.insert_at]
    for port, layer in unfit.insert_at:
        new = catalogue("layers")[layer["kind"]]
        settings = _told(new, layer) if inserted.count((layer["kind"], port)) > 1 else ""
        label = f"Insert {new.label}{settings}" + (f" into branch {port + 1}" if entry.merges else "")
        operation = {"name": "insert_layer", "index": index, "layer": dict(layer)} | ({"port": port} if port else {})
        repairs.append(Repair(label, operation))
    for change in unfit.change:
        label = ", ".join(f"{name.replace('_', ' ').capitalize()} {value}" for name, value in change.items())
        repairs.append(Repair(label, {"name": "set_layer", "index": index, "values": dict(change)}))
    if not repairs:
        repairs.append(Repair(f"Remove {entry.label}", {"name": "remove_layer", "index": index}))
    return Misfit(index, unfit.message, tuple(repairs))


def _told(entry: Any, layer: Mapping[str, Any]) -> str:
    """What sets layers of one kind apart that could be inserted: " (channels 8, window 1)"."""
    told = [(param, layer[param.id]) for param in entry.params if param.id in layer and param.id != "padding"]
    return f" ({', '.join(f'{param.label.lower()} {value}' for param, value in told)})" if told else ""


def refuse(misfit: Misfit) -> SpecError:
    """A misfit as the refusal of whatever can't be done because of it."""
    return SpecError(f"network.layers.{misfit.index}", misfit.message)
