"""A run as a Jupyter notebook: the script's code in cells, with a word before each.

The format is version 4.5 (https://nbformat.readthedocs.io/en/latest/format_description.html): JSON, written
without Jupyter. Its numbers are the script's, to the last bit.
"""

from __future__ import annotations

import json
from typing import Any

from dlcore.export.pytorch_script import script_of
from dlcore.export.template import CURVE, RUN_CELLS

# Name of a cell, and its Markdown or the part of the script (see `Script.parts`) that is its code.
CELLS = (
    ("setup", None),
    ("data", "## The data\nEach row has the coordinates of a point, and its answer last."),
    ("points", None),
    ("data-words", "What the network is given of each point, and what it should answer."),
    ("inputs", None),
    ("network-words", "## The network"),
    ("network", None),
    ("start-words", "The weights that it starts from, a row for each neuron."),
    ("start", None),
    ("training-words", "## Training"),
    ("training", None),
    ("curve-words", "## The curve"),
)


def notebook_of(run: Any) -> tuple[str, str]:
    """(file name, content) of a run's notebook; SpecError where there can't be a script either."""
    script = script_of(run)
    parts = script.parts()
    cells = [_cell("what", "markdown", script.words.markdown(RUN_CELLS))]
    cells += [_cell(name, "markdown", text) if text else _cell(name, "code", parts[name]) for name, text in CELLS]
    cells += [_cell("run", "code", "curve = train()"), _cell("curve", "code", CURVE)]
    python = {"display_name": "Python 3", "language": "python", "name": "python3"}
    content = {
        "cells": cells,
        "metadata": {"kernelspec": python, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    name = f"glassbox_{run.spec.tree['data']['kind']}.ipynb"
    return name, json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _cell(name: str, kind: str, text: str) -> dict[str, Any]:
    """A cell of the format; `name` is its id, text is kept line by line."""
    unrun = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "id": name, "metadata": {}, "source": text.splitlines(keepends=True), **unrun}
