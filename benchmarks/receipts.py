"""What opening a receipt costs, by kind of number: the whole answer, as JSON text.

    python benchmarks/receipts.py [--times 20] [--steps 2000] [--count 0]

"first" is the first receipt of a position, when nothing of it has been computed yet (as while a network plays);
"then" is the next one of the same position, as when one walks from number to number. The median and the worst of
several. With --count N it then checks N random networks number by number, and prints how far off the worst was.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # as the app's workers
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from dlcore import Run, RunSpec
from dlcore.fitting import fit

NORMED = {"units": 8, "norm": "batch", "dropout": 0.2}
ALL_INPUTS = ["x1", "x2", "x1_squared", "x2_squared", "x1x2", "sin_x1", "sin_x2"]
CONV = {"kind": "conv2d", "activation": "relu"}
NETWORKS = {
    "2-4-2-1": {},
    "7-8×6-1, norms, dropout, Adam": {
        "network.layers": [NORMED] * 6, "inputs": ALL_INPUTS, "learning.optimizer": "adam",
    },
    "2-64-64-1, batch 100, Adam": {
        "network.layers": [{"units": 64}] * 2, "learning.batch_size": 100, "learning.optimizer": "adam",
    },
    "digits 8×8: conv 8, pool, conv 16, pool, flatten, 32": {
        "data": "digits", "network.layers": [
            CONV | {"channels": 8}, {"kind": "max_pool2d"}, CONV | {"channels": 16}, {"kind": "max_pool2d"},
            {"kind": "flatten"}, {"kind": "dense", "units": 32},
        ],
    },
    "digits 28×28: conv 8, pool, conv 16, pool, flatten, 32": {
        "data": "digits_28", "network.layers": [
            CONV | {"channels": 8}, {"kind": "max_pool2d"}, CONV | {"channels": 16}, {"kind": "max_pool2d"},
            {"kind": "flatten"}, {"kind": "dense", "units": 32},
        ],
    },
}  # fmt: skip
SAMPLE, POINT = 3, ("point", 1.5, -2.0)
KINDS = {
    "input": ("inputs[0]", SAMPLE),
    "weighted sum": ("layers.1.pre_activation[0]", SAMPLE),
    "activation": ("layers.1.activation[0]", SAMPLE),
    "pixel of a map": ("map.layers.1[0]", POINT),
    "loss of a test sample": ("sample_loss", ("test", 3)),
    "loss of the batch": ("batch_loss", None),
    "training loss": ("train_loss", None),
    "test accuracy": ("test_accuracy", None),
    "gradient of a sum": ("layers.0.pre_activation.grad[0]", ("batch", 1)),
    "gradient of a weight": ("layers.0.weight.grad[0,1]", None),
    "length of the gradient": ("gradient_norm", None),
    "update": ("layers.0.weight.update[0,1]", None),
    "weight after the step": ("layers.0.weight.next[0,1]", None),
    "weight (replays a step)": ("layers.0.weight[0,1]", None),
    "weight at half the steps": ("layers.0.weight[0,1]@{half}", None),
}

PICTURE_KINDS = {
    "pixel": ("inputs[0,3,4]", SAMPLE),
    "a window's sum": ("layers.2.pre_activation[3,2,2]", SAMPLE),
    "pooling": ("layers.1.activation[2,1,1]", SAMPLE),
    "flatten": ("layers.4.activation[20]", SAMPLE),
    "sum of all numbers": ("layers.5.pre_activation[2]", SAMPLE),
    "channel's mean": ("layers.2.activation[3]", SAMPLE),
    "loss of the batch": ("batch_loss", None),
    "training loss": ("train_loss", None),
    "gradient of a pixel": ("layers.1.activation.grad[2,1,1]", SAMPLE),
    "gradient behind pooling": ("layers.0.activation.grad[2,2,2]", SAMPLE),
    "gradient of a weight": ("layers.2.weight.grad[3,2,1,1]", None),
    "length of the gradient": ("gradient_norm", None),
    "update": ("layers.2.weight.update[3,2,1,1]", None),
    "weight (replays a step)": ("layers.2.weight[3,2,1,1]", None),
}


def opened(run: Run, address: str, sample: object) -> float:
    """Milliseconds of processor time for the receipt as text: what it takes on a machine that is not busy."""
    began = time.process_time()
    json.dumps(run.receipt(address, sample).describe())
    return 1000 * (time.process_time() - began)


def table(steps: int, times: int) -> None:
    """A row for each kind, a pair of columns for each network."""
    for name, changes in NETWORKS.items():
        spec, _ = fit(RunSpec.default(), changes)
        kinds = PICTURE_KINDS if spec.resolved.pictures else KINDS
        run = Run(spec)
        run.advance(steps=min(steps, 50) if spec.resolved.pictures else steps, mark=False)
        print(f"\n{name}, step {run.step:,}: milliseconds, median (worst of {times})")
        print(f"{'':28}{'first':>18}{'then':>18}")
        for kind, (address, sample) in kinds.items():
            first, then = [], []
            for _ in range(times):
                run.advance(steps=1, mark=False)
                where = address.format(half=run.step // 2)
                first.append(opened(run, where, sample))
                then.append(opened(run, where, sample))
            cells = (f"{median(found):.1f} ({max(found):.1f})" for found in (first, then))
            print(f"{kind:28}" + "".join(f"{cell:>18}" for cell in cells))


def count(runs: int) -> None:
    """Random networks, every number of a position of each: how many, and the largest difference."""
    from tests.dlcore.training.receipts._every import graphs, specs

    for what, drawn in (("networks of the plane", specs()), ("graphs over pictures and the plane", graphs())):
        _counted(what, drawn, runs)


def _counted(what: str, drawn: Any, runs: int) -> None:
    from hypothesis import HealthCheck, Phase, given, settings

    from dlcore.network.address import parse
    from dlcore.training.receipts.receipt import BOUND, ROUNDING, positions
    from tests.dlcore.training.receipts._every import numbers

    relative, own, looked, explained, disagree = [0.0], [0.0], 0, 0, 0

    @settings(
        max_examples=runs,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(drawn)
    def look(spec: RunSpec) -> None:
        nonlocal looked, explained, disagree
        rng = np.random.default_rng(spec.tree["seed"])
        run = Run(spec)
        run.advance(steps=int(rng.integers(0, 40)), mark=False)
        for address, sample in numbers(run, rng, 2):
            receipt = run.receipt(address, sample)
            if not receipt.agrees:
                disagree += 1
                came = f"{receipt.value!r}, not {receipt.check!r}, and {receipt.shown!r} is shown"
                print(f"{receipt.address} of {sample}, step {run.step}: {came}; {spec.to_json()}")
            if np.isfinite(receipt.value) and receipt.difference:
                name, now = parse(receipt.address)[0], positions(run).now
                noise = now.noise(name, receipt.sample)
                if run.step and now.check(name, parse(receipt.address)[1], receipt.sample) is None:
                    noise = now.earlier.noise(f"{name}.next")  # what the step before left
                relative.append(receipt.difference / max(receipt.magnitude, noise / ROUNDING))
                own.append(receipt.difference / max(float(receipt.expression.magnitude), 1e-300))
                explained += own[-1] > BOUND
            looked += 1

    look()
    print(f"\n{looked:,} receipts of {runs:,} random {what}; {disagree} disagree.")
    print(f"Largest difference, relative to the sum of the absolute terms that it is made of: {max(relative):.1e}.")
    print(
        f"Relative to its last formula's terms alone it is beyond 1e-5 for {explained:,}: what these are computed from "
        "cancelled before, and PyTorch's float32 is as far from its float64."
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--count", type=int, default=0)
    given_ = parser.parse_args()
    if given_.times:
        table(given_.steps, given_.times)
    if given_.count:
        count(given_.count)
