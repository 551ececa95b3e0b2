"""What a training step costs: our steppers beside a plain PyTorch loop, and many networks at once.

    python benchmarks/steps.py [--rounds 100] [--only one|many|frame]

All in one process on one thread, the same data in the same order. Every figure is processor time, the
best of many rounds of about two milliseconds, taken in turns so that a busy moment meets all alike.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # as the app's workers
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import torch

from dlcore import Run, RunSpec
from dlcore.catalogue import catalogue
from dlcore.live.wire import encode_frame
from dlcore.network.build import Network
from dlcore.tasks import Source, TaskContext
from dlcore.training.data import Split
from dlcore.training.frame import Seen
from dlcore.training.rng import generator
from dlcore.training.state import State
from dlcore.training.steppers import choose_stepper

ALL_INPUTS = ["x1", "x2", "x1_squared", "x2_squared", "x1x2", "sin_x1", "sin_x2"]
SIZES = {"2-4-2-1": [4, 2], "7-8-8-1": [8] * 2, "7-8-8-8-8-8-8-1": [8] * 6}
WIDE = "64-64-64-1"
PROBES = [{"id": name} for name in ("neuron_maps", "parameters", "output_map", "points", "predictions", "loss_curve")]
Work = Callable[[int], Any]


def spec_of(name: str, optimizer: str = "sgd") -> RunSpec:
    """The default data and learning, with that network."""
    inputs = ["x1", "x2"] if name.startswith("2-") else ALL_INPUTS
    layers = [{"units": units} for units in SIZES[name]]
    return RunSpec.default().with_(
        **{"inputs": inputs, "network.layers": layers, "learning.optimizer": optimizer},
    )


def plain_loop(train: Any, hidden: list[int], optimizer: str) -> Work:
    """What a person would write: ten lines of PyTorch for the same network, data and batches."""
    sizes = [train.inputs.shape[1], *hidden, 1]
    layers = [(torch.nn.Linear(a, b), torch.nn.Tanh()) for a, b in pairwise(sizes)]
    model = torch.nn.Sequential(*(part for pair in layers for part in pair))
    made = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[optimizer](model.parameters(), lr=0.01)

    def go(steps: int) -> None:
        for step in range(steps):
            at = step * 10 % 250
            made.zero_grad()
            loss = 0.5 * (model(train.inputs[at : at + 10]) - train.target[at : at + 10]).square().mean()
            loss.backward()
            made.step()

    return go


def updates_of(spec: RunSpec, stepper: str) -> Work:
    """Steps alone, as a plain loop makes them: no history, no snapshots."""
    run = Run(spec, stepper=stepper)

    def go(steps: int) -> None:
        for _ in range(steps):
            run.task.update(run.state)

    return go


def run_of(spec: RunSpec, stepper: str = "auto", members: Any = None) -> Work:
    """Steps of a run, its history included."""
    run = Run(spec, stepper=stepper, members=members)
    return lambda steps: run.advance(steps=steps, mark=False)


def wide_task(optimizer: str, stepper: str) -> tuple[Work, Split]:
    """Steps of 64-64-64-1. A spec's inputs are functions of two columns, so task and stepper are given 64 random
    ones directly; there is no run around them and no history."""
    spec = RunSpec.default().with_(
        **{"network.layers": [{"units": 64}, {"units": 64}], "learning.optimizer": optimizer}
    )
    rng = np.random.default_rng(0)
    inputs = torch.from_numpy(rng.normal(size=(250, 64)).astype(np.float32))
    target = torch.sign(inputs[:, :1] * inputs[:, 1:2])
    train = Split(np.zeros((250, 2)), target[:, 0].numpy(), inputs, target)
    spec.tree["inputs"][:] = ["x1"] * 64  # a width, no more: nothing is computed from them
    network = Network(spec)
    made = choose_stepper(stepper, network)([spec], network)
    source = Source({"train": train}, lambda *purpose: generator(1, *purpose))

    def new_state(groups: Any) -> State:
        return State([network.groups(source.generator) | made.groups() | groups])

    task = catalogue("tasks")["supervised"].make(TaskContext(spec, network, made, [source], new_state))
    state = task.build()

    def go(steps: int) -> None:
        for _ in range(steps):
            task.update(state)

    return go, train


def best(works: dict[str, Work], rounds: int) -> dict[str, float]:
    """Microseconds for one step of each: the fastest of some rounds, which others disturbed least."""
    least, counts = {}, {}
    for name, work in works.items():
        work(60)  # past the first steps, each of which is a row of the history
        begin = time.thread_time()
        work(3)
        counts[name] = max(1, round(0.002 * 3 / (time.thread_time() - begin)))
    for _ in range(rounds):
        for name, work in works.items():
            begin = time.thread_time()
            work(counts[name])
            least[name] = min(least.get(name, 1e9), (time.thread_time() - begin) / counts[name] * 1e6)
    return least


def one(rounds: int) -> None:
    """A single network: both steppers and a plain loop, steps alone; and the dense one with all that a run does."""
    head = "plain loop   autograd   dense   plain : dense   autograd : dense   dense, in a run"
    print(f"\nOne step, µs               {head}")
    for optimizer in ("sgd", "adam"):
        for name in (*SIZES, WIDE):
            if name == WIDE:
                works = {stepper: wide_task(optimizer, stepper) for stepper in ("autograd", "dense")}
                train, hidden = works["dense"][1], [64, 64]
                works = {stepper: work for stepper, (work, _) in works.items()}
            else:
                spec = spec_of(name, optimizer)
                train, hidden = Run(spec).data("train"), SIZES[name]
                works = {stepper: updates_of(spec, stepper) for stepper in ("autograd", "dense")}
                works["run"] = run_of(spec, "dense")
            found = best(works | {"plain": plain_loop(train, hidden, optimizer)}, rounds)
            plain, autograd, dense = found["plain"], found["autograd"], found["dense"]
            print(
                f"{name:16} {optimizer:8}  {plain:10.0f}   {autograd:8.0f}  {dense:6.1f}"
                f"   {plain / dense:13.1f}   {autograd / dense:16.1f}"
                f"   {found.get('run', float('nan')):15.1f}",
                flush=True,
            )


def many(rounds: int) -> None:
    """Thirty networks at once beside thirty runs, one after the other."""
    print("\nOne step of thirty networks, µs   thirty runs   at once   ratio   at once, per network")
    members = [{"seed": seed} for seed in range(1, 31)]
    for optimizer in ("sgd", "adam"):
        for name in SIZES:
            spec = spec_of(name, optimizer)
            singles = [run_of(spec.with_(**member)) for member in members]

            def alone(steps: int, singles: list[Work] = singles) -> None:
                for single in singles:
                    single(steps)

            found = best({"alone": alone, "together": run_of(spec, members=members)}, max(rounds // 3, 5))
            print(
                f"{name:16} {optimizer:14}   {found['alone']:11.0f}   {found['together']:7.0f}"
                f"   {found['alone'] / found['together']:5.1f}   {found['together'] / 30:20.2f}",
                flush=True,
            )


def frame(rounds: int) -> None:
    """Everything on screen, built and encoded."""
    print("\nOne frame built and encoded, ms")
    for name in ("2-4-2-1", "7-8-8-8-8-8-8-1"):
        run = Run(spec_of(name))
        run.advance(epochs=2)
        seen = Seen()
        run.frame(PROBES, seen)  # the points and the history so far, which are sent once

        def build(count: int, run: Run = run, seen: Seen = seen) -> None:
            for _ in range(count):
                run.version += 1
                encode_frame(*run.frame(PROBES, seen))

        print(f"{name:16}   {best({'frame': build}, rounds)['frame'] / 1000:6.2f}", flush=True)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100, help="of each figure, of which the best counts")
    parser.add_argument("--only", default="", choices=["", "one", "many", "frame"])
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    if hasattr(os, "getloadavg"):
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before")
    for name, part in (("one", one), ("many", many), ("frame", frame)):
        if chosen.only in ("", name):
            part(chosen.rounds)


if __name__ == "__main__":
    main()
