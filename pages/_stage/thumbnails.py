"""The data picker: a small picture of every dataset, made by that dataset's own rule."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from _stage.stage import LOADER, base_path
from dlcore.catalogue import catalogue

POINTS = 120  # enough to tell the spiral's arms apart in 46 pixels
TILES = 2  # so many pictures to either side show what a set of them is of

_component = st.components.v2.component("glassbox.thumbnails", js=LOADER % "thumbnails")


@cache
def pictures() -> list[dict[str, Any]]:
    """Every dataset's id, label, group and either points [x, y, target], x and y in −1 … 1, or a picture.

    The target is a class's number where `classes` says how many there are; where that is 0 it is a
    number in −1 … 1. Of pictures, some samples side by side are `tiles`, a PNG as a data URL. All of it takes some
    milliseconds, once for each server.
    """
    found = []
    for entry in catalogue("datasets").values():
        words = {"id": entry.id, "label": entry.label, "group": entry.group}
        classes = 0 if entry.target == "number" else len(entry.classes)
        if entry.is_pictures:
            found.append({**words, "classes": classes, "points": [], "tiles": _tiles(entry)})
        else:
            found.append({**words, "classes": classes, "points": _points(entry, classes).round(2).tolist()})
    return found


def _tiles(entry: Any) -> str:
    params = entry.default_values() | ({"samples": TILES**2} if entry.param("samples") else {})
    pixels = [entry.picture(np.random.default_rng(1), index, **params)[0] for index in range(TILES**2)]
    rows = [np.concatenate(pixels[at : at + TILES], axis=1) for at in range(0, TILES**2, TILES)]
    file = io.BytesIO()
    Image.fromarray(np.concatenate(rows)).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def _points(entry: Any, classes: int) -> np.ndarray:
    params = entry.default_values()
    if "samples" in params:
        params["samples"] = POINTS
    x, y = entry.generate(np.random.default_rng(1), **params)
    some = slice(None, None, max(1, len(y) // POINTS))  # of a long table
    scale = 1.0 if classes else max(1.0, float(np.abs(y).max()))
    return np.column_stack([x / entry.extent, y / scale])[some]


def thumbnails(chosen: str, on_choose: Callable[[str, bool], None]) -> None:
    """Draw the pictures; `on_choose` is called with the id of the dataset that a person picks.

    Its second argument is whether the picture was pressed; an arrow key only walks over it.
    """

    def picked() -> None:
        on_choose(st.session_state["thumbnails"].chosen, True)

    def walked() -> None:
        on_choose(st.session_state["thumbnails"].walked, False)

    _component(
        key="thumbnails",
        data={"base": base_path(), "sets": pictures(), "chosen": chosen},
        on_chosen_change=picked,
        on_walked_change=walked,
    )
