"""The data picker: a small picture of every dataset, made by that dataset's own rule."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import streamlit as st

from _stage.stage import LOADER, base_path
from dlcore.catalogue import catalogue

POINTS = 120  # enough to tell the spiral's arms apart in 46 pixels

_component = st.components.v2.component("glassbox.thumbnails", js=LOADER % "thumbnails")


@cache
def pictures() -> list[dict[str, Any]]:
    """Every dataset's id, label and points [x, y, colour], each in −1 … 1; colour is the target."""
    return [
        {"id": entry.id, "label": entry.label, "points": _points(entry).round(2).tolist()}
        for entry in catalogue("datasets").values()
    ]


def _points(entry: Any) -> np.ndarray:
    params = {param.id: param.default for param in entry.params}
    if "samples" in params:
        params["samples"] = POINTS
    x, y = entry.generate(np.random.default_rng(1), **params)
    colour = y if entry.target == "number" else 2 * y / max(1, entry.classes - 1) - 1
    scale = max(1.0, float(np.abs(colour).max()))
    return np.column_stack([x / entry.extent, colour / scale])


def thumbnails(chosen: str, on_choose: Callable[[str], None]) -> None:
    """Draw the pictures; `on_choose` is called with the id of the dataset that a person picks."""

    def picked() -> None:
        on_choose(st.session_state["thumbnails"].chosen)

    _component(
        key="thumbnails",
        data={"base": base_path(), "sets": pictures(), "chosen": chosen},
        on_chosen_change=picked,
    )
