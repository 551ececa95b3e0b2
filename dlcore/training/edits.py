"""Edits: which number of a network an address names, and what it may be set to."""

from __future__ import annotations

from typing import Any

from dlcore.network.address import parse
from dlcore.params import SpecError
from dlcore.training.state import State

LARGEST = 1_000_000


def editable(state: State, address: str, value: Any) -> tuple[str, tuple[int, ...], float]:
    """(name of the parameter, index within it, the value): "layers.0.weight[2,1]", 0.5.

    SpecError where that is no parameter of the network, or the value none that it may have.
    """
    name, indices = parse(address)
    parameters = state.group("parameters")
    if name not in parameters or len(indices) != parameters[name].dim():
        raise SpecError("address", f"“{address[:60]}” is not a weight or bias of this network.")
    if any(index >= size for index, size in zip(indices, parameters[name].shape, strict=True)):
        raise SpecError("address", f"“{address[:60]}” lies outside this network.")
    try:
        value = float(value)
    except (TypeError, ValueError):
        raise SpecError(address, f"“{str(value)[:40]}” is not a number.") from None
    if not abs(value) < LARGEST:
        raise SpecError(address, "A weight must be a number between −1,000,000 and 1,000,000.")
    return name, indices, value
