"""Early stopping: training pauses when the validation loss has not improved for `patience` epochs.

What it remembers is part of the State, so that a replay comes to the same pause; the weights are
never changed. After a pause it counts anew, so whoever goes on trains for as many epochs more.

Source: Prechelt, Early stopping, but when? (1998), the criterion UP with strips of one epoch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dlcore.training.state import State

METRIC = "validation_loss"
NOT_STOPPED = "Early stopping has not paused this network, so there is no best step to go to."
LOSS, COUNTERS = "stopping", "stopping_counter"  # groups of the State: its groups hold one kind of number each


@dataclass(frozen=True)
class Stopped:
    """Why training paused: a sentence, and the step, epoch and validation loss that were best."""

    message: str
    step: int
    epoch: int
    loss: float


class EarlyStopping:
    """The rule for one patience, in epochs; 0 is never."""

    def __init__(self, patience: int):
        self.patience = patience

    def groups(self) -> dict[str, dict[str, np.ndarray]]:
        """The State's groups at the start; none without patience."""
        if not self.patience:
            return {}
        names = ("best_step", "best_epoch", "epoch", "waited")
        counters = {f"stopping.{name}": np.zeros((), np.int64) for name in names}
        return {LOSS: {"stopping.best_loss": np.full((), np.inf, np.float32)}, COUNTERS: counters}

    def due(self, state: State, epoch: int) -> bool:
        """Whether an epoch ended that has not been judged."""
        return bool(self.patience) and epoch > int(state["stopping.epoch"])

    def judge(self, state: State, step: int, epoch: int, loss: float) -> Stopped | None:
        """Note the validation loss at the end of `epoch`; why to pause now, or None."""
        best, counters = state.buffer(LOSS)[0], state.counts[COUNTERS]  # written in place
        best_step, best_epoch, _, waited = counters.tolist()
        if np.float32(loss) < float(best[0]):
            best[0] = loss
            counters[:] = step, epoch, epoch, 0
            return None
        waited += 1
        pause = waited >= self.patience
        counters[:] = best_step, best_epoch, epoch, 0 if pause else waited
        return self._stopped(best_step, best_epoch, float(best[0])) if pause else None

    def _stopped(self, step: int, epoch: int, loss: float) -> Stopped:
        if not math.isfinite(loss):
            return Stopped("Training paused: the validation loss is not a finite number.", step, epoch, loss)
        epochs = "1 epoch" if self.patience == 1 else f"{self.patience:,} epochs"
        text = (
            f"Training paused, because the validation loss has not improved for {epochs}. "
            f"It was best at epoch {epoch:,}: {loss:.4f}."
        )
        return Stopped(text, step, epoch, loss)
