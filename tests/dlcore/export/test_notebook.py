"""A run as a notebook, its cells run in order in a fresh Python. Oracles: the run's history, nbformat's rules."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from dlcore import Run, RunSpec, SpecError
from dlcore.export.notebook import notebook_of

TELL = "\nimport json, sys\nprint(json.dumps(curve))\nprint(json.dumps([list(t.y) for t in figure.data]))\n"


def run_of(**changes):
    run = Run(RunSpec.default().with_(**changes, **{"data.samples": 200}, seed=7))
    run.advance(epochs=15)
    return run


def test_its_cells_reproduce_the_curve_of_the_run(tmp_path):
    layers = [{"kind": "dense", "units": 5, "norm": "batch", "dropout": 0.1}, {"kind": "dense", "units": 3}]
    changes = {"data": "spiral", "learning.optimizer": "adam", "learning.penalty": "l2", "network.layers": layers}
    run = run_of(**changes)
    name, text = notebook_of(run)
    assert name == "glassbox_spiral.ipynb" and "dlcore" not in text
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    path = tmp_path / "cells.py"
    # As a kernel does: one cell after the other, in the same names.
    path.write_text(
        f"scope = {{}}\nfor cell in {[''.join(cell['source']) for cell in cells] + [TELL]!r}:\n    exec(cell, scope)\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-I", str(path)], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    curve, drawn = (json.loads(line) for line in done.stdout.splitlines()[-2:])
    ends = run.history.drop_duplicates("epoch", keep="last").set_index("epoch")
    assert [row["epoch"] for row in curve] == list(range(16))
    for row in curve:
        for split in ("train", "test"):
            assert row[split] == pytest.approx(ends.loc[row["epoch"], f"{split}_loss"], rel=1e-3)
    assert drawn == [[row[split] for row in curve] for split in ("train", "test")]


def test_it_is_a_notebook_of_format_4_5():
    """https://github.com/jupyter/nbformat/blob/main/nbformat/v4/nbformat.v4.5.schema.json, what it requires."""
    book = json.loads(notebook_of(run_of())[1])
    assert set(book) == {"cells", "metadata", "nbformat", "nbformat_minor"}
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    assert {"name", "display_name"} <= set(book["metadata"]["kernelspec"])
    ids = [cell["id"] for cell in book["cells"]]
    assert len(set(ids)) == len(ids) and all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name) for name in ids)
    for cell in book["cells"]:
        more = {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
        assert set(cell) == {"cell_type", "id", "metadata", "source"} | more
        assert all(line.endswith("\n") for line in cell["source"][:-1]) and cell["source"]


def test_its_words_are_plain_text():
    """What a formula is written with would be Markdown: x* would begin a slanted word."""
    first = json.loads(notebook_of(run_of())[1])["cells"][0]
    text = "".join(first["source"])
    assert text.startswith("# A neural network that learns the data set “Circle”")
    assert "- **Data:** A blue disc inside an orange ring." in text
    assert not re.search(r"(?<![\\*])\*(?!\*)", text)


def test_without_points_there_is_none():
    with pytest.raises(SpecError, match="no points yet"):
        notebook_of(Run(RunSpec.default().with_(data="points")))
