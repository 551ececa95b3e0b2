"""Operations: on the network, the only functions that renumber layers; and on the points drawn by hand.

The stage sends an operation, never JSON of a whole network or list, so that changes merge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dlcore.drawn import DRAWN
from dlcore.params import SpecError
from dlcore.schema import DATA_PARAMS, DEFAULT_LAYERS, plain
from dlcore.spec import RunSpec, fit

NEW_LAYER_UNITS = 4
POINTS = next(param for param in DATA_PARAMS if param.id == "points")


def operate(spec: RunSpec, operation: Mapping[str, Any]) -> tuple[RunSpec, list[str]]:
    """The spec after an operation {"name": …, …}, and notes; SpecError where it can't be done.

    insert_layer(index, layer=None), remove_layer(index), move_layer(index, to),
    toggle_input(input), draw_points(points), erase_points(points).
    """
    if not isinstance(operation, Mapping) or not isinstance(operation.get("name"), str):
        raise SpecError("operation", "An operation needs a name.")
    arguments = {name: value for name, value in operation.items() if name != "name"}
    function = OPERATIONS.get(operation["name"])
    if function is None:
        raise SpecError("operation", f"There is no operation called “{operation['name'][:40]}”.")
    try:
        path, value = function(spec, **arguments)
    except TypeError:
        raise SpecError("operation", f"“{operation['name']}” was given the wrong arguments.") from None
    return fit(spec, {path: value})


def touches(operation: Mapping[str, Any]) -> str:
    """The path that an operation changes; `operate` refuses what has no name."""
    name = str(operation.get("name"))
    return {"draw_points": DRAWN, "erase_points": DRAWN, "toggle_input": "inputs"}.get(name, "network.layers")


def insert_layer(spec: RunSpec, index: int, layer: Mapping[str, Any] | None = None) -> tuple[str, list]:
    """A layer before position `index`; without `layer` it takes after its neighbour, with four units if it has any."""
    layers = spec.get("network.layers")
    _position(index, len(layers), "insert a layer")
    if layer is None:
        layer = dict(layers[min(index, len(layers) - 1)]) if layers else dict(DEFAULT_LAYERS[0])
        if "units" in layer:  # not every kind of layer has a size of its own
            layer["units"] = NEW_LAYER_UNITS
    return "network.layers", [*layers[:index], dict(layer), *layers[index:]]


def remove_layer(spec: RunSpec, index: int) -> tuple[str, list]:
    """The layer at `index` taken away."""
    layers = spec.get("network.layers")
    _position(index, len(layers) - 1, "remove a layer")
    return "network.layers", [*layers[:index], *layers[index + 1 :]]


def move_layer(spec: RunSpec, index: int, to: int) -> tuple[str, list]:
    """The layer at `index` put at position `to` of the list without it."""
    layers = spec.get("network.layers")
    _position(index, len(layers) - 1, "move a layer")
    _position(to, len(layers) - 1, "move a layer")
    rest = [*layers[:index], *layers[index + 1 :]]
    return "network.layers", [*rest[:to], layers[index], *rest[to:]]


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


def _listed(points: Any) -> list:
    """Points as the spec writes them, rounded; SpecError where they are none."""
    return plain(POINTS.validate(points, DRAWN))


def _position(index: Any, last: int, what: str) -> None:
    if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index <= last:
        raise SpecError("network.layers", f"There is no place {index!r} at which to {what}.")


OPERATIONS: dict[str, Callable[..., tuple[str, list]]] = {
    function.__name__: function
    for function in (insert_layer, remove_layer, move_layer, toggle_input, draw_points, erase_points)
}
