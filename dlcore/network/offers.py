"""What could be put where: every layer and block tried at a place of the network, without building anything.

The palette asks for it, so that it can offer first what fits, and say of the rest why it does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dlcore.catalogue import catalogue
from dlcore.network.graph import OPERATIONS, inserted, starts_for
from dlcore.schema import LAYER_ACTIVATION, SOURCES
from dlcore.spec import RunSpec
from dlcore.structure import Block, blocks_of, multiply_adds, sources_of


def offers(spec: RunSpec, index: int, port: int = 0) -> dict[str, Any]:
    """{"before": the entry whose values come there, "layers": [offer], "blocks": [offer], "starts": [start]} for what
    could be put before the layer at `index`, on its way in number `port`.

    An offer is {"id", "operation", "shape" that comes out of it, "parameters", "multiply_adds", "why": the sentence of
    what would not fit then, or "", "mends": whether less is wrong than before}. That of a merge has instead "sources":
    an offer for each entry that could be brought in too. A start is {"id", "operation", "parameters"} of those that
    suit the data. SpecError where there is no such place.
    """
    layers = spec.get("network.layers")
    OPERATIONS["insert_layer"](spec, index, {"kind": "activation"}, port)  # is there such a place?
    before = sources_of(layers[index], index)[port] if index < len(layers) else len(layers) - 1
    found: dict[str, Any] = {"before": before, "layers": [], "blocks": [], "starts": _starts(spec)}
    for entry in catalogue("layers").values():
        layer = _fresh(entry, layers, index, spec)
        insert = {"name": "insert_layer", "index": index, "port": port}
        if entry.merges:
            sources = [
                {"source": source}
                | _offer(spec, layers, insert | {"layer": layer | {SOURCES: [before, source]}}, index)
                for source in range(-1, index)
                if source != before
            ]
            found["layers"].append({"id": entry.id, "sources": sources})
        else:
            found["layers"].append({"id": entry.id} | _offer(spec, layers, insert | {"layer": layer}, index))
    for entry in catalogue("blocks").values():
        insert = {"name": "insert_block", "index": index, "block": entry.id, "port": port}
        found["blocks"].append({"id": entry.id} | _offer(spec, layers, insert, index))
    return found


def joins(spec: RunSpec, source: int, target: int) -> list[dict[str, Any]]:
    """An offer, as in `offers`, for each way to bring what the entry `source` computes to the later layer `target`; if
    that is a merge already there is one way, its own kind's. SpecError where no connection can be."""
    layers = spec.get("network.layers")
    kinds = [entry.id for entry in catalogue("layers").values() if entry.merges]
    if type(target) is int and 0 <= target < len(layers) and layers[target]["kind"] in kinds:
        kinds = [layers[target]["kind"]]
    connect = {"name": "connect", "source": source, "target": target}
    return [{"id": kind} | _offer(spec, layers, connect | {"merge": kind}, target) for kind in kinds]


def _fresh(entry: Any, layers: Sequence[Mapping[str, Any]], index: int, spec: RunSpec) -> dict[str, Any]:
    """A new layer of a kind; its activation is that of the nearest layer that has one, those before it first."""
    layer = {"kind": entry.id, **entry.fresh}
    if "activation" not in entry.parts:
        return layer
    nearest = (*reversed(layers[:index]), *layers[index:])
    usual = "relu" if spec.resolved.pictures else LAYER_ACTIVATION.default
    given = (one["activation"] for one in nearest if one.get("activation", "linear") != "linear")
    return layer | {"activation": next(given, layer.get("activation", usual))}


def _offer(spec: RunSpec, layers: Sequence[Mapping[str, Any]], operation: dict[str, Any], index: int) -> dict[str, Any]:
    """What comes of an operation that adds layers before `index`, or a connection to the layer there."""
    if operation["name"] == "insert_layer":  # without another copy of the whole spec for each of them
        layers = inserted(layers, index, [operation["layer"]], operation["port"])
    else:
        arguments = {name: value for name, value in operation.items() if name != "name"}
        _, layers = OPERATIONS[operation["name"]](spec, **arguments)
    after = blocks_of(layers, spec.resolved, spec.blocks[:index])
    count = len(after) - len(spec.blocks)
    new = after[index : index + max(count, 1)]
    known = {
        block.misfit.index + (count if block.misfit.index >= index else 0) for block in spec.blocks if block.misfit
    }
    wrong = [block.misfit for block in after if block.misfit]
    first = next((misfit for misfit in wrong if misfit.index not in known), None)
    why = first.message if first else ""
    if first and first.index >= index + max(count, 1):  # it fits itself, but what comes behind it does not any more
        why = f"{'The output' if after[first.index] is after[-1] else f'Layer {first.index + 1}'} would not fit: {why}"
    return {
        "operation": operation,
        "shape": list(new[-1].output_shape),
        "why": why,
        "mends": len(wrong) < len(known),
        **_cost(new),
    }


def _cost(blocks: Sequence[Block]) -> dict[str, int]:
    return {
        "parameters": sum(block.sizes() for block in blocks),
        "multiply_adds": sum(multiply_adds(block) for block in blocks if block.fits),
    }


def _starts(spec: RunSpec) -> list[dict[str, Any]]:
    return [
        {"id": entry.id, "operation": {"name": "start_from", "start": entry.id}, **_cost(after.blocks)}
        for entry, after in starts_for(spec)
    ]
