"""Every entry of the catalogues can be written into a script that trains as the run does. Oracle: the run's history.

The scripts run in this process, a few epochs each; `tests/dlcore/export` starts one as people do.
"""

from __future__ import annotations

import contextlib
import io
import json

import pytest

from dlcore import Run, RunSpec
from dlcore.catalogue import catalogue
from dlcore.export.notebook import notebook_of
from dlcore.export.pytorch_script import export_run

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


def compare(changes: dict) -> None:
    """Train a run and its script alike and hold the losses at the ends of epochs against one another."""
    run = Run(RunSpec.default().with_(**changes))
    run.advance(epochs=EPOCHS)
    script = export_run(run)[1]
    found = printed(script)
    # The notebook is the same lines, in another order, besides what starts them.
    cells = [cell for cell in json.loads(notebook_of(run)[1])["cells"] if cell["cell_type"] == "code"]
    told = script[script.index("import ") : script.index("if __name__")]
    lines = [line for line in told.splitlines() if line and not line.startswith("# The numbers")]
    noted = [line for cell in cells[:-2] for line in "".join(cell["source"]).splitlines() if line]
    assert sorted(noted) == sorted(lines)
    history = run.history
    ends = history[history["epoch"] % 1 == 0].drop_duplicates("epoch", keep="last").set_index("epoch")
    assert list(found) == list(range(EPOCHS + 1)) and EPOCHS in ends.index
    for epoch, losses in found.items():
        assert set(losses) == {name for name in history if name.endswith("_loss")}
        for name, value in losses.items():
            assert value == pytest.approx(ends.loc[epoch, name], rel=2e-4, abs=1e-6), (epoch, name)


@pytest.mark.parametrize("name", catalogue("activations"))
def test_activations(name):
    layer = {"kind": "dense", "units": 3}
    compare({**FEW, "network.layers": [{**layer, "activation": name}, layer]})


@pytest.mark.parametrize("name", catalogue("losses"))
def test_losses(name):
    sets = {entry.target: entry.id for entry in catalogue("datasets").values() if entry.param("samples")}
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
    compare({"data": name, **samples, **drawn})


@pytest.mark.parametrize("remainder", ["carry", "train", "drop"])
@pytest.mark.parametrize("shuffle", ["on", "off"])
def test_orders_of_the_samples(remainder, shuffle):
    batch = {"learning.batch_size": 7, "learning.remainder": remainder, "learning.shuffle": shuffle}
    compare({**FEW, **SMALL, **batch, "seed": 5})
