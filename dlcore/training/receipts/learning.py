"""The entries of a spec that make a step, and their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dlcore.catalogue import catalogue
from dlcore.params import Entry
from dlcore.spec import RunSpec


@dataclass(frozen=True)
class Learning:
    """Optimizer, penalty, schedule and clipping; `numbers` has each one's settings by these names."""

    optimizer: Entry
    penalty: Entry
    schedule: Entry
    clipping: Entry
    numbers: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(cls, spec: RunSpec) -> Learning:
        """Those of a spec."""
        tree = spec.tree["learning"]
        folders = {"optimizer": "optimizers", "penalty": "penalties", "schedule": "schedules", "clipping": "clippings"}
        entries = {name: catalogue(folder)[tree[name]["kind"]] for name, folder in folders.items()}
        return cls(**entries, numbers={name: tree[name] for name in folders})
