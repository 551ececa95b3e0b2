"""Scenes: what one pass of a run computes, the coming batch's or one sample's own, as far as it was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from dlcore.lazy import torch

if TYPE_CHECKING:
    from dlcore.tasks import Operation
    from dlcore.training.data import Split

Arrays = dict[str, np.ndarray]


class Scene:
    """One pass's numbers by address; those of samples are (samples, …).

    `data` are its samples, `learns` is whether there are gradients, `has_target` whether there is a right answer.
    `operations` fill `record` one by one; `known` is there from the start, and `last` adds what follows from all.
    """

    def __init__(
        self,
        data: Split,
        operations: Iterator[Operation],
        record: Mapping[str, torch.Tensor],
        known: Arrays,
        last: Callable[[Arrays], Mapping[str, Any]],
        learns: bool = False,
        has_target: bool = True,
    ):
        self.data, self.learns, self.has_target = data, learns, has_target
        self._operations, self._record, self._known = operations, record, known
        self._last: Callable[[Arrays], Mapping[str, Any]] | None = last

    def __len__(self) -> int:
        return len(self.data)

    def find(self, name: str) -> np.ndarray | None:
        """All numbers of that name; None where the pass has none."""
        while name not in self._known and self._further():
            pass
        return self._known.get(name)

    @property
    def values(self) -> Mapping[str, np.ndarray]:
        """Everything."""
        while self._further():
            pass
        return self._known

    def _further(self) -> bool:
        """One operation more, however far a walk on the screen has come; False after the last."""
        if next(self._operations, None) is not None:
            self._known |= {name: self._record[name].numpy() for name in self._record.keys() - self._known.keys()}
            return True
        if self._last is None:
            return False
        last, self._last = self._last, None
        self._known |= {name: np.asarray(value) for name, value in last(self._known).items()}
        return True
