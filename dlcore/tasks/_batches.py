"""Batches: the training samples of each epoch in its order, cut into slices. For all members at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dlcore.lazy import torch

Anew = Callable[[int], "Batch"]
Batch = tuple["torch.Tensor", "torch.Tensor"]


def anew(sources: Sequence[Any], stepper: Any) -> Anew | None:
    """epoch → all members' training samples as they are in that epoch; None where they are always the same."""
    if not any(each.augmented for each in sources):
        return None

    def of(source: Any, epoch: int) -> Batch:
        train = source.data["train"]
        return source.augmented(epoch) if source.augmented else (train.inputs, train.target)

    def in_epoch(epoch: int) -> Batch:
        inputs, target = (torch.stack(part) for part in zip(*(of(each, epoch) for each in sources), strict=True))
        return stepper.columns(inputs), target.to(stepper.device)

    return in_epoch


@dataclass
class _Epoch:
    """One epoch's samples in its order: the first member's indices into train, inputs and target, and the
    batches that were cut of them by (cursor, left over)."""

    order: np.ndarray
    inputs: torch.Tensor
    target: torch.Tensor
    batches: dict[tuple[int, int], Batch] = field(default_factory=dict)


class Batches:
    """The batch that begins at a cursor of an epoch, with what the epoch before left over if that is carried."""

    def __init__(
        self,
        inputs: torch.Tensor,
        target: torch.Tensor,
        size: int,
        generators: Sequence[Callable[..., np.random.Generator]],
        carry: bool,
        anew: Anew | None = None,
    ):
        """`inputs` (members, inputs + 1, samples) and `target` (members, samples, columns); `generators` derive
        each member's order, none where the samples keep theirs. Where the samples are others in every epoch,
        anew(epoch) gives those instead."""
        self._inputs, self._target, self._size, self._carry = inputs, target, size, carry
        self._anew = anew
        self._generators = generators
        self._epochs: dict[int, _Epoch] = {}

    def indices(self, epoch: int, cursor: int, leftover: int) -> np.ndarray:
        """The first member's samples, as indices into train."""
        indices = self._epoch(epoch).order[cursor : cursor + self._size]
        if leftover and self._carry:
            indices = np.concatenate([self._epoch(epoch - 1).order[-leftover:], indices])
        return indices

    def batch(self, epoch: int, cursor: int, leftover: int) -> Batch:
        """Inputs and targets of all members; cut once, since a slice costs as much as a formula."""
        passing, key = self._epoch(epoch), (cursor, leftover if self._carry else 0)
        if (cursor, 0) not in passing.batches:
            inputs = passing.inputs[..., cursor:].split(self._size, 2)
            targets = passing.target[:, cursor:].split(self._size, 1)
            for number, batch in enumerate(zip(inputs, targets, strict=True)):
                passing.batches[cursor + number * self._size, 0] = batch
        if key not in passing.batches:
            before, (inputs, target) = self._epoch(epoch - 1), passing.batches[cursor, 0]
            passing.batches[key] = (
                torch.cat([before.inputs[..., -leftover:], inputs], 2),
                torch.cat([before.target[:, -leftover:], target], 1),
            )
        return passing.batches[key]

    def _epoch(self, epoch: int) -> _Epoch:
        if not self._generators and not self._anew:
            epoch = 0
        if epoch not in self._epochs:
            inputs, target = self._anew(epoch) if self._anew else (self._inputs, self._target)
            orders = [np.arange(self._target.shape[1])]
            if self._generators:
                orders = [generator("order", epoch).permutation(len(orders[0])) for generator in self._generators]
                chosen = [torch.from_numpy(order).to(target.device) for order in orders]
                inputs = torch.stack([one[:, order] for one, order in zip(inputs, chosen, strict=True)])
                target = torch.stack([one[order] for one, order in zip(target, chosen, strict=True)])
            # What is left over joins the next epoch, so a neighbour is kept too.
            near = {key: kept for key, kept in self._epochs.items() if abs(key - epoch) == 1}
            self._epochs = {**near, epoch: _Epoch(orders[0], inputs, target)}
        return self._epochs[epoch]
