"""Examining a run: what the checks are handed, and what they find. Nothing here changes the run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from dlcore.catalogue import catalogue
from dlcore.checks import Finding, LayerValues
from dlcore.lazy import torch
from dlcore.network.build import SOFTMAX
from dlcore.structure import multiply_adds

if TYPE_CHECKING:
    from dlcore.training.run import Run

MOST_SAMPLES = 1_000
FEWEST_SAMPLES = 32
# Samples times parameters, or multiply–adds, of which a forward and a backward pass take about six operations each:
# ten to thirty milliseconds on one core.
MOST_WORK = 20_000_000


class Examination:
    """One position of a run as checks see it; see `dlcore.checks.CheckContext`."""

    def __init__(self, run: Run):
        self._run = run
        self.spec = run.spec
        self.network = run.network
        self.trouble = run.trouble.message if run.trouble else ""
        self.blamed = run.trouble.address if run.trouble else ""
        self.can_undo = run.can_undo
        self.step, self.epoch = run.step, run.epoch
        self.rate = float(run.spec.get("learning.optimizer.learning_rate"))

    @cached_property
    def parameters(self) -> Mapping[str, np.ndarray]:
        """Every parameter by address."""
        return self._run.parameters

    @cached_property
    def metrics(self) -> Mapping[str, float]:
        """What is measured at this position."""
        return self._run.metrics

    @cached_property
    def samples(self) -> int:
        """How many training samples are looked at: all, unless there are many or the network is large."""
        work = sum(multiply_adds(block) for block in self.network.blocks)
        count = max(work, sum(math.prod(shape) for shape in self.network.layout.values()))
        return min(len(self._run.data("train")), MOST_SAMPLES, max(FEWEST_SAMPLES, MOST_WORK // max(count, 1)))

    @cached_property
    def trace(self) -> Mapping[str, np.ndarray]:
        """Every value of a step on these samples by address, gradients and update included."""
        run, train, some = self._run, self._run.data("train"), slice(self.samples)
        found = run.stepper.trace(run.state, train.inputs[some], train.target[some], run.task.coming(run.state))
        return {name: tensor.numpy() for name, tensor in found.items()}

    @cached_property
    def target(self) -> np.ndarray:
        """(samples, columns) what the outputs should be."""
        return self._run.data("train").target[: self.samples].numpy()

    @cached_property
    def constant_loss(self) -> float:
        """The mean loss of the samples' mean target (its log odds, for a loss of logits) as the only answer."""
        loss, target = self.spec.resolved.loss, torch.from_numpy(self.target)
        answer = target.mean(0)
        if loss.from_logits:
            answer = answer.clamp(1e-6, 1 - 1e-6)
            answer = answer.log() if self.spec.resolved.coding == "one_hot" else torch.logit(answer)
        return float(loss.value(answer.expand_as(target), target).mean())

    @cached_property
    def layers(self) -> list[LayerValues]:
        """Every block that has an activation, from the input on."""
        found = []
        last = len(self.network.blocks) - 1
        for index, block in enumerate(self.network.blocks):
            names = ("normalized", "pre_activation", "activation")
            *before, values = (self.trace.get(f"{block.address}.{name}") for name in names)
            before = next((value for value in before if value is not None), None)
            if before is None or values is None:
                continue
            kind = None if block.activation == SOFTMAX else catalogue("activations")[block.activation]
            slope = np.ones_like(values)
            if kind is not None:
                slope = kind.derivative(torch.from_numpy(before), torch.from_numpy(values)).numpy()
            found.append(LayerValues(block.address, index, kind, index < last, values, slope))
        return found

    def curve(self, metric: str) -> np.ndarray:
        """The recorded values of a metric up to now, oldest first; empty where it is not measured."""
        columns = self._run.recorded.columns
        return self._rows[:, columns.index(metric)] if metric in columns else np.empty(0)

    @cached_property
    def _rows(self) -> np.ndarray:
        """The history up to now; several checks read it, and making the array takes a millisecond."""
        rows = self._run.recorded.rows()
        return rows[rows[:, 0] <= self.step]

    def norm(self, address: str) -> float:
        """The Euclidean norm of a value of the trace or a parameter."""
        value = self.trace[address] if address in self.trace else self.parameters[address]
        return float(np.sqrt(np.square(value, dtype=np.float64).sum()))


def examine(run: Run) -> list[Finding]:
    """What the checks find at the position where the run stands, the worst first."""
    if "trace" not in run.spec.provides:
        return []
    context = Examination(run)
    found: list[Any] = []
    with np.errstate(all="ignore"):  # of a run that diverges, numbers may be of any size
        for check in catalogue("checks").values():
            if context.epoch >= check.after_epochs and context.step >= check.after_steps:
                found.append(check.examine(context))
    return sorted(filter(None, found), key=lambda finding: finding.severity)
