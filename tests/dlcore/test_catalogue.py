"""`dlcore.catalogue`: entries are found by looking into a folder.

Oracle: a folder that the test writes itself.
"""

from __future__ import annotations

import sys

import pytest

import dlcore
from dlcore.catalogue import Catalogue, catalogue
from dlcore.params import SpecError

FILE = 'from dlcore.params import Entry\nENTRY = Entry(id="{id}", label="L", sentence="S.", order={order})\n'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A package dlcore.gadgets in a temporary place; returns a function that writes a file there."""
    package = tmp_path / "gadgets"
    package.mkdir()
    (package / "__init__.py").write_text("")
    monkeypatch.setattr(dlcore, "__path__", [*dlcore.__path__, str(tmp_path)])
    yield lambda name, **entry: (package / f"{name}.py").write_text(FILE.format(**entry))
    for name in [name for name in sys.modules if name.startswith("dlcore.gadgets")]:
        del sys.modules[name]


def test_a_new_file_is_a_new_entry_in_the_order_for_people(folder):
    folder("late", id="late", order=20)
    folder("early", id="early", order=10)
    folder("alike", id="alike", order=20)
    found = Catalogue("gadgets")
    assert list(found) == ["early", "alike", "late"] and len(found) == 3
    assert found["late"].order == 20 and "late" in found and "never" not in found


def test_files_with_an_underscore_are_helpers(folder):
    folder("one", id="one", order=1)
    folder("_helper", id="helper", order=1)
    assert list(Catalogue("gadgets")) == ["one"]


def test_one_id_twice_is_a_mistake(folder):
    folder("one", id="same", order=1)
    folder("two", id="same", order=2)
    with pytest.raises(RuntimeError, match="share one id"):
        len(Catalogue("gadgets"))


def test_nothing_is_read_before_it_is_asked_for():
    assert Catalogue("no_such_folder").folder == "no_such_folder"


@pytest.mark.parametrize("name", ["nope", None, 3, ["one"], "x" * 1000])
def test_find_says_what_there_is(folder, name):
    folder("one", id="one", order=1)
    folder("two", id="two", order=2)
    with pytest.raises(SpecError, match=r"Choose one of: one, two\.") as caught:
        Catalogue("gadgets").find(name, "some.path")
    assert caught.value.path == "some.path" and len(caught.value.message) < 120
    assert Catalogue("gadgets").find("two", "some.path").id == "two"


def test_one_catalogue_for_one_folder():
    assert catalogue("activations") is catalogue("activations")
