"""A run as a Jupyter notebook: the script's code in cells, with a word before each.

The format is version 4.5 (https://nbformat.readthedocs.io/en/latest/format_description.html): JSON, written
without Jupyter. Its numbers are the script's, to the last bit.
"""

from __future__ import annotations

import json
from typing import Any

from dlcore.export.beside import archive
from dlcore.export.pytorch_script import script_of
from dlcore.export.template import CELLS_BESIDE, CURVE, RUN_CELLS

# Name of a cell, and its Markdown or the part of the script (see `Script.parts`) that is its code.
CELLS = (
    ("setup", None),
    ("data", "## The data\n{told}"),
    ("points", None),
    ("data-words", "What the network is given of each {sample}, and what it should answer."),
    ("inputs", None),
    ("network-words", "## The network"),
    ("network", None),
    ("start-words", "The weights that it starts from."),
    ("start", None),
    ("training-words", "## Training"),
    ("training", None),
    ("curve-words", "## The curve"),
)


def notebook_of(run: Any) -> tuple[str, str | bytes]:
    """(file name, content) of a run's notebook, or where numbers lie beside it an archive of both; SpecError where
    there can't be a script either."""
    script = script_of(run)
    parts = script.parts()
    cells = [_cell("what", "markdown", script.words.markdown(CELLS_BESIDE if script.is_beside else RUN_CELLS))]
    said = script.data.said()
    cells += [
        _cell(name, "markdown", text.format(**said)) if text else _cell(name, "code", parts[name])
        for name, text in CELLS
    ]
    cells += [_cell("run", "code", "curve = train()"), _cell("curve", "code", CURVE)]
    python = {"display_name": "Python 3", "language": "python", "name": "python3"}
    content = {
        "cells": cells,
        "metadata": {"kernelspec": python, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    return archive(f"{script.name}.ipynb", text, script.beside)


def _cell(name: str, kind: str, text: str) -> dict[str, Any]:
    """A cell of the format; `name` is its id, text is kept line by line."""
    unrun = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "id": name, "metadata": {}, "source": text.splitlines(keepends=True), **unrun}
