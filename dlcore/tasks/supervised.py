"""Supervised learning: show samples with their targets, and lessen the loss.

One step takes a batch of samples, computes the mean gradient of their losses and updates the
weights once. A pass over all samples is an epoch. What is left at an epoch's end and fills no
batch joins the next epoch's first batch ("carry", as TensorFlow Playground does), makes a smaller
batch of its own ("train"), or is left out ("drop").
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from dlcore.lazy import torch
from dlcore.tasks import Coming, Metric, TaskContext, TaskEntry
from dlcore.tasks._scores import Scores


class Supervised:
    """See the module. Counters: updates done, epochs done, samples taken in this epoch, left over."""

    of_these_points = ("counter.leftover",)

    def __init__(self, context: TaskContext):
        self.context = context
        self.resolved, self.train = context.spec.resolved, context.data["train"]
        self._splits = {name: split for name, split in context.data.items() if len(split) or name == "train"}
        self.batch_size = min(context.spec.tree["learning"]["batch_size"], len(self.train))
        self._orders: dict[int, tuple[np.ndarray, torch.Tensor, torch.Tensor]] = {}
        self._scores = Scores(self.resolved)
        self.metrics = [
            Metric(f"{split}_{name}", f"{split.capitalize()} {name}", split, better)
            for name, better in (("loss", "lower"), (self._scores.second, self._scores.second_better))
            for split in self._splits
        ]
        self._inputs = torch.cat([split.inputs for split in self._splits.values()])
        self._target = torch.cat([split.target for split in self._splits.values()])

    def build(self) -> Any:
        """The State at step 0."""
        names = ("step", "epoch", "cursor", "leftover")
        return self.context.new_state({"counter": {f"counter.{name}": np.zeros((), np.int64) for name in names}})

    def step(self, state: Any) -> Iterator[str]:
        """One update on the coming batch."""
        counter = state.buffer("counter").numpy()  # shares the memory
        step, epoch, cursor, leftover = self._settled(*counter.tolist())
        stepper = self.context.stepper.step(state, *self._batch(epoch, cursor, leftover), self.coming(state))
        last = next(stepper)
        for phase in stepper:
            yield last
            last = phase
        counter[:] = self._settled(step + 1, epoch, min(cursor + self.batch_size, len(self.train)), 0)
        yield last

    def position(self, state: Any) -> tuple[int, int, float]:
        """(steps, epochs, share of the epoch under way)."""
        step, epoch, cursor, _ = state.buffer("counter").tolist()
        return step, epoch, cursor / max(len(self.train), 1)

    def coming(self, state: Any) -> Coming:
        """See `Task`."""
        step, epoch, cursor, _ = self._settled(*state.buffer("counter").tolist())
        return Coming(step, epoch + cursor / max(len(self.train), 1))

    def gradient_norm(self, state: Any) -> float:
        """See `Task`; the data loss alone, before clipping and penalty."""
        batch = self._batch(*self._settled(*state.buffer("counter").tolist())[1:])
        return float(self.context.stepper.data_gradient(state, *batch, self.coming(state)).norm())

    def coming_batch(self, state: Any) -> np.ndarray:
        """Indices into train of the next step's samples: what was left over, then the next in order."""
        _, epoch, cursor, leftover = self._settled(*state.buffer("counter").tolist())
        indices = self._epoch(epoch)[0][cursor : cursor + self.batch_size]
        if leftover and self.resolved.remainder == "carry":
            indices = np.concatenate([self._epoch(epoch - 1)[0][-leftover:], indices])
        return indices

    def predict(self, state: Any, split: Any) -> np.ndarray:
        """(samples,) the output, or for several classes (samples, classes)."""
        return self._readable(self._outputs(state, split.inputs)[1])

    def measure(self, state: Any) -> dict[str, float]:
        """Loss (without penalty) and accuracy or root mean squared error, over each whole split."""
        rows = self._scores.judged(*self._judging(state, self._inputs), self._target)
        parts = rows.split([len(split) for split in self._splits.values()], dim=1)
        scores = {name: self._scores.mean(part) for name, part in zip(self._splits, parts, strict=True)}
        return {metric.id: scores[metric.split][metric.id.removeprefix(f"{metric.split}_")] for metric in self.metrics}

    def score(self, state: Any, split: Any) -> dict[str, float]:
        """Loss, and accuracy or root mean squared error, of any points."""
        return self._scores.mean(self._scores.judged(*self._judging(state, split.inputs), split.target))

    def _judging(self, state: Any, inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The outputs that are judged: in train mode where the spec makes that mistake, else in eval mode."""
        mistaken = self.context.spec.tree["learning"]["evaluate_in_train_mode"] and self.context.network.has_train_mode
        train = self.context.stepper.train_mode(self.coming(state), len(inputs)) if mistaken else None
        return self._outputs(state, inputs, train)

    def _outputs(self, state: Any, inputs: torch.Tensor, train: Any = None) -> tuple[torch.Tensor, torch.Tensor]:
        with torch.no_grad():
            return self.context.network.forward(inputs, state, train=train)

    def _readable(self, activation: torch.Tensor) -> np.ndarray:
        if self.resolved.target == "binary" and self.resolved.columns == 2:
            return activation[:, 1].numpy()
        return activation[:, 0].numpy() if self.resolved.columns == 1 else activation.numpy()

    def _batch(self, epoch: int, cursor: int, leftover: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Inputs and targets of the samples that `coming_batch` names."""
        stop, (_, inputs, target) = cursor + self.batch_size, self._epoch(epoch)
        inputs, target = inputs[cursor:stop], target[cursor:stop]
        if leftover and self.resolved.remainder == "carry":
            _, inputs_before, target_before = self._epoch(epoch - 1)
            inputs = torch.cat([inputs_before[-leftover:], inputs])
            target = torch.cat([target_before[-leftover:], target])
        return inputs, target

    def _epoch(self, epoch: int) -> tuple[np.ndarray, torch.Tensor, torch.Tensor]:
        """An epoch's order, and the train inputs and targets in it, so that a batch is a slice of them."""
        epoch = epoch if self.resolved.shuffle else 0
        if epoch not in self._orders:
            order, inputs, target = np.arange(len(self.train)), self.train.inputs, self.train.target
            if self.resolved.shuffle:
                order = self.context.generator("order", epoch).permutation(len(order))
                inputs, target = inputs[torch.from_numpy(order)], target[torch.from_numpy(order)]
            # What is left over joins the next epoch, so a neighbour is kept too.
            near = {key: kept for key, kept in self._orders.items() if abs(key - epoch) == 1}
            self._orders = {**near, epoch: (order, inputs, target)}
        return self._orders[epoch]

    def _settled(self, step: int, epoch: int, cursor: int, leftover: int) -> tuple[int, int, int, int]:
        """The counters, the epoch ended where its rest fills no batch (after a change of batch size too)."""
        rest = len(self.train) - cursor
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
