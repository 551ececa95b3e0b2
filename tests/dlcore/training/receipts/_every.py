"""Every number of a position, and random specs to find them in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from hypothesis import strategies as st

from dlcore.catalogue import catalogue
from dlcore.network.address import parse, written
from dlcore.params import SpecError
from dlcore.spec import RunSpec, fit
from dlcore.training.receipts.receipt import KINDS, positions
from dlcore.training.run import Run

DATA = ("circle", "xor", "spiral", "plane", "gaussian", "rings", "blobs", "iris", "wine", "moons", "logic_xor")
SAMPLES = (None, ("batch", 1), 3, ("test", 0), ("point", 1.5, -2.25))


def kind_of(address: str) -> str | None:
    """The pattern of the kind of number that an address names."""
    name = parse(address)[0].removeprefix("train.")
    return next((kind.pattern for kind in KINDS if kind.names.fullmatch(name)), None)


def numbers(run: Run, rng: np.random.Generator, few: int = 2) -> Iterator[tuple[str, Any]]:
    """(address, sample) of some numbers of every name that there is, in every kind of scene."""
    now = positions(run).now
    for sample in SAMPLES:
        try:
            scene = now.scene(sample)
            now.place(sample)
        except SpecError:  # no test set, or a batch of one
            continue
        for name, array in scene.values.items():
            own = sample is None or isinstance(sample, int)  # a pass of its own, to its end
            if kind_of(name) and (own or now.of_sample(name)):
                shape = array.shape[1:] if now.of_sample(name) else array.shape
                for _ in range(few if shape else 1):
                    yield written(name, tuple(int(rng.integers(size)) for size in shape)), sample
    for name in (*run.metrics, "step", "epoch"):
        yield name, None


def _slot(folder: str) -> st.SearchStrategy[dict[str, Any]]:
    def settings(kind: str) -> st.SearchStrategy[dict[str, Any]]:
        return st.sampled_from(catalogue(folder)[kind].examples).map(lambda example: {"kind": kind, **example})

    return st.sampled_from(list(catalogue(folder))).flatmap(settings)


@st.composite
def specs(draw: Any) -> RunSpec:
    """Any spec whose parts fit."""
    norms, activations = list(catalogue("norms")), list(catalogue("activations"))
    layer = st.fixed_dictionaries(
        {
            "kind": st.just("dense"),
            "units": st.integers(2, 5),
            "activation": st.sampled_from(activations),
            "norm": st.sampled_from(norms),
            "dropout": st.sampled_from([0.0, 0.0, 0.25, 0.5]),
        }
    )
    spec = RunSpec.default()
    changes: dict[str, Any] = {
        "data": draw(st.sampled_from(DATA)),
        "network.layers": draw(st.lists(layer, min_size=0, max_size=3)),
        "network.initializer": draw(st.sampled_from(["tfp_uniform", "xavier", "he", "normal"])),
        "inputs": draw(st.lists(st.sampled_from(list(catalogue("inputs"))), min_size=1, max_size=4, unique=True)),
        "learning.optimizer": draw(_slot("optimizers")),
        "learning.penalty": draw(_slot("penalties")),
        "learning.schedule": draw(_slot("schedules")),
        "learning.clipping": draw(_slot("clippings")),
        "learning.batch_size": draw(st.integers(2, 12)),
        "learning.evaluate_in_train_mode": draw(st.sampled_from([False, False, False, True])),
        "seed": draw(st.integers(0, 10_000)),
    }
    spec, _ = fit(spec, changes)
    for path, values in (("learning.loss", list(catalogue("losses"))), ("network.output.activation", activations)):
        chosen = draw(st.sampled_from(["auto", *values]))
        try:
            spec = spec.with_(**{path: chosen})
        except SpecError:  # a loss that does not fit the target
            continue
    return spec
