"""Learning parity with TensorFlow Playground: median epochs to a test loss, ours beside its.

    python benchmarks/parity.py [--seeds 200] [--only circle]

A run that never gets there counts as infinite. The reference is 400 to 1,000 seeds of an
emulation of TensorFlow Playground's rules; ours must lie within 12 % or 3 epochs of it,
whichever is more.
"""

from __future__ import annotations

import argparse
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from statistics import median
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

LIMITS = (0.05, 0.01)
ALL_INPUTS = ["x1", "x2", "x1_squared", "x2_squared", "x1x2", "sin_x1", "sin_x2"]


@dataclass(frozen=True)
class Setting:
    """A row: its spec, and the reference (median or range of medians, share that gets there) per limit."""

    name: str
    changes: dict[str, Any]
    below_05: tuple[float, float] | None
    below_01: tuple[float, float] | None = None
    shares: tuple[str, str] = ("", "")
    epochs: int = 1000
    among_those_that_get_there: bool = False


SETTINGS = [
    Setting("circle", {}, (53, 53), (112, 112), ("99 %", "97 %")),
    Setting("exclusive or", {"data": "xor"}, (63, 63), (177, 191), ("94 %", "73 %")),
    Setting("gaussian", {"data": "gaussian"}, (4, 4), (9, 9), ("all", "all"), epochs=100),
    Setting(
        "circle, no hidden layer, x₁² and x₂²",
        {"inputs": ["x1_squared", "x2_squared"], "network.layers": []},
        (8, 8), (47, 47), ("86 %", "86 %"), epochs=400,
    ),
    Setting("exclusive or, batch 30", {"data": "xor", "learning.batch_size": 30}, (210, 210)),
    Setting("circle, batch 30", {"learning.batch_size": 30}, (163, 163)),
    Setting(
        "spiral, [8, 8], seven inputs",
        {"data": "spiral", "inputs": ALL_INPUTS, "network.layers": [{"units": 8}, {"units": 8}]},
        (165, 165), shares=("about 75 %", ""), among_those_that_get_there=True,
    ),
]  # fmt: skip


def epochs_needed(changes: dict[str, Any], seed: int, epochs: int, limits: tuple[float, ...]) -> list[float]:
    """Epochs until the test loss is below each limit, infinite where it never is."""
    from dlcore import Run, RunSpec

    run = Run(RunSpec.default().with_(seed=seed, **changes))
    found: list[float] = []
    for limit in limits:
        run.advance(epochs=epochs - run.epoch, until=lambda metrics, limit=limit: metrics["test_loss"] < limit)
        found.append(float(run.epoch) if run.metrics["test_loss"] < limit else float("inf"))
    return found


def within(ours: float, reference: tuple[float, float]) -> bool:
    """Whether a median lies within 12 % or 3 epochs of the reference."""
    low, high = reference
    slack = max(3.0, 0.12 * high)
    return low - slack <= ours <= high + slack


def row(pool: ProcessPoolExecutor, setting: Setting, seeds: int, first: int = 1) -> tuple[str, bool]:
    """One line of the table, and whether it is within bounds."""
    limits = LIMITS if setting.below_01 else LIMITS[:1]
    chosen = range(first, first + seeds)
    jobs = [pool.submit(epochs_needed, setting.changes, seed, setting.epochs, limits) for seed in chosen]
    needed = [job.result() for job in jobs]
    cells, good = [setting.name.ljust(38)], True
    for index, reference in enumerate((setting.below_05, setting.below_01)):
        if reference is None:
            continue
        times = [found[index] for found in needed]
        reached = [time for time in times if time != float("inf")]
        ours = median(reached if setting.among_those_that_get_there else times)
        fits = within(ours, reference)
        good &= fits
        low, high = reference
        theirs = f"{low:g}" if low == high else f"{low:g}–{high:g}"
        share = setting.shares[index] or "–"
        cells.append(
            f"< {LIMITS[index]}: {ours:6.1f} ({len(reached) / seeds:4.0%})  TFP {theirs} ({share})  "
            f"{'ok' if fits else 'OUT'}"
        )
    return "  ".join(cells), good


def default_spiral(pool: ProcessPoolExecutor, seeds: int) -> str:
    """The default network on the spiral for 3,000 epochs: never below 0.05, accuracy about 0.72."""
    jobs = [pool.submit(_spiral_accuracy, seed) for seed in range(1, seeds + 1)]
    found = [job.result() for job in jobs]
    return (
        f"{'spiral, default network, 3,000 epochs'.ljust(38)}  "
        f"below 0.05: {sum(below for below, _ in found)} of {seeds} (TFP never)  "
        f"median test accuracy {median(accuracy for _, accuracy in found):.2f} (TFP about 0.72)"
    )


def _spiral_accuracy(seed: int) -> tuple[bool, float]:
    from dlcore import Run, RunSpec

    run = Run(RunSpec.default().with_(**{"data": "spiral", "seed": seed}))
    run.advance(epochs=3000)
    return run.metrics["test_loss"] < 0.05, run.metrics["test_accuracy"]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--only", default="", help="part of a row's name")
    chosen = parser.parse_args()
    with ProcessPoolExecutor() as pool:
        for setting in SETTINGS:
            if chosen.only in setting.name:
                print(row(pool, setting, chosen.seeds, chosen.first)[0], flush=True)
        if chosen.only in "spiral, default network":
            print(default_spiral(pool, max(chosen.seeds // 10, 5)), flush=True)


if __name__ == "__main__":
    main()
