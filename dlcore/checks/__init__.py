"""Checks: what may be wrong with a run, named in one sentence. One file each; see `Check`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from dlcore.params import Entry

MOST_MARKS = 300  # that are sent: the picture shows at most 8 layers of 32


@dataclass(frozen=True)
class Remedy:
    """Something to try, as a button: `changes` of the spec by path, then a `command` of the run.

    `label` is on the button, `sentence` says what it will do. Both can be undone. The command is
    "reset" where weights that were led astray must not be kept.
    """

    label: str
    sentence: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    command: str = ""

    def describe(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "label": self.label,
            "sentence": self.sentence,
            "changes": dict(self.changes),
            "command": self.command,
        }


@dataclass(frozen=True)
class Finding:
    """A check that holds now. `addresses` are the guilty places: a number ("test_loss"), a layer
    ("layers.0"), a unit ("layers.0.activation[2]") or a weight ("layers.0.weight[2,1]")."""

    check: str
    label: str
    severity: int
    urgent: bool
    message: str
    addresses: tuple[str, ...] = ()
    remedies: tuple[Remedy, ...] = ()

    def describe(self) -> dict[str, Any]:
        """Plain JSON."""
        words = {name: getattr(self, name) for name in ("check", "label", "severity", "urgent", "message")}
        remedies = [remedy.describe() for remedy in self.remedies]
        return words | {"addresses": list(self.addresses[:MOST_MARKS]), "remedies": remedies}


@dataclass(frozen=True)
class LayerValues:
    """One block's values on the n samples that are looked at, each (n, units, …).

    `slope` is f′(pre-activation); `kind` the activation's entry, None for softmax; `index` counts
    from 0; `hidden` is False for the output.
    """

    address: str
    index: int
    kind: Any
    hidden: bool
    values: np.ndarray
    slope: np.ndarray

    def always(self, mask: np.ndarray, share: float = 1.0) -> np.ndarray:
        """(units,) whether `mask` (n, units, …) is true for at least `share` of a unit's values."""
        return np.moveaxis(mask, 1, 0).reshape(mask.shape[1], -1).mean(-1) >= share

    @property
    def called(self) -> str:
        """What its units are called."""
        return "channels" if self.values.ndim > 2 else "neurons"

    def units(self, mask: np.ndarray) -> tuple[str, ...]:
        """The addresses of the units for which `mask` (units,) is true."""
        return tuple(f"{self.address}.activation[{unit}]" for unit in np.flatnonzero(mask))


class CheckContext(Protocol):
    """What a check is handed: one position of a run, computed when asked for, in eval mode.

    `trouble` is the sentence of a run that could not go on, or "", and `blamed` the number that it
    blames. `rate` is the learning rate before any schedule; `constant_loss` the training loss of one constant answer.
    """

    spec: Any
    network: Any
    trouble: str
    blamed: str
    can_undo: bool
    step: int
    epoch: int
    rate: float
    constant_loss: float
    parameters: Mapping[str, np.ndarray]
    metrics: Mapping[str, float]
    layers: Sequence[LayerValues]
    target: np.ndarray
    trace: Mapping[str, np.ndarray]

    def curve(self, metric: str) -> np.ndarray:
        """The recorded values of a metric up to now, oldest first; empty where it is not measured."""

    def norm(self, address: str) -> float:
        """The Euclidean norm of a value of the trace or a parameter ("layers.0.weight.grad")."""


@dataclass(frozen=True)
class Example:
    """A run by which a check is tested: the default spec with `changes`, after `epochs`.

    Where the check is to hold, its first remedy must have helped `recovery` epochs later.
    """

    changes: Mapping[str, Any]
    epochs: int
    recovery: int = 20


@dataclass(frozen=True, kw_only=True)
class Check(Entry):
    """Something that may be wrong with a run, and what may help.

    examine(context) → Finding or None, made by `found`. `message` is one sentence with named
    slots. `severity` sorts what is found, the worst (lowest) first; what is `urgent` has stopped
    the run and is said at once. Runs younger than `after_epochs` and `after_steps` are left in
    peace: every network is odd at its start. `helped` is the metric that a remedy must lower.
    `provoke` are runs in which it must hold, `silent` runs close to them in which it must not.
    """

    message: str
    severity: int
    examine: Callable[[CheckContext], Finding | None]
    provoke: tuple[Example, ...]
    silent: tuple[Example, ...]
    helped: str = "train_loss"
    urgent: bool = False
    after_epochs: int = 5
    after_steps: int = 50

    def found(self, addresses: Sequence[str], remedies: Sequence[Remedy], **slots: Any) -> Finding:
        """What this check found, its sentence filled in."""
        message = self.message.format(**slots)
        return Finding(self.id, self.label, self.severity, self.urgent, message, tuple(addresses), tuple(remedies))
