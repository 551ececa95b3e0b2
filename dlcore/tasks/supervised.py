"""Supervised learning: show samples with their targets, and lessen the loss.

One step takes a batch of samples, computes the mean gradient of their losses and updates the
weights once. A pass over all samples is an epoch. What is left at an epoch's end and fills no
batch joins the next epoch's first batch ("carry", as TensorFlow Playground does), makes a smaller
batch of its own ("train"), or is left out ("drop").
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dlcore.lazy import torch
from dlcore.tasks import Coming, TaskContext, TaskEntry
from dlcore.tasks._batches import Batches, anew
from dlcore.tasks._described import describe_run, metrics
from dlcore.tasks._measuring import Measuring
from dlcore.tasks._scores import Scores

NO_POINTS = "There are no points to learn from yet. Press Draw on the output map and put some there, then Play."


class Supervised(Measuring):
    """See the module. Counters: updates done, epochs done, samples taken in this epoch, left over."""

    of_these_points, lacking_at = ("counter.leftover",), "data.points"

    def __init__(self, context: TaskContext):
        self.context, self.resolved = context, context.spec.resolved
        data, learning = context.sources[0].data, context.spec.tree["learning"]
        self._sizes = {name: len(split) for name, split in data.items() if len(split) or name == "train"}
        self._train = self._sizes["train"]
        self.batch_size = min(learning["batch_size"], self._train)
        self._mistaken = learning["evaluate_in_train_mode"] and context.network.has_train_mode
        self.metrics = metrics(self.resolved, self._sizes)
        self._scores, self.lacking = Scores(self.resolved), "" if self._train else NO_POINTS
        whole = [[source.data[name] for name in self._sizes] for source in context.sources]
        inputs = torch.stack([torch.cat([split.inputs for split in splits]) for splits in whole])
        self._inputs = context.stepper.columns(inputs)
        target = torch.stack([torch.cat([split.target for split in splits]) for splits in whole])
        self._target = target.to(context.stepper.device)
        train = self._inputs[..., : self._train], self._target[:, : self._train]
        generators = [source.generator for source in context.sources] if self.resolved.shuffle else []
        carry, others = self.resolved.remainder == "carry", anew(context.sources, context.stepper)
        self._batches = Batches(*train, self.batch_size, generators, carry, others)

    def build(self) -> Any:
        """The State at step 0."""
        names = ("step", "epoch", "cursor", "leftover")
        return self.context.new_state({"counter": {f"counter.{name}": np.zeros((), np.int64) for name in names}})

    def operations(self, state: Any, record: dict[str, Any], samples: Any = None, learns: bool = True) -> Iterator[Any]:
        """See `Task`."""
        if samples is not None:
            return self.context.stepper.operations_of(state, *samples, self.coming(state), record, learns)
        position, twin = self._position(state), self.context.stepper.twin()
        return twin.operations(state, *self._batches.batch(*position[1:]), self._when(*position), record)

    def step(self, state: Any) -> Iterator[Any]:
        """One update on the coming batch."""
        position, twin = self._position(state), self.context.stepper.twin(here=False)
        yield from twin.step(state, *self._batches.batch(*position[1:]), self._when(*position))
        self._done(state, *position)

    def update(self, state: Any) -> None:
        """One update on the coming batch, in one go."""
        position = self._position(state)
        self.context.stepper.update(state, *self._batches.batch(*position[1:]), self._when(*position))
        self._done(state, *position)

    def rehearsal(self, state: Any, samples: int) -> Callable[[], None]:
        """See `Task`."""
        position = self._position(state)
        x, target = self._batches.batch(*position[1:])
        x, target = x[..., :samples].contiguous(), target[:, :samples].contiguous()
        copy, twin, when = state.twin(), self.context.stepper.twin(here=False), self._when(*position)

        def step() -> None:
            with contextlib.suppress(ArithmeticError):  # the same batch again and again may lead anywhere
                twin.update(copy, x, target, when)
            copy.storage.sum().item()  # a graphics processor says when it is done only where it is asked

        return step

    def coming(self, state: Any) -> Coming:
        """See `Task`."""
        return self._when(*self._position(state))

    def gradient(self, state: Any) -> torch.Tensor:
        """See `Task`."""
        position = self._position(state)
        return self.context.stepper.data_gradient(state, *self._batches.batch(*position[1:]), self._when(*position))

    def gradient_norms(self, state: Any) -> list[float]:
        """See `Task`."""
        return self.gradient(state).norm(dim=-1).tolist()

    def _position(self, state: Any) -> tuple[int, int, int, int]:
        """The counters of the coming step."""
        return self._settled(*state.counts["counter"].tolist())

    def _when(self, step: int, epoch: int, cursor: int, _: int) -> Coming:
        return Coming(step, epoch + cursor / max(self._train, 1))

    def _done(self, state: Any, step: int, epoch: int, cursor: int, _: int) -> None:
        state.counts["counter"][:] = self._settled(step + 1, epoch, min(cursor + self.batch_size, self._train), 0)

    def position(self, state: Any) -> tuple[int, int, float]:
        """(steps, epochs, share of the epoch under way)."""
        step, epoch, cursor, _ = state.counts["counter"].tolist()
        return step, epoch, cursor / max(self._train, 1)

    def coming_batch(self, state: Any) -> np.ndarray:
        """Indices into train of the next step's samples: what was left over, then the next in order."""
        return self._batches.indices(*self._position(state)[1:])

    def coming_inputs(self, state: Any) -> tuple[torch.Tensor, torch.Tensor]:
        """See `Task`."""
        inputs, target = self._batches.batch(*self._position(state)[1:])
        return inputs[0, :-1].T.cpu(), target[0].cpu()

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
    describe_run=describe_run,
)
