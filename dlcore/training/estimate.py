"""How long an epoch will take, before it is trained: the coming step is tried on a copy, which nobody sees.

    seconds per epoch ≈ steps per epoch · seconds of a step + seconds of measuring all sets, if that is done each epoch

Of a batch that would take long only some samples are tried. What else a run does, pictures above all, is not in it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import TYPE_CHECKING

from dlcore.network.shapes import describe
from dlcore.training.computing import threads, work_of

if TYPE_CHECKING:
    from dlcore.training.run import Run

PATIENCE = 0.02  # seconds that are spent on trying, unless one step takes longer
MOST_WORK = 200_000_000  # multiply–adds of what is tried at once: a tenth of a second, or less
TRIALS = 5


def seconds_per_epoch(run: Run, epochs_per_step: float, clock: Callable[[], float] = time.perf_counter) -> float | None:
    """The estimate for the run as it stands, which stays as it is to the bit; None where nothing can be trained.

    A step is `epochs_per_step` of an epoch.
    """
    task = run.task
    if task.lacking:
        return None
    batch = describe(run.spec)["batch"]
    samples = max(1, min(batch, int(batch * MOST_WORK / max(work_of(describe(run.spec)), 1))))
    step = task.rehearsal(run.state, samples)
    with threads(run.threads):
        step()  # the first one makes its buffers
        spent = []
        while len(spent) < TRIALS and sum(spent) < PATIENCE:
            start = clock()
            step()
            spent.append(clock() - start)
        one = median(spent) * batch / samples
        start = clock()
        if samples == batch:
            task.measure(run.state)
            measured = clock() - start
        else:
            measured = one / batch / 3 * sum(len(run.data(name)) for name in ("train", "validation", "test"))
    return one / epochs_per_step + measured / max(1, run.measured_every)
