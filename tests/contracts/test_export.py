"""Every entry of the catalogues can be written into a script that trains as the run does. Oracle: the run's history.

The scripts run in this process, a few epochs each; `tests/dlcore/export` starts one as people do.
"""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore import Run, RunSpec, SpecError
from dlcore.catalogue import catalogue
from dlcore.export.notebook import notebook_of
from dlcore.export.pytorch_script import export_run
from dlcore.fitting import fit
from dlcore.network.graph import operate, starts_for

EPOCHS = 3
SMALL = {"network.layers": [{"kind": "dense", "units": 3}, {"kind": "dense", "units": 2}]}
FEW = {"data.samples": 60}


def printed(script: str) -> dict[int, dict[str, float]]:
    """What a script prints: {epoch: {"train_loss": …}}."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(script, "script", "exec"), {"__name__": "__main__"})
    rows = [line.split() for line in out.getvalue().splitlines()]
    return {int(row[1]): dict(zip(row[2::2], map(float, row[3::2]), strict=True)) for row in rows}


@contextlib.contextmanager
def unpacked(content: str | bytes):
    """The text of a script or notebook; where it is an archive, in a folder that has what lies beside it."""
    if isinstance(content, str):
        yield content
        return
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            file.extractall()
            yield next(file.read(name) for name in file.namelist() if not name.endswith(".npz")).decode()


def compare(changes: dict) -> None:
    """Train a run and its script alike and hold the losses at the ends of epochs against one another."""
    compare_of(RunSpec.default().with_(**changes))


def compare_of(spec: RunSpec, epochs: int = EPOCHS) -> None:
    run = Run(spec)
    run.advance(epochs=epochs)
    with unpacked(export_run(run)[1]) as script:
        found = printed(script)
    # The notebook is the same lines, in another order, besides what starts them.
    with unpacked(notebook_of(run)[1]) as book:
        cells = [cell for cell in json.loads(book)["cells"] if cell["cell_type"] == "code"]
    told = script[script.index("import ") : script.index("if __name__")]
    lines = [line for line in told.splitlines() if line and not line.startswith("# The numbers")]
    noted = [line for cell in cells[:-2] for line in "".join(cell["source"]).splitlines() if line]
    assert sorted(noted) == sorted(lines)
    history = run.history
    ends = history[history["epoch"] % 1 == 0].drop_duplicates("epoch", keep="last").set_index("epoch")
    assert list(found) == list(range(epochs + 1)) and len(ends) > 1
    for epoch, losses in ((epoch, losses) for epoch, losses in found.items() if epoch in ends.index):
        assert set(losses) == {name for name in history if name.endswith("_loss")}
        for name, value in losses.items():
            assert value == pytest.approx(ends.loc[epoch, name], rel=2e-4, abs=1e-6), (epoch, name)


@pytest.mark.parametrize("name", catalogue("activations"))
def test_activations(name):
    layer = {"kind": "dense", "units": 3}
    compare({**FEW, "network.layers": [{**layer, "activation": name}, layer]})


@pytest.mark.parametrize("name", catalogue("losses"))
def test_losses(name):
    plane = [entry for entry in catalogue("datasets").values() if entry.param("samples") and not entry.is_pictures]
    sets = {entry.target: entry.id for entry in plane}
    for data in (sets[target] for target in catalogue("losses")[name].codings if target in sets):
        compare({**FEW, **SMALL, "data": data, "learning.loss": name})


@pytest.mark.parametrize("name, example", [(n, e) for n, o in catalogue("optimizers").items() for e in o.examples])
def test_optimizers(name, example):
    compare({**FEW, **SMALL, "learning.optimizer": {"kind": name, **example}})


@pytest.mark.parametrize(
    "slot", [{"kind": "nesterov", "momentum": 0}, {"kind": "adam", "beta1": 1}, {"kind": "adamw", "beta2": 1}]
)
def test_an_optimizer_whose_settings_torch_refuses_is_written_as_its_formula(slot):
    run = Run(RunSpec.default().with_(**{"learning.optimizer": slot}))
    assert "torch.optim" not in export_run(run)[1]
    compare({**FEW, **SMALL, "learning.optimizer": slot})


@pytest.mark.parametrize("name, example", [(n, e) for n, p in catalogue("penalties").items() for e in p.examples])
def test_penalties(name, example):
    compare({**FEW, **SMALL, "learning.penalty": {"kind": name, **example}})


@pytest.mark.parametrize("name, example", [(n, e) for n, s in catalogue("schedules").items() for e in s.examples])
def test_schedules(name, example):
    compare({**FEW, **SMALL, "learning.schedule": {"kind": name, **example}})
    slot = {"kind": "adam", "beta1": 1}  # written as a formula, which takes the rate another way
    compare({**FEW, **SMALL, "learning.schedule": {"kind": name, **example}, "learning.optimizer": slot})


@pytest.mark.parametrize("name, example", [(n, e) for n, c in catalogue("clippings").items() for e in c.examples])
@pytest.mark.parametrize("penalty", ["none", "l2"])
def test_clippings(name, example, penalty):
    compare({**FEW, **SMALL, "learning.clipping": {"kind": name, **example}, "learning.penalty": penalty})


@pytest.mark.parametrize("dropout", [0, 0.3])
@pytest.mark.parametrize("name", catalogue("norms"))
def test_norms_and_dropout(name, dropout):
    layers = [{"kind": "dense", "units": 5, "norm": name, "dropout": dropout}, {"kind": "dense", "units": 3}]
    compare({**FEW, "network.layers": layers, "learning.penalty": "l1", "learning.shuffle": "on"})


def test_a_decoupled_penalty_follows_the_schedule():
    schedule = {"kind": "step_decay", "every": 1}
    compare({**FEW, **SMALL, "learning.penalty": "weight_decay", "learning.schedule": schedule})


def test_validation():
    compare({**FEW, **SMALL, "data.validation_share": 20, "learning.patience": 50})


def test_inputs():
    compare({**FEW, **SMALL, "inputs": list(catalogue("inputs"))})


DRAWN = [[x, y, int(x * y > 0)] for x in (-2, -1, 1, 2.5) for y in (-3, 1, 2)]


@pytest.mark.parametrize("name", catalogue("datasets"))
def test_datasets(name):
    entry = catalogue("datasets")[name]
    samples = {"data.samples": 60} if entry.param("samples") else {}
    drawn = {"data.points": DRAWN} if entry.drawn else {}  # a plane that starts empty
    spec, _ = fit(RunSpec.default(), {"data.kind": name, **samples, **drawn})
    if entry.is_pictures:  # a small network, and few of those that are measured
        share = {} if samples else {"data.train_share": 5}
        layers = [{"kind": "max_pool2d"}, {"kind": "conv2d", "channels": 2, "stride": 2}, {"kind": "flatten"}]
        spec = spec.with_(**share, **{"network.layers": layers})
    compare_of(spec, 1 if entry.is_pictures else EPOCHS)


@pytest.mark.parametrize("remainder", ["carry", "train", "drop"])
@pytest.mark.parametrize("shuffle", ["on", "off"])
def test_orders_of_the_samples(remainder, shuffle):
    batch = {"learning.batch_size": 7, "learning.remainder": remainder, "learning.shuffle": shuffle}
    compare({**FEW, **SMALL, **batch, "seed": 5})


def test_batches_of_one_sample_leave_batch_norm_as_in_a_prediction():
    layers = [{"units": 5, "norm": "batch"}, {"units": 3}]
    rest = {"data.samples": 62, "learning.batch_size": 10, "learning.remainder": "train"}  # 31 train: 1 is left over
    compare({"network.layers": layers, **rest})


# Plain descent: what a batch norm takes away again has a gradient of rounding alone, which Adam makes full steps of.
SLOW = {"kind": "sgd", "learning_rate": 0.001}
FEW_SHAPES = {"data.kind": "shapes", "data.samples": 40, "learning.optimizer": SLOW, "learning.batch_size": 8}
SHAPES = fit(RunSpec.default(), FEW_SHAPES)[0]


@pytest.mark.parametrize("data", [FEW_SHAPES, {"data.kind": "spiral", "data.samples": 60}], ids=["shapes", "spiral"])
@pytest.mark.parametrize("start", catalogue("starts"))
def test_starts(start, data):
    offered = {entry.id: spec for entry, spec in starts_for(fit(RunSpec.default(), data)[0])}
    if start in offered and offered[start].get("data.kind") == data["data.kind"]:
        compare_of(offered[start], 1)


@pytest.mark.parametrize("penalty", ["l2", "l1_tfp"])
def test_penalties_and_clipping_of_convolutions(penalty):
    layers = [
        {"kind": "conv2d", "channels": 3, "norm": "layer", "activation": "relu"},
        {"kind": "conv_transpose2d", "channels": 2, "norm": "batch", "dropout": 0.3},
        {"kind": "flatten"},
    ]
    changes = {"network.layers": layers, "learning.penalty": penalty, "learning.clipping": "norm"}
    compare_of(SHAPES.with_(**changes), 1)


@pytest.mark.parametrize("target", ["label", "picture"])
@pytest.mark.parametrize("name", catalogue("augmentations"))
def test_augmentations(name, target):
    entry = catalogue("augmentations")[name]
    kind = {"data.kind": "cat_dog_pictures", "data.samples": 20} if entry.colours else {}
    layers = [{"kind": "conv2d", "channels": 2, "stride": 2}, {"kind": "flatten"}]
    changes = {"data.target": target, "data.augment": {"cut_out": 30} | {name: entry.usual}, "network.layers": layers}
    compare_of(fit(SHAPES, kind | changes | {"learning.remainder": "train"})[0], 2)


def test_augmentation_of_samples_that_join_the_next_epoch_is_refused():
    layers = [{"kind": "flatten"}]
    changes = {"data.augment": {"flip": 50}, "learning.remainder": "carry", "network.layers": layers}
    with pytest.raises(SpecError, match="smaller batch"):
        export_run(Run(SHAPES.with_(**changes)))


@pytest.mark.parametrize("name", catalogue("layers"))
def test_layers(name):
    """Each with its last example, behind a convolution of four channels, or where it reads no pictures behind a dense
    layer; a merge of two convolutions."""
    entry = catalogue("layers")[name]
    layer = {"kind": name, **dict(entry.examples[-1])}
    conv = {"kind": "conv2d", "channels": 4, "stride": 2, "activation": "relu"}
    before = [conv, conv | {"from": [-1]}] if entry.merges else [conv]
    layers = [*before, layer | ({"from": [0, 1]} if entry.merges else {}), {"kind": "flatten"}]
    spec = SHAPES.with_(**{"network.layers": layers})
    if spec.misfits:
        layers = [{"kind": "flatten"}, {"units": 64}, layer, {"kind": "flatten"}]
    compare_of(SHAPES.with_(**{"network.layers": layers}), 1)


ROOMS = [
    (entry.id, entry.default_values() | dict(example))
    for entry in catalogue("layers").values()
    if not entry.merges and entry.id != "reshape"
    for example in entry.examples
]
steps = st.lists(
    st.one_of(
        st.tuples(st.just("insert_layer"), st.sampled_from(ROOMS), st.integers(0, 20)),
        st.tuples(st.just("insert_block"), st.sampled_from(list(catalogue("blocks"))), st.integers(0, 20)),
        st.tuples(st.just("connect"), st.sampled_from(["add", "cat", "mul"]), st.integers(0, 20), st.integers(0, 20)),
    ),
    min_size=1,
    max_size=5,
)


def grown(spec: RunSpec, drawn: list) -> RunSpec:
    """The spec after those of some operations that leave it fitting, each misfit mended where it can be."""
    for name, what, at, *more in drawn:
        count = len(spec.get("network.layers"))
        operation = {"name": name, "index": at % (count + 1)}
        if name == "insert_layer":
            operation["layer"] = {"kind": what[0], **what[1]}
        elif name == "insert_block":
            operation["block"] = what
        else:
            target = at % (count + 1)
            operation = {"name": name, "source": more[0] % (target + 1) - 1, "target": target, "merge": what}
        try:
            after, _ = operate(spec, operation)
            for _ in range(4):
                if after.misfits and after.misfits[0].repairs:
                    after, _ = operate(after, after.misfits[0].repairs[0].operation)
        except ValueError:
            continue
        if not after.misfits and sum(block.width for block in after.blocks) < 20_000:
            spec = after
    return spec


@settings(max_examples=20, deadline=None)
@given(steps, st.booleans())
def test_graphs(drawn, plane):
    """Whatever can be built by hand: drawn operations on a small network, misfits mended by their repairs."""
    layers = [{"kind": "conv2d", "channels": 3, "activation": "relu"}, {"kind": "flatten"}]
    spec = RunSpec.default().with_(**FEW) if plane else SHAPES.with_(**{"network.layers": layers})
    compare_of(grown(spec, drawn), 1)
