"""What supervised learning comes to: outputs, losses and scores over whole sets, in eval mode."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from dlcore.lazy import torch
from dlcore.tasks import Coming, Measured, Metric, TaskContext
from dlcore.tasks._scores import Scores


class Measuring(ABC):
    """The part of a task that measures; the task sets these. `_sizes` are those of the splits that lie one after the
    other in `_inputs` and `_target`; `_mistaken` says whether one forgot to leave train mode."""

    context: TaskContext
    metrics: list[Metric]
    _scores: Scores
    _sizes: dict[str, int]
    _inputs: torch.Tensor
    _target: torch.Tensor
    _mistaken: bool

    @abstractmethod
    def coming(self, state: Any) -> Coming:
        """See `Task`."""

    def predict(self, state: Any, split: Any) -> np.ndarray:
        """(samples,) the output, or for several classes (samples, classes)."""
        with torch.no_grad():
            return self._scores.readable(self.context.network.forward(split.inputs, state.here())[1])

    def measure(self, state: Any) -> Measured:
        """Loss (without penalty) and accuracy or root mean squared error, over each whole split."""
        sizes = list(self._sizes.values())
        with torch.inference_mode():
            outputs = self.context.stepper.predict(state, self._inputs)
            kept = outputs[1].clone().split(sizes, 1)  # the stepper goes on writing where it is
            if self._mistaken:
                outputs = self.context.stepper.predict_mistaken(state, self._inputs, self.coming(state))
            judged = self._scores.judged(*outputs, self._target).split(sizes, -1)
            means = {split: self._scores.mean(part) for split, part in zip(self._sizes, judged, strict=True)}
        found = {f"{split}_{name}": values for split, each in means.items() for name, values in each.items()}
        return Measured(
            [{metric.id: found[metric.id][member] for metric in self.metrics} for member in range(len(self._target))],
            lambda: {name: self._scores.readable(part) for name, part in zip(self._sizes, kept, strict=True)},
            lambda: {name: part[0].numpy() for name, part in zip(self._sizes, judged, strict=True)},
        )

    def score(self, state: Any, split: Any) -> dict[str, float]:
        """Loss, and accuracy or root mean squared error, of any points."""
        with torch.inference_mode():
            outputs = self.context.network.forward(split.inputs, state.here())
            if self._mistaken:
                x = self.context.stepper.columns(split.inputs[None])
                found = self.context.stepper.predict_mistaken(state, x, self.coming(state))
                outputs = (part[0].cpu() for part in found)
            judged = self._scores.judged(*outputs, split.target)
        return {name: values[0] for name, values in self._scores.mean(judged[:, None]).items()}
