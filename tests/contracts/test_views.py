"""Contract of every view: its file says who it is, where it goes, and how it is mounted."""

import re
from pathlib import Path

import pytest

from dlcore.catalogue import catalogue

JS = Path(__file__).parents[2] / "pages/_stage/js"
VIEWS = sorted((JS / "views").glob("*.js"))
SLOTS = re.search(r"const SLOTS = \[(.*)\]", (JS / "shell.js").read_text(encoding="utf-8")).group(1).split(", ")


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: path.stem)
def test_a_view_is_what_its_file_is_called(path):
    text = path.read_text(encoding="utf-8")
    assert re.search(rf'\bid: "{path.stem}"', text)
    assert re.search(r'\bslot: (".*?")', text).group(1) in SLOTS
    assert re.search(r"\bprobes\s*[(:]", text) and re.search(r"\bmount\s*[(:]", text)


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: path.stem)
@pytest.mark.parametrize("layer", catalogue("layers"))
def test_a_view_goes_by_axes_and_never_by_the_kind_of_a_layer(path, layer):
    assert not re.search(rf"""["'`]{layer}["'`]""", path.read_text(encoding="utf-8"))
