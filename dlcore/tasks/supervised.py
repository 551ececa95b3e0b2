"""Supervised learning: show samples with their targets, and lessen the loss.

One step takes a batch of samples, computes the mean gradient of their losses and updates the
weights once. A pass over all samples is an epoch. What is left at an epoch's end and fills no
batch joins the next epoch's first batch ("carry", as TensorFlow Playground does), makes a smaller
batch of its own ("train"), or is left out ("drop").
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dlcore.lazy import torch
from dlcore.tasks import Measured, Metric, TaskContext, TaskEntry


@dataclass
class _Epoch:
    """One epoch's samples in its order: the first member's indices into train, inputs (members, inputs
    + 1, samples) and target (members, samples, columns), and batches by (cursor, left over)."""

    order: np.ndarray
    inputs: torch.Tensor
    target: torch.Tensor
    batches: dict[tuple[int, int], tuple[torch.Tensor, torch.Tensor]] = field(default_factory=dict)


class Supervised:
    """See the module. Counters: updates done, epochs done, samples taken in this epoch, left over."""

    def __init__(self, context: TaskContext):
        self.context = context
        self.resolved = context.spec.resolved
        self._sizes = {name: len(split) for name, split in context.sources[0].data.items() if len(split)}
        self._train = self._sizes["train"]
        self.batch_size = min(context.spec.tree["learning"]["batch_size"], self._train)
        self._epochs: dict[int, _Epoch] = {}
        second = ("error", "lower") if self.resolved.target == "number" else ("accuracy", "higher")
        self._second = second[0]
        self.metrics = [
            Metric(f"{split}_{name}", f"{split.capitalize()} {name}", split, better)
            for name, better in (("loss", "lower"), second)
            for split in self._sizes
        ]
        whole = [[source.data[name] for name in self._sizes] for source in context.sources]
        inputs = torch.stack([torch.cat([split.inputs for split in splits]) for splits in whole])
        self._inputs = context.stepper.columns(inputs)
        self._target = torch.stack([torch.cat([split.target for split in splits]) for splits in whole])

    def build(self) -> Any:
        """The State at step 0."""
        names = ("step", "epoch", "cursor", "leftover")
        return self.context.new_state({"counter": {f"counter.{name}": np.zeros((), np.int64) for name in names}})

    def step(self, state: Any) -> Iterator[str]:
        """One update on the coming batch."""
        position = self._coming(state)
        stepper = self.context.stepper.step(state, *self._batch(*position[1:]))
        last = next(stepper)
        for phase in stepper:
            yield last
            last = phase
        self._done(state, *position)
        yield last

    def update(self, state: Any) -> None:
        """One update on the coming batch, in one go."""
        position = self._coming(state)
        self.context.stepper.update(state, *self._batch(*position[1:]))
        self._done(state, *position)

    def _coming(self, state: Any) -> tuple[int, int, int, int]:
        return self._settled(*state.counts["counter"].tolist())

    def _done(self, state: Any, step: int, epoch: int, cursor: int, _: int) -> None:
        after = min(cursor + self.batch_size, self._train)
        state.counts["counter"][:] = self._settled(step + 1, epoch, after, 0)

    def position(self, state: Any) -> tuple[int, int, float]:
        """(steps, epochs, share of the epoch under way)."""
        step, epoch, cursor, _ = state.counts["counter"].tolist()
        return step, epoch, cursor / self._train

    def coming_batch(self, state: Any) -> np.ndarray:
        """Indices into train of the next step's samples: what was left over, then the next in order."""
        _, epoch, cursor, leftover = self._coming(state)
        indices = self._epoch(epoch).order[cursor : cursor + self.batch_size]
        if leftover and self.resolved.remainder == "carry":
            indices = np.concatenate([self._epoch(epoch - 1).order[-leftover:], indices])
        return indices

    def predict(self, state: Any, split: Any) -> np.ndarray:
        """(samples,) the output, or for several classes (samples, classes)."""
        return self._readable(self._outputs(state, split.inputs)[1])

    def measure(self, state: Any) -> Measured:
        """Loss (without penalty) and accuracy or root mean squared error, over each whole split."""
        sizes = list(self._sizes.values())
        with torch.inference_mode():
            pre_activation, activation = self.context.stepper.predict(state, self._inputs)
            judged = self._judged(pre_activation, activation, self._target).split(sizes, -1)
            kept = activation.clone()  # the stepper goes on writing where it is
            scores = {
                f"{split}_{name}": values
                for split, part in zip(self._sizes, judged, strict=True)
                for name, values in self._scores(part).items()
            }
        members = range(len(self.context.sources))
        return Measured(
            [{metric.id: scores[metric.id][member] for metric in self.metrics} for member in members],
            lambda: {name: self._readable(part) for name, part in zip(self._sizes, kept.split(sizes, 1), strict=True)},
        )

    def score(self, state: Any, split: Any) -> dict[str, float]:
        """Loss, and accuracy or root mean squared error, of any points."""
        judged = self._judged(*self._outputs(state, split.inputs), split.target)
        return {name: values[0] for name, values in self._scores(judged[:, None]).items()}

    def _judged(self, pre_activation: torch.Tensor, activation: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """(2, …, samples): the loss of each sample, and its squared miss, or 1 where its class is right."""
        losses = self.resolved.loss.value(pre_activation if self.resolved.loss.from_logits else activation, target)
        if self.resolved.target == "number":
            second = (activation - target).square().mean(-1)
        elif self.resolved.coding == "one_hot":
            second = activation.argmax(-1) == target.argmax(-1)
        else:
            middle = sum(self.resolved.range) / 2
            second = ((activation > middle) == (target > middle))[..., 0]
        return torch.stack([losses, second.to(losses.dtype)])

    def _scores(self, judged: torch.Tensor) -> dict[str, list[float]]:
        """Loss, and accuracy or root mean squared error, of some of the samples in `judged`; for each member."""
        loss, second = ([total / judged.shape[-1] for total in totals] for totals in judged.sum(-1).tolist())
        return {"loss": loss, self._second: list(map(math.sqrt, second)) if self._second == "error" else second}

    def _outputs(self, state: Any, inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        with torch.no_grad():
            return self.context.network.forward(inputs, state.group("parameters"))

    def _readable(self, activation: torch.Tensor) -> np.ndarray:
        """(…, samples) of (…, samples, columns), or as it is for several classes."""
        if self.resolved.target == "binary" and self.resolved.columns == 2:
            return activation[..., 1].numpy()
        return activation[..., 0].numpy() if self.resolved.columns == 1 else activation.numpy()

    def _batch(self, epoch: int, cursor: int, leftover: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Inputs and targets of the samples that `coming_batch` names."""
        passing, key = self._epoch(epoch), (cursor, leftover if self.resolved.remainder == "carry" else 0)
        if (cursor, 0) not in passing.batches:
            size = self.batch_size
            inputs, targets = passing.inputs[..., cursor:].split(size, 2), passing.target[:, cursor:].split(size, 1)
            for number, batch in enumerate(zip(inputs, targets, strict=True)):
                passing.batches[cursor + number * size, 0] = batch
        if key not in passing.batches:
            before, (inputs, target) = self._epoch(epoch - 1), passing.batches[cursor, 0]
            passing.batches[key] = (
                torch.cat([before.inputs[..., -leftover:], inputs], 2),
                torch.cat([before.target[:, -leftover:], target], 1),
            )
        return passing.batches[key]

    def _epoch(self, epoch: int) -> _Epoch:
        """An epoch's order, and the train inputs and targets in it, so that a batch is a slice of them."""
        if not self.resolved.shuffle:
            epoch = 0
        if epoch not in self._epochs:
            inputs, target = self._inputs[..., : self._train], self._target[:, : self._train]
            orders = [np.arange(self._train)]
            if self.resolved.shuffle:
                generators = (source.generator("order", epoch) for source in self.context.sources)
                orders = [generator.permutation(self._train) for generator in generators]
                chosen = [torch.from_numpy(order) for order in orders]
                inputs = torch.stack([one[:, order] for one, order in zip(inputs, chosen, strict=True)])
                target = torch.stack([one[order] for one, order in zip(target, chosen, strict=True)])
            # What is left over joins the next epoch, so a neighbour is kept too.
            near = {key: kept for key, kept in self._epochs.items() if abs(key - epoch) == 1}
            self._epochs = {**near, epoch: _Epoch(orders[0], inputs, target)}
        return self._epochs[epoch]

    def _settled(self, step: int, epoch: int, cursor: int, leftover: int) -> tuple[int, int, int, int]:
        """The counters, the epoch ended where its rest fills no batch (after a change of batch size too)."""
        rest = self._train - cursor
        if rest == 0 or (self.resolved.remainder != "train" and rest < self.batch_size):
            return step, epoch + 1, 0, rest
        return step, epoch, cursor, leftover


ENTRY = TaskEntry(
    id="supervised",
    label="Supervised learning",
    sentence="Samples come with the right answer, and the network learns to give it.",
    formula="w ← w − η · ∂/∂w mean loss(batch)",
    source="Rosenblatt 1958; Rumelhart, Hinton and Williams 1986",
    make=Supervised,
)
