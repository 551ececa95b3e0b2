"""How fast and how far pictures are learned, on one thread, with the pictures of the network painted meanwhile.

    python benchmarks/learning.py [--first 6] [--seeds 5] [--only digits] [--unpainted]

Each row is a network as a learner could build it, trained for a fixed number of epochs; an aim is judged on the
validation data. The settings of the rows of cats and dogs, epochs and learning rate among them, were chosen out of
seven on seeds 1 to 5, looking at validation and test both. So figures of those seeds flatter them, test included, and
the seeds to quote begin at 6. Seconds are processor time of this process, so that a
busy machine does not count, with the wall's beside them; they include what a run keeps of its past and, unless
`--unpainted`, fifteen frames in each with filters, feature maps and curve, built and encoded as for a browser.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import torch

from dlcore import Run, RunSpec
from dlcore.live.wire import encode_frame
from dlcore.network.shapes import describe
from dlcore.training.frame import Seen

FRAMES = 15  # a second
PROBES = ({"id": "filters"}, {"id": "feature_maps"}, {"id": "loss_curve"})


def dense(units: int) -> dict[str, Any]:
    """A hidden dense layer."""
    return {"kind": "dense", "units": units, "activation": "relu"}


def convolution(channels: int, **more: Any) -> dict[str, Any]:
    """A 3 × 3 convolution that keeps the size, with ReLU."""
    return {"kind": "conv2d", "channels": channels, "activation": "relu", **more}


POOL, FLATTEN = {"kind": "max_pool2d"}, {"kind": "flatten"}
DIGITS = {"data": "digits", "data.train_share": 80, "data.validation_share": 15}
FEW = {"data": "cat_dog_pictures", "data.samples": 2000, "data.train_share": 50, "data.validation_share": 50}
MANY = {  # 2,000 to learn from, 400 to judge by, 600 for the end
    "data": "cat_dog_pictures", "data.samples": 3000, "data.train_share": 80, "data.validation_share": 100 / 6,
}  # fmt: skip
MIRRORED = {"data.augment": {"flip": 50}}
ADAM = {"learning.optimizer": "adam", "network.initializer": "he"}
ON_CATS = [convolution(8), POOL, convolution(16), POOL, convolution(32), POOL, FLATTEN]


@dataclass(frozen=True)
class Task:
    """A network, and what is expected of it: an accuracy within so many seconds, where there is such an aim."""

    name: str
    changes: dict[str, Any]
    epochs: int
    accuracy: float | None = None
    seconds: float | None = None
    others: tuple[str, ...] = field(default=())  # editions that it is scored on afterwards

    def spec(self, seed: int) -> RunSpec:
        """The spec of one seed."""
        return RunSpec.default().with_(**self.changes, seed=seed)


def rate(value: float, batch: int) -> dict[str, Any]:
    """Adam's learning rate and the size of a batch."""
    return {**ADAM, "learning.optimizer.learning_rate": value, "learning.batch_size": batch}


TASKS = (
    Task("digits 64-128-10", DIGITS | {"network.layers": [FLATTEN, dense(128)]} | rate(0.003, 32), 25, 0.965, 2),
    Task(
        "digits, CNN",
        DIGITS | {"network.layers": [convolution(16), POOL, convolution(32), POOL, FLATTEN]} | rate(0.003, 32),
        25, 0.98, 5,
    ),
    Task(
        "500 cats and dogs, CNN",
        FEW | MIRRORED | {"network.layers": ON_CATS} | rate(0.003, 16), 30, 0.97, 6,
    ),
    Task(
        "2,000 cats and dogs, CNN",
        MANY | MIRRORED | {"network.layers": ON_CATS} | rate(0.003, 32), 18, 0.985, 15,
    ),
    Task(
        "500 cats and dogs, dense",
        FEW | MIRRORED | {"network.layers": [FLATTEN, dense(64)]} | rate(0.001, 16), 22,
    ),
    Task(
        "2,000 cats and dogs, dense",
        MANY | MIRRORED | {"network.layers": [FLATTEN, dense(64)]} | rate(0.001, 32), 18,
    ),
    Task(
        "500 biased ones, CNN",
        FEW | {"data.edition": "biased", "network.layers": ON_CATS} | rate(0.003, 16), 4, others=("easy", "swapped"),
    ),
)  # fmt: skip


def learned(task: Task, seed: int, painted: bool) -> dict[str, float]:
    """One training: accuracies, seconds of processor and of the wall, frames a second."""
    run = Run(task.spec(seed), device="cpu")
    run.advance(steps=2, mark=False)  # PyTorch makes its kernels' plans once; the two steps count for nothing else
    run, per_epoch = Run(task.spec(seed), device="cpu"), describe(task.spec(seed))["steps_per_epoch"]
    start, wall, frames, seen = time.process_time(), time.perf_counter(), 0, Seen()
    while run.epoch < task.epochs and not run.trouble:
        run.advance(steps=min(5, task.epochs * per_epoch - run.step), mark=False)
        if painted and (time.process_time() - start) * FRAMES > frames:
            run.moving = True
            encode_frame(*run.frame(PROBES, seen))
            run.moving = False
            frames += 1
    worked, passed = time.process_time() - start, time.perf_counter() - wall
    found = {"seconds": worked, "wall": passed, "frames": frames / worked, "steps": run.step / worked}
    metrics = run.metrics
    found |= {name: metrics[f"{name}_accuracy"] for name in ("train", "validation", "test")}
    return found | {name: run.evaluate(name)["accuracy"] for name in task.others}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--first", type=int, default=6, help="the first seed; settings were chosen on 1 to 5")
    parser.add_argument("--seeds", type=int, default=5, help="how many")
    parser.add_argument("--only", default="", help="rows whose name contains this")
    parser.add_argument("--unpainted", action="store_true", help="no frames")
    options = parser.parse_args()
    torch.set_num_threads(1)
    seeds = range(options.first, options.first + options.seeds)
    print("| network | weights | epochs | validation | test | train | s of processor | s | frames/s | steps/s | aim |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for task in TASKS:
        if options.only not in task.name:
            continue
        found = [learned(task, seed, not options.unpainted) for seed in seeds]
        middle = {name: median(one[name] for one in found) for name in found[0]}
        weights = sum(block.sizes() for block in task.spec(1).blocks)
        aim = "" if task.accuracy is None else f"≥ {task.accuracy} in < {task.seconds} s"
        if task.accuracy is not None:
            reached = middle["validation"] >= task.accuracy and middle["seconds"] < task.seconds
            aim += ": reached" if reached else ": missed"
        aim += "".join(f" {name} {middle[name]:.3f}" for name in task.others)
        cells = [task.name, f"{weights:,}", str(task.epochs)]
        cells += [f"{middle[name]:.3f}" for name in ("validation", "test", "train")]
        cells += [f"{middle[name]:.1f}" for name in ("seconds", "wall", "frames")] + [f"{middle['steps']:.0f}"]
        print("|", " | ".join([*cells, aim.strip()]), "|", flush=True)


if __name__ == "__main__":
    main()
