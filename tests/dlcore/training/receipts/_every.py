"""Every number of a position, and random specs to find them in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from hypothesis import strategies as st

from dlcore.catalogue import catalogue
from dlcore.fitting import fit
from dlcore.network.address import parse, written
from dlcore.params import SpecError
from dlcore.spec import RunSpec
from dlcore.training.receipts.receipt import KINDS, positions
from dlcore.training.run import Run

DATA = ("circle", "xor", "spiral", "plane", "gaussian", "rings", "blobs", "iris", "wine", "moons", "logic_xor")
SAMPLES = (None, ("batch", 1), 3, ("test", 0), ("point", 1.5, -2.25))


PICTURES = ("digits",)
SMALL = {"channels": 4, "units": 3, "kernel": 2}  # what a layer of a random graph is given where it has such a setting


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
        for name in scene.values:
            own = sample is None or isinstance(sample, int)  # a pass of its own, to its end
            if kind_of(name) and (own or now.of_sample(name)):
                shape = now.array(name, sample).shape[now.of_sample(name) :]
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


@st.composite
def graphs(draw: Any) -> RunSpec:
    """A spec with any layers that fit one another, in a graph: over pictures, with the label or the picture itself as
    the answer, or over the plane."""
    rng = np.random.default_rng(draw(st.integers(0, 2**31)))
    data = {"kind": str(rng.choice([*PICTURES, "circle"]))}
    if data["kind"] in PICTURES and rng.integers(3) == 0:
        data["target"] = "picture"
    spec, _ = fit(RunSpec.default(), {
        "data": data, "network.layers": [], "learning.batch_size": int(rng.integers(2, 5)),
        "learning.optimizer": str(rng.choice(["sgd", "adam"])), "seed": int(rng.integers(10_000)),
    })  # fmt: skip
    layers: list[dict[str, Any]] = []
    for _ in range(int(rng.integers(1, 7))):
        grown = [*layers, _layer(rng, len(layers))]
        layers = grown if not _misfits(spec, grown) else layers
    if _misfits(spec, layers, output=True):
        layers = [*layers, {"kind": "flatten"}]
    return spec.with_(**{"network.layers": layers})


def _misfits(spec: RunSpec, layers: list[dict[str, Any]], output: bool = False) -> bool:
    """Whether some layer does not fit, or with `output` the output either."""
    try:
        found = spec.with_(**{"network.layers": layers}).misfits
    except SpecError:  # a norm of a single number
        return True
    return any(output or misfit.index < len(layers) for misfit in found)


def _layer(rng: np.random.Generator, index: int) -> dict[str, Any]:
    """Any layer, with sources drawn from all before."""
    kind = str(rng.choice(list(catalogue("layers"))))
    entry = catalogue("layers")[kind]
    example = dict(entry.examples[int(rng.integers(len(entry.examples)))]) if entry.examples else {}
    small = {param.id: SMALL[param.id] for param in entry.params if param.id in SMALL}
    layer = {"kind": kind, **small, **example}
    layer |= {name: min(layer[name], 6) for name in ("channels", "units") if name in layer}
    choices = {
        "activation": list(catalogue("activations")), "norm": list(catalogue("norms")), "dropout": [0.0, 0.0, 0.5],
    }  # fmt: skip
    layer |= {part: choices[part][int(rng.integers(len(choices[part])))] for part in entry.parts}
    if entry.merges or (index and rng.integers(4) == 0):
        layer["from"] = [int(rng.integers(-1, index)) for _ in range(2 if entry.merges else 1)]
    return layer
