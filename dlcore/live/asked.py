"""What people ask for, checked or completed before it goes to a worker."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from dlcore.params import SpecError

SLOWEST, FASTEST = 0.01, 1e6


def another_seed(old: int | None) -> int:
    """A seed other than `old`; a short one, because it goes into the link."""
    return next(seed for seed in iter(lambda: 1 + secrets.randbelow(9999), None) if seed != old)


def speed(value: Any) -> float | None:
    """Steps per second, None for all the machine gives; SpecError for anything else."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not SLOWEST <= value <= FASTEST:
        raise SpecError(
            "speed", f"The speed is a number of steps per second between {SLOWEST:g} and {FASTEST:,.0f}."
        )
    return float(value)


def without_start(changes: Mapping[str, Any]) -> dict[str, Any] | None:
    """The other changes, where one chooses start weights that are given but gives none; else None.

    It means the weights as they are now, which only the worker has.
    """
    path, bare = "network.initializer", {"kind": "given"}
    for name, alone in ((path, ("given", bare, {**bare, "values": {}})), (f"{path}.kind", ("given",))):
        if name in changes and changes[name] in alone and f"{path}.values" not in changes:
            return {other: value for other, value in changes.items() if other != name}
    return None
