"""What a run's time costs: keeping history and snapshots while it trains, and a seek to a random moment.

    python benchmarks/time.py [--rounds 20] [--seeks 200] [--steps 10000]

The cost of keeping is that of a run's steps with snapshots, rows of the history and layer statistics beside the same
steps without them: processor time of the least disturbed of several rounds, in turns. The first epochs of a run, each
of which is a row, are measured apart from the later ones. Seeks are wall time, to steps drawn at random.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # as the app's workers
sys.path[0] = str(Path(__file__).resolve().parent.parent)  # this folder has files that are called like modules

import numpy as np
import torch

from dlcore import Run, RunSpec
from dlcore.training.past import size_of

BLOCKS = [{"units": 8, "norm": "batch", "dropout": 0.2}, {"units": 8}]
RUNS = {
    "2-4-2-1, SGD": {},
    "2-4-2-1, Adam": {"learning.optimizer": "adam"},
    "2-8-8-8-8-8-8-1, Adam": {"network.layers": [{"units": 8}] * 6, "learning.optimizer": "adam"},
    "2-8-8-1, batch norm, dropout, Adam": {"network.layers": BLOCKS, "learning.optimizer": "adam"},
}


class Nothing:
    """In the place of a run's snapshots: keeps none."""

    def offer(self, *position: object) -> None:
        """Keep nothing."""

    def __getattr__(self, name: str) -> object:
        raise TypeError("This run keeps no past.")


def forgetful(spec: RunSpec) -> Run:
    """A run that keeps nothing while it trains."""
    run = Run(spec)
    run.snapshots, run._record, run.recorded.layers.offer = Nothing(), lambda *position: None, lambda *position: None
    return run


def keeping(changes: dict[str, object], rounds: int) -> list[float]:
    """Microseconds of a step without and with all that is kept, in the first 1,000 epochs and after them."""
    spec, found = RunSpec.default().with_(**changes), []
    for begin in (0, 4):  # so many thousand epochs
        runs = {"without": forgetful(spec), "with": Run(spec)}
        for run in runs.values():
            run.advance(steps=60, mark=False)
            if begin:  # as if so many epochs had passed: rows come by the epoch's number
                passed = run.task.position
                run.task.position = lambda state, passed=passed: (
                    passed(state)[0] + 25_000 * begin, passed(state)[1] + 1_000 * begin, passed(state)[2]
                )  # fmt: skip
        least: dict[str, float] = {}
        for _ in range(rounds):
            for name, run in runs.items():
                start = time.thread_time()
                for _ in range(400):
                    run._one_step()
                least[name] = min(least.get(name, 1e9), (time.thread_time() - start) / 400 * 1e6)
        found += [least["without"], least["with"]]
    return found


def seeking(changes: dict[str, object], steps: int, seeks: int) -> list[float]:
    """Milliseconds of a seek to a random step: median, 95 % and the longest; snapshots kept and their MiB."""
    run = Run(RunSpec.default().with_(**changes))
    run.advance(steps=steps)
    rng, taken = random.Random(1), []
    for _ in range(seeks):
        start = time.perf_counter()
        run.seek(rng.randrange(steps + 1))
        taken.append(1000 * (time.perf_counter() - start))
    states = run.snapshots.states()
    return [*np.percentile(taken, [50, 95, 100]), len(states), sum(map(size_of, states)) / 2**20]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20, help="of each figure, of which the best counts")
    parser.add_argument("--seeks", type=int, default=200)
    parser.add_argument("--steps", type=int, default=10_000)
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    if hasattr(os, "getloadavg"):
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before")
    print(f"\n{'One step, µs':36} first 1,000 epochs: without   with   cost    later: without   with   cost")
    for name, changes in RUNS.items():
        bare, kept, late_bare, late_kept = keeping(changes, chosen.rounds)
        print(
            f"{name:36} {bare:27.1f} {kept:6.1f} {kept / bare - 1:6.0%} {late_bare:17.1f} {late_kept:6.1f}"
            f" {late_kept / late_bare - 1:6.0%}",
            flush=True,
        )
    print(f"\n{'A seek within ' + format(chosen.steps, ',') + ' steps, ms':36} median   95 %   longest   snapshots   MiB")
    for name, changes in RUNS.items():
        median, most, longest, count, size = seeking(changes, chosen.steps, chosen.seeks)
        print(f"{name:36} {median:6.1f} {most:6.1f} {longest:9.1f} {count:11.0f} {size:5.2f}", flush=True)


if __name__ == "__main__":
    main()
