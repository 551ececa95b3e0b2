"""Keeping what was found, within bounds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def newest(kept: dict[Any, Any], key: Any, make: Callable[[], Any], most: int) -> Any:
    """What is kept under a key, made where it is not; of more than `most` the one asked for longest ago goes."""
    found = kept.pop(key) if key in kept else make()
    while len(kept) >= most:
        del kept[next(iter(kept))]
    kept[key] = found
    return found
