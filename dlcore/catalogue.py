"""Catalogues: folders of plug-ins, one file each, found by looking.

A plug-in file holds one frozen entry named `ENTRY`. Adding a file adds the entry, everywhere.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType

from dlcore.params import Entry, SpecError


class Catalogue(Mapping[str, "Entry"]):
    """The entries of one folder of `dlcore`, by id, in the order people should meet them.

    The folder is read at the first use, so importing a catalogue costs nothing.
    """

    def __init__(self, folder: str):
        self.folder = folder
        self._entries: dict[str, Entry] | None = None

    def _load(self) -> dict[str, Entry]:
        if self._entries is None:
            package = importlib.import_module(f"dlcore.{self.folder}")
            names = [module.name for module in pkgutil.iter_modules(package.__path__)]
            found = [
                importlib.import_module(f"{package.__name__}.{name}").ENTRY
                for name in names
                if not name.startswith("_")
            ]
            found.sort(key=lambda entry: (entry.order, entry.id))
            self._entries = {entry.id: entry for entry in found}
            if len(self._entries) != len(found):
                raise RuntimeError(f"two entries of dlcore.{self.folder} share one id")
        return self._entries

    def __getitem__(self, name: str) -> Entry:
        return self._load()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._load())

    def __len__(self) -> int:
        return len(self._load())

    def find(self, name: object, path: str, label: str = "") -> Entry:
        """The entry with that id; SpecError(path, …) naming those that there are."""
        entries = self._load()
        if not isinstance(name, str) or name not in entries:
            what = label or self.folder.replace("_", " ").capitalize()
            offered = ", ".join(entries)
            raise SpecError(path, f"{what}: “{str(name)[:40]}” is not known. Choose one of: {offered}.")
        return entries[name]


@cache
def folders() -> tuple[str, ...]:
    """Every catalogue there is: the folders of `dlcore` that declare a kind of entry of their own."""
    names = [module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]) if module.ispkg]
    return tuple(name for name in sorted(names) if _declares_entry(importlib.import_module(f"dlcore.{name}")))


def _declares_entry(package: ModuleType) -> bool:
    kinds = (value for value in vars(package).values() if isinstance(value, type) and issubclass(value, Entry))
    return any(kind.__module__ == package.__name__ for kind in kinds)


@cache
def catalogue(folder: str) -> Catalogue:
    """The catalogue of one folder: catalogue("activations")["tanh"]."""
    return Catalogue(folder)
