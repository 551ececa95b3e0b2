"""A network that does not fit together yet: it can be looked at and mended, and nothing is computed with it.

A spec has this task by itself as long as a layer can't take what comes into it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from dlcore.params import SpecError
from dlcore.tasks import Coming, Measured, TaskContext, TaskEntry


class Unfinished:
    """See the module. There are no steps, so all positions are the first."""

    metrics = ()
    of_these_points = ()

    def __init__(self, context: TaskContext):
        self.context = context
        misfit = context.spec.misfits[0]
        self.lacking, self.lacking_at = misfit.message, f"network.layers.{misfit.index}"

    def build(self) -> Any:
        """A State of nothing but the position."""
        return self.context.new_state({"counter": {"counter.step": np.zeros((), np.int64)}})

    def operations(self, *_: Any, **__: Any) -> Iterator[Any]:
        """None: SpecError with what does not fit."""
        raise SpecError(self.lacking_at, self.lacking)

    step = update = rehearsal = gradient = score = predict = operations

    def gradient_norms(self, state: Any) -> list[float]:
        """None: 0 each."""
        return [0.0] * len(self.context.sources)

    def position(self, state: Any) -> tuple[int, int, float]:
        """Always the start."""
        return 0, 0, 0.0

    def coming(self, state: Any) -> Coming:
        """Always the first."""
        return Coming(0, 0.0)

    def coming_batch(self, state: Any) -> np.ndarray:
        """No samples."""
        return np.empty(0, np.int64)

    def measure(self, state: Any) -> Measured:
        """Nothing."""
        return Measured([{} for _ in self.context.sources], dict)


def describe_run(spec: Any, splits: Any) -> dict[str, Any]:
    """See `TaskEntry`; the goal on screen is to mend the network."""
    return {"metrics": [], "steps_per_epoch": 1, "goal": "Make the layers fit together", "hint": ""}


def check(spec: Any) -> None:
    """See `TaskEntry`: nobody can choose it."""
    if not spec.misfits:
        raise SpecError("task", "This network fits together, so it can be trained. Choose supervised learning.")


ENTRY = TaskEntry(
    id="unfinished",
    label="Unfinished network",
    sentence="A layer can’t take what comes into it yet, so there is nothing to compute.",
    order=900,
    make=Unfinished,
    describe_run=describe_run,
    provides=("data",),
    check=check,
    suited={"network.layers": [{"kind": "conv2d"}]},
)
