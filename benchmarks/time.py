"""What a run's time costs: keeping history and snapshots while it trains, and a seek to a random moment.

    python benchmarks/time.py [--seeks 200] [--steps 10000]

The cost of keeping is that of a whole run with snapshots, and with rows of the history and layer statistics too, beside
the same run without, in processor time; they take turns, so that a busy moment meets all. Seeks are wall time,
to steps drawn at random.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # as the app's workers
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import torch

from dlcore import Run, RunSpec
from dlcore.training.past import size_of

TURN = 100  # steps
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


def forgetful(spec: RunSpec, snapshots: bool) -> Run:
    """A run that keeps no history while it trains, and snapshots only where asked for."""
    run = Run(spec)
    if not snapshots:
        run.snapshots = Nothing()
    run._record = run.recorded.layers.offer = lambda *position: None
    return run


def keeping(changes: dict[str, object], steps: int) -> list[float]:
    """Microseconds of a step without anything kept, with snapshots, and with history too, over so many steps."""
    spec = RunSpec.default().with_(**changes)
    runs, taken = [forgetful(spec, False), forgetful(spec, True), Run(spec)], [0.0, 0.0, 0.0]
    for turn in range(steps // TURN):
        for each in range(3):
            each = (each + turn) % 3
            start = time.thread_time()
            runs[each].advance(steps=TURN, mark=False)
            taken[each] += time.thread_time() - start
    return [seconds / steps * 1e6 for seconds in taken]


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
    parser.add_argument("--seeks", type=int, default=200)
    parser.add_argument("--steps", type=int, default=10_000)
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    if hasattr(os, "getloadavg"):
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before")
    head = "nothing kept   snapshots   cost   snapshots and history   cost"
    print(f"\n{'One step of ' + format(chosen.steps, ',') + ', µs':36} {head}")
    for name, changes in RUNS.items():
        bare, some, everything = keeping(changes, chosen.steps)
        costs = some / bare - 1, everything / bare - 1
        print(f"{name:36} {bare:12.1f} {some:11.1f} {costs[0]:6.0%} {everything:23.1f} {costs[1]:6.0%}", flush=True)
    title = f"A seek within {chosen.steps:,} steps, ms"
    print(f"\n{title:36} median   95 %   longest   snapshots   MiB")
    for name, changes in RUNS.items():
        median, most, longest, count, size = seeking(changes, chosen.steps, chosen.seeks)
        print(f"{name:36} {median:6.1f} {most:6.1f} {longest:9.1f} {count:11.0f} {size:5.2f}", flush=True)


if __name__ == "__main__":
    main()
