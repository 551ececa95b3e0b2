"""Receipts of every kind of number. Oracle: `torch.autograd` and the optimizers' updates, in float64.

`RECEIPTS=500 pytest …` looks at so many random specs instead of the few that a test run has time for.
"""

from __future__ import annotations

import os
from itertools import cycle, islice

import numpy as np
from hypothesis import HealthCheck, given, settings

from dlcore.catalogue import catalogue
from dlcore.fitting import fit
from dlcore.network.address import written
from dlcore.params import SpecError
from dlcore.spec import RunSpec
from dlcore.training.receipts.receipt import BOUND, KINDS
from dlcore.training.run import Run
from tests.dlcore.training.receipts._every import graphs, kind_of, numbers, specs

EXAMPLES = int(os.environ.get("RECEIPTS", 3))


def hold(spec: RunSpec, few: int = 1) -> tuple[int, float, set[str]]:
    """(how many numbers agree with their check, the largest difference, the kinds that were met)."""
    rng = np.random.default_rng(spec.tree["seed"])
    run = Run(spec)
    if spec.tree["seed"] % 3 == 0:
        run.freeze(written(next(iter(run.network.layout)), (0,) * len(next(iter(run.network.layout.values())))))
    run.advance(steps=int(rng.integers(0, 30)), mark=False)
    count, worst, met = 0, 0.0, set()
    for address, sample in numbers(run, rng, few):
        receipt = run.receipt(address, sample)
        where = f"{address} of {sample}: {receipt.value!r}, not {receipt.check!r}; {spec.to_json()}"
        assert receipt.agrees, where
        assert not np.isfinite(receipt.value) or receipt.relative_difference <= BOUND, where
        count, worst = count + 1, max(worst, receipt.relative_difference)
        met.add(kind_of(address))
    return count, worst, met


def covering() -> list[RunSpec]:
    """Specs in which every entry of every catalogue that makes a number occurs."""
    folders = ("optimizers", "penalties", "schedules", "clippings")
    slots = [cycle(catalogue(folder)) for folder in folders]
    norms, losses, inputs = cycle(catalogue("norms")), cycle(catalogue("losses")), cycle(catalogue("inputs"))
    data = cycle(("circle", "plane", "rings", "iris"))
    found = []
    for activation in catalogue("activations"):
        layers = [{"kind": "dense", "units": 3, "activation": activation, "norm": next(norms)}]
        layers += [{**layers[0], "units": 2, "norm": next(norms), "dropout": 0.25 * (len(found) % 2)}]
        changes = {
            f"learning.{name}": next(slot)
            for name, slot in zip(("optimizer", "penalty", "schedule", "clipping"), slots, strict=True)
        }
        spec, _ = fit(RunSpec.default(), {
            "data": next(data), "network.layers": layers, "inputs": list(islice(inputs, 3)), "learning.batch_size": 4,
            "learning.evaluate_in_train_mode": len(found) == 3, "seed": len(found), **changes,
        })  # fmt: skip
        try:
            spec = spec.with_(**{"learning.loss": next(losses)})
        except SpecError:  # it does not fit this target
            pass
        found.append(spec)
    return found


def test_every_kind_of_number_and_every_entry():
    met: set[str] = set()
    for spec in covering():
        met |= hold(spec)[2]
    assert met == {kind.pattern for kind in KINDS}


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(specs())
def test_numbers_of_random_specs(spec):
    hold(spec)


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(graphs())
def test_numbers_of_random_graphs(spec):
    hold(spec)
