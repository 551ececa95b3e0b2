"""What holds for every entry of every catalogue: words, parameters, files. A new file is tested unasked.

Oracle: the declarations themselves, and a fresh Python process for what an import pulls in.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

import dlcore.params
from dlcore.catalogue import catalogue, folders
from dlcore.params import CLEAR_SLOTS, KEEP, RESET, VIEW, Entry, SpecError
from dlcore.schema import NEVER_SET

ROOT = Path(dlcore.params.__file__).parent
FILES = [path for path in sorted(ROOT.glob("*/*.py")) if "\nENTRY = " in path.read_text(encoding="utf-8")]
FOLDERS = sorted({path.parent.name for path in FILES})
ENTRIES = [(folder, entry) for folder in FOLDERS for entry in catalogue(folder).values()]
PARAMS = [(f"{folder}.{entry.id}", param) for folder, entry in ENTRIES for param in entry.params]
KINDS = {"number", "integer", "flag", "choice", "entry", "entries", "seed", "values", "text", "points", "amounts"}

each_entry = pytest.mark.parametrize(
    "entry", [entry for _, entry in ENTRIES], ids=[f"{folder}.{entry.id}" for folder, entry in ENTRIES]
)
each_param = pytest.mark.parametrize(
    "param", [param for _, param in PARAMS], ids=[f"{owner}.{param.id}" for owner, param in PARAMS]
)
each_file = pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.name}/{path.name}" for path in FILES])


def assert_sentence(text):
    assert text == text.strip() and text[0].isupper() and text.endswith((".", "?", "!"))
    assert len(text.split()) >= 4 and len(text) <= 200 and "  " not in text and "TODO" not in text


def test_every_catalogue_is_found():
    """Oracle: the files that hold an entry."""
    assert set(folders()) == set(FOLDERS)
    assert {"activations", "losses", "optimizers", "penalties", "initializers"} <= set(FOLDERS)


@each_entry
def test_words_are_whole_sentences(entry):
    assert isinstance(entry, Entry)
    assert entry.id == entry.id.lower() and entry.id.isidentifier()
    assert entry.label.strip() == entry.label != ""
    assert_sentence(entry.sentence)
    assert "*" not in entry.formula and "sqrt" not in entry.formula and "\n" not in entry.formula


@each_entry
def test_describes_itself_as_json(entry):
    told = json.loads(json.dumps(entry.describe(), ensure_ascii=False, allow_nan=False))
    assert told["id"] == entry.id and len(told["params"]) == len(entry.params)


@each_entry
def test_examples_name_parameters_that_there_are(entry):
    assert entry.examples
    for example in entry.examples:
        for name, value in example.items():
            param = entry.param(name)
            assert param is not None, name
            param.validate(value)


@pytest.mark.parametrize("folder", NEVER_SET)
def test_an_entry_that_is_named_by_its_id_has_no_parameters(folder):
    """A spec has no room for them: an activation with a slope to choose would be taken for another one."""
    assert folder in FOLDERS
    assert [entry.id for entry in catalogue(folder).values() if entry.params] == []


@each_param
def test_param_is_whole(param):
    assert param.kind in KINDS
    assert param.id.isidentifier() and param.label
    assert_sentence(param.sentence)
    assert param.on_change in {VIEW, KEEP, CLEAR_SLOTS, RESET}
    if param.kind in ("number", "integer"):
        assert param.minimum is not None, "a number needs a lowest value, or a typing error breaks a run"
        assert param.maximum is not None, "a number needs a highest value, or a typing error breaks a run"


@each_param
def test_default_and_choices_are_valid(param):
    for value in (param.default, *param.choices):
        assert param.validate(value, "here") == value


@each_param
def test_outside_is_refused_with_a_sentence_and_its_path(param):
    if param.maximum is None:
        return
    for bad in (param.maximum + 1, param.minimum - 1, float("nan"), "many", [1]):
        with pytest.raises(SpecError) as caught:
            param.validate(bad, "some.path")
        assert caught.value.path == "some.path"
        assert_sentence(caught.value.message)


@each_file
def test_file_is_named_after_its_entry(path):
    module = importlib.import_module(f"dlcore.{path.parent.name}.{path.stem}")
    assert module.ENTRY.id == path.stem


@each_file
def test_file_opens_with_a_lesson_and_stays_small(path):
    module = importlib.import_module(f"dlcore.{path.parent.name}.{path.stem}")
    assert module.__doc__ and len(module.__doc__.split()) >= 8
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 150


def test_reading_the_catalogues_leaves_torch_alone():
    """Oracle: `sys.modules` of a fresh process that has read every entry and described it."""
    code = (
        "import sys; from dlcore.catalogue import catalogue\n"
        f"for folder in {FOLDERS!r}:\n"
        "    for entry in catalogue(folder).values(): entry.describe()\n"
        "loaded = [name for name in ('torch', 'pandas', 'sklearn', 'streamlit') if name in sys.modules]\n"
        "sys.exit(f'imported: {loaded}' if loaded else 0)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT.parent, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
