"""Operations: on the network, the only functions that renumber layers; and on the points drawn by hand.

The stage sends an operation, never JSON of a whole network or list, so that changes merge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dlcore.catalogue import catalogue
from dlcore.drawn import DRAWN
from dlcore.editions import CURATED
from dlcore.fitting import fit
from dlcore.params import Entry, SpecError
from dlcore.schema import DATA_PARAMS, DEFAULT_LAYERS, SOURCES, plain
from dlcore.spec import RunSpec
from dlcore.structure import sources_of

NEW_LAYER_UNITS = 4
POINTS = next(param for param in DATA_PARAMS if param.id == "points")


def operate(spec: RunSpec, operation: Mapping[str, Any]) -> tuple[RunSpec, list[str]]:
    """The spec after an operation {"name": …, …}, and notes; SpecError where it can't be done.

    insert_layer(index, layer=None, port=0), insert_block(index, block, port=0), remove_layer(index),
    move_layer(index, to, port=0), duplicate_layer(index), set_layer(index, values), connect(source, target,
    merge="add"), disconnect(source, target), start_from(start), toggle_input(input),
    draw_points(points), erase_points(points), curate(places, answer, edition="").
    """
    if not isinstance(operation, Mapping) or not isinstance(operation.get("name"), str):
        raise SpecError("operation", "An operation needs a name.")
    arguments = {name: value for name, value in operation.items() if name != "name"}
    function = OPERATIONS.get(operation["name"])
    if function is None:
        raise SpecError("operation", f"There is no operation called “{operation['name'][:40]}”.")
    try:
        found = function(spec, **arguments)
    except TypeError:
        raise SpecError("operation", f"“{operation['name']}” was given the wrong arguments.") from None
    return fit(spec, found if isinstance(found, dict) else dict([found]))


def touches(operation: Mapping[str, Any]) -> str:
    """The path that an operation changes; `operate` refuses what has no name."""
    name = str(operation.get("name"))
    elsewhere = {"curate": CURATED, "draw_points": DRAWN, "erase_points": DRAWN, "toggle_input": "inputs"}
    return elsewhere.get(name, "network.layers")


def insert_layer(
    spec: RunSpec, index: int, layer: Mapping[str, Any] | None = None, port: int = 0
) -> tuple[str, list]:
    """A layer before position `index`, on its way in (of several the one at place `port` of its "from").

    Without `layer` it takes after its neighbour, with four units if it has any.
    """
    layers = spec.get("network.layers")
    _position(index, len(layers), "insert a layer")
    if layer is None:
        layer = dict(layers[min(index, len(layers) - 1)]) if layers else dict(DEFAULT_LAYERS[0])
        if "units" in layer:  # not every kind of layer has a size of its own
            layer["units"] = NEW_LAYER_UNITS
        layer.pop(SOURCES, None)
    if not isinstance(layer, Mapping):
        raise SpecError("network.layers", "A layer is given by its kind and settings.")
    return "network.layers", inserted(layers, index, [dict(layer)], port)


def insert_block(spec: RunSpec, index: int, block: str, port: int = 0) -> tuple[str, list]:
    """Several layers before position `index` that make a block of the catalogue of blocks."""
    layers = spec.get("network.layers")
    _position(index, len(layers), "insert a block")
    entry = catalogue("blocks").find(block, "network.layers", "Block")
    source = _way_in(_linked(layers), index, port)
    incoming = (spec.resolved.input_shape, *(found.output_shape for found in spec.blocks))[source + 1]
    return "network.layers", inserted(layers, index, entry.layers(incoming or spec.resolved.input_shape), port)


def remove_layer(spec: RunSpec, index: int) -> tuple[str, list]:
    """The layer at `index` taken away; what read it reads what it read (of several the first)."""
    layers = spec.get("network.layers")
    _position(index, len(layers) - 1, "remove a layer")
    return "network.layers", _removed(layers, index)


def move_layer(spec: RunSpec, index: int, to: int, port: int = 0) -> tuple[str, list]:
    """The layer at `index` put at position `to` of the list without it, on the way in of the layer that is there."""
    layers = spec.get("network.layers")
    _position(index, len(layers) - 1, "move a layer")
    _position(to, len(layers) - 1, "move a layer")
    moved = {name: value for name, value in layers[index].items() if name != SOURCES}
    return "network.layers", inserted(_removed(layers, index), to, [moved], port)


def duplicate_layer(spec: RunSpec, index: int) -> tuple[str, list]:
    """A layer like the one at `index` right behind it."""
    layers = spec.get("network.layers")
    _position(index, len(layers) - 1, "duplicate a layer")
    copy = {name: value for name, value in layers[index].items() if name != SOURCES}
    linked = _linked(layers)
    linked = [(layer, [_shifted(source, index, 1) for source in sources]) for layer, sources in linked]
    linked.insert(index + 1, (copy, [index]))
    return "network.layers", _unlinked(_pointing(linked, {index: index + 1}, index + 2))


def set_layer(spec: RunSpec, index: int, values: Mapping[str, Any]) -> tuple[str, list]:
    """Some settings of the layer at `index` set in one go."""
    layers = spec.get("network.layers")
    _position(index, len(layers) - 1, "set a layer")
    if not isinstance(values, Mapping):
        raise SpecError("network.layers", "The settings of a layer are given by their names.")
    layers[index] = layers[index] | dict(values)
    return "network.layers", layers


def connect(spec: RunSpec, source: int, target: int, merge: str = "add") -> tuple[str, list]:
    """What the entry `source` computes (−1: the input) also goes to the later layer `target` (the number of layers:
    the output). If that is no merge, one of the kind `merge` is put before it."""
    layers = spec.get("network.layers")
    _position(target, len(layers), "end a connection")
    if type(source) is not int or not -1 <= source < target:
        raise SpecError("network.layers", "A connection leads from a layer to a later one.")
    kind = catalogue("layers").find(merge, "network.layers", "Layer")
    if not kind.merges:
        raise SpecError("network.layers", f"{kind.label} takes one input. Choose a layer that brings several together.")
    linked = _linked(layers)
    if target < len(layers) and catalogue("layers")[layers[target]["kind"]].merges:
        sources = linked[target][1]
        if source in sources:
            raise SpecError("network.layers", "There is such a connection already.")
        sources.append(source)
        return "network.layers", _unlinked(linked)
    before = linked[target][1][0] if target < len(layers) else len(layers) - 1
    if before == source:
        raise SpecError("network.layers", "There is such a connection already.")
    return "network.layers", inserted(layers, target, [{"kind": merge, SOURCES: [before, source]}])


def disconnect(spec: RunSpec, source: int, target: int) -> tuple[str, list]:
    """The connection from the entry `source` to the merge `target` taken away; a merge of one layer goes with it."""
    layers = spec.get("network.layers")
    _position(target, len(layers) - 1, "take a connection away")
    linked = _linked(layers)
    sources = linked[target][1]
    if source not in sources or not catalogue("layers")[layers[target]["kind"]].merges:
        raise SpecError("network.layers", "This connection can't be taken away. Remove the layer instead.")
    sources.remove(source)
    return "network.layers", _removed(_unlinked(linked), target) if len(sources) < 2 else _unlinked(linked)


Linked = list[tuple[dict[str, Any], list[int]]]


def _linked(layers: list[dict[str, Any]]) -> Linked:
    """Each layer without its "from", and where it takes its values from."""
    return [
        ({name: value for name, value in layer.items() if name != SOURCES}, list(sources_of(layer, index)))
        for index, layer in enumerate(layers)
    ]


def _unlinked(linked: Linked) -> list[dict[str, Any]]:
    """The layers with their "from" again, where it is not simply the layer before."""
    return [
        layer | ({} if sources == [index - 1] else {SOURCES: sources}) for index, (layer, sources) in enumerate(linked)
    ]


def _shifted(source: int, last: int, by: int) -> int:
    """Where an entry is once `by` entries have come in behind `last`."""
    return source + by if source > last else source


def _pointing(linked: Linked, other: Mapping[int, int], start: int) -> Linked:
    """From entry `start` on, everything that read one of these entries reads another."""
    return [
        (layer, [other.get(source, source) for source in sources] if index >= start else sources)
        for index, (layer, sources) in enumerate(linked)
    ]


def inserted(layers: list[dict[str, Any]], index: int, new: list[dict[str, Any]], port: int = 0) -> list:
    """`new` layers before `index`, on its way in. A "from" among them counts from the first of them as 0, −1 being
    what comes in; of a single merge it may name any entry before `index`."""
    linked, count = _linked(layers), len(new)
    before = _way_in(linked, index, port)
    fresh = []
    for place, layer in enumerate(new):
        given = layer.get(SOURCES)
        if given is not None and count == 1:
            sources = list(given)
        else:
            sources = [before if one < 0 else index + one for one in (given or [place - 1])]
        fresh.append(({name: value for name, value in layer.items() if name != SOURCES}, sources))
    moved = [(layer, [_shifted(source, index - 1, count) for source in sources]) for layer, sources in linked]
    if index < len(layers):
        moved[index][1][port] = index + count - 1
    return _unlinked([*moved[:index], *fresh, *moved[index:]])


def _way_in(linked: Linked, index: int, port: int) -> int:
    """The entry that place `port` of the "from" of the layer at `index` names; the output reads the last layer."""
    sources = linked[index][1] if index < len(linked) else [len(linked) - 1]
    if type(port) is not int or not 0 <= port < len(sources):
        raise SpecError("network.layers", "There is no such way in.")
    return sources[port]


def _removed(layers: list[dict[str, Any]], index: int) -> list:
    """Without the layer at `index`; what read it reads what it read, of several the first."""
    linked = _linked(layers)
    before = linked[index][1][0]
    rest = _pointing(linked, {index: before}, index + 1)
    rest = [(layer, list(dict.fromkeys(sources))) for layer, sources in rest]  # a branch may have closed up
    del rest[index]
    return _unlinked([(layer, [_shifted(source, index - 1, -1) for source in sources]) for layer, sources in rest])


def start_from(spec: RunSpec, start: str) -> dict[str, Any]:
    """The layers of a starting point of the catalogue of starts, as they suit this data, and what comes with it."""
    entry = catalogue("starts").find(start, "network.layers", "Starting point")
    after = fit(spec, entry.sets)[0].resolved if entry.sets else spec.resolved
    if not entry.suits(after.input_shape, after.target):
        raise SpecError("network.layers", f"{entry.label} needs other data than {after.dataset.label}.")
    return {**entry.sets, "network.layers": entry.layers(after.input_shape)}


def starts_for(spec: RunSpec) -> list[tuple[Entry, RunSpec]]:
    """The starting points that suit the data, or bring their own; each with what the spec would become."""
    found = []
    for entry in catalogue("starts").values():
        try:
            found.append((entry, fit(spec, start_from(spec, entry.id))[0]))
        except SpecError:  # it needs other data
            continue
    return found


def toggle_input(spec: RunSpec, input: str) -> tuple[str, list]:
    """The input added where it is missing, taken away where it is there."""
    inputs = spec.get("inputs")
    return "inputs", [name for name in inputs if name != input] if input in inputs else [*inputs, input]


def draw_points(spec: RunSpec, points: list) -> tuple[str, list]:
    """Points [x, y, target] added to those drawn by hand."""
    return DRAWN, [*spec.points, *_listed(points)]


def erase_points(spec: RunSpec, points: list) -> tuple[str, list]:
    """These points taken away, wherever they stand in the list: it may have grown meanwhile."""
    gone = {tuple(point) for point in _listed(points)}
    return DRAWN, [point for point in spec.points if tuple(point) not in gone]


def curate(spec: RunSpec, places: list, answer: int, edition: str = "") -> tuple[str, list]:
    """These samples of the training part, or of an edition, taken as that class; −1 leaves them out, −2 takes them as
    they are: see `dlcore.params.Param`."""
    if not isinstance(places, list):
        raise SpecError(CURATED, "Samples are given as a list of their places.")
    return CURATED, [*spec.get(CURATED), *([edition, place, answer] for place in places)]


def _listed(points: Any) -> list:
    """Points as the spec writes them, rounded; SpecError where they are none."""
    return plain(POINTS.validate(points, DRAWN))


def _position(index: Any, last: int, what: str) -> None:
    if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index <= last:
        raise SpecError("network.layers", f"There is no place {repr(index)[:20]} at which to {what}.")


OPERATIONS: dict[str, Callable[..., tuple[str, list] | dict[str, Any]]] = {
    function.__name__: function
    for function in (
        insert_layer, insert_block, remove_layer, move_layer, duplicate_layer, set_layer, connect, disconnect,
        start_from, toggle_input, draw_points, erase_points, curate,
    )
}
