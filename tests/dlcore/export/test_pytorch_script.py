"""A run as a PyTorch script, started as people start it. Oracles: the run's history, numpy's float32, the spec."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from dlcore import Run, RunSpec, SpecError
from dlcore.export import pytorch_script
from dlcore.export.pytorch_script import Script, export_run, script_of, single
from dlcore.fitting import fit
from dlcore.limits import LIMITS

WITHOUT_TEST = {"data.kind": "logic_xor"}


def lines_of(script: str, folder) -> list[list[str]]:
    """What the script prints when Python is given the file, in a folder where Glassbox is not."""
    path = folder / "script.py"
    path.write_text(script, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", str(path)], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return [line.split() for line in done.stdout.splitlines()]


def test_a_script_prints_the_curve_of_the_run(tmp_path):
    changes = {"data": "spiral", "learning.optimizer": "adam", "learning.penalty": "l2", "learning.shuffle": "on"}
    run = Run(RunSpec.default().with_(**changes, **{"data.noise": 10, "data.samples": 200}, seed=7))
    run.advance(epochs=30)
    name, script = export_run(run)
    assert name == "glassbox_spiral.py"
    assert "dlcore" not in script
    ends = run.history.drop_duplicates("epoch", keep="last").set_index("epoch")
    found = lines_of(script, tmp_path)
    assert [int(row[1]) for row in found][-1] == 30
    for row in found:
        assert [row[2], row[4]] == ["train_loss", "test_loss"]
        for column, text in ((row[2], row[3]), (row[4], row[5])):
            assert float(text) == pytest.approx(ends.loc[int(row[1]), column], rel=1e-3)


def test_a_changed_run_goes_on_from_its_weights(capsys):
    """What such a script means: a run that is given these weights, at its step 0."""
    run = Run(RunSpec.default())
    run.advance(epochs=5)
    run.edit("layers.0.weight[1,0]", 1.25)
    run.apply({"learning.batch_size": 20})
    values = {name: array.tolist() for name, array in run.parameters.items()}
    given = run.spec.with_(**{"network.initializer": {"kind": "given", "values": values}})
    script = export_run(run)[1]
    assert "after step 125" in script
    oracle = Run(given)
    oracle.advance(epochs=20)
    ends = oracle.history.drop_duplicates("epoch", keep="last").set_index("epoch")
    exec(compile(script, "script", "exec"), {"__name__": "__main__"})
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [int(row[1]) for row in rows][-1] == 20
    for row in rows:
        assert float(row[3]) == pytest.approx(ends.loc[int(row[1]), "train_loss"], rel=1e-3)


def test_the_start_is_the_start_whatever_was_trained_since():
    run = Run(RunSpec.default())
    before = run.parameters
    run.advance(epochs=2)
    assert all(np.array_equal(before[name], array) for name, array in run.parameters_at_start.items())
    assert export_run(run)[1] == Script(run.spec, before, _points(run), 2).text()


def _points(run):
    return {split: (run.data(split).x, run.data(split).y) for split in ("train", "validation", "test")}


def test_without_test_data_the_script_prints_none():
    run = Run(RunSpec.default().with_(**WITHOUT_TEST))
    script = export_run(run)[1]
    assert "TEST" not in script and "VALIDATION" not in script


def test_numbers_give_the_same_float32_again():
    """Every power of two that float32 has, its neighbours, and random bit patterns."""
    rng = np.random.default_rng(1)
    bits = rng.integers(0, 2**32, 20_000, dtype=np.uint64).astype(np.uint32).view(np.float32)
    powers = np.float32(2.0) ** np.arange(-149, 128, dtype=np.float32)
    values = np.concatenate([bits[np.isfinite(bits)], powers, np.nextafter(powers, np.float32(0))])
    assert all(np.float32(float(single(value))) == value for value in values)


def test_too_many_numbers_for_a_text_lie_beside_it(tmp_path, monkeypatch, capsys):
    layers = [{"kind": "dense", "units": 300}, {"kind": "dense", "units": 300}]
    run = Run(RunSpec.default().with_(**{"network.layers": layers, "data.samples": 60}))
    run.advance(epochs=1)
    name, content = export_run(run)
    assert name == "glassbox_circle.zip" and export_run(run)[1] == content
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert file.namelist() == ["glassbox_circle.py", "glassbox_circle.npz"]
        file.extract("glassbox_circle.npz", tmp_path)
        script = file.read("glassbox_circle.py").decode()
    assert len(script) < 10_000
    monkeypatch.chdir(tmp_path)
    exec(compile(script, "script", "exec"), {"__name__": "__main__"})
    last = capsys.readouterr().out.splitlines()[-1].split()
    assert float(last[3]) == pytest.approx(run.history["train_loss"].iloc[-1], rel=1e-3)


def test_more_than_an_archive_holds_is_refused_with_a_sentence(monkeypatch):
    monkeypatch.setattr(pytorch_script, "LIMITS", replace(LIMITS, max_archive_values=1_000))
    with pytest.raises(SpecError, match="at most 1,000 fit"):
        export_run(Run(RunSpec.default()))


PICTURES = [
    {"kind": "conv2d", "channels": 4, "activation": "relu"},
    {"kind": "conv2d", "channels": 4, "activation": "linear"},
    {"kind": "add", "from": [1, 0]},
    {"kind": "max_pool2d"},
    {"kind": "flatten"},
]


def test_a_graph_on_pictures_reads_as_its_branches_and_prints_the_curve(tmp_path):
    spec = fit(RunSpec.default(), {"data.kind": "shapes", "data.samples": 100, "network.layers": PICTURES})[0]
    run = Run(spec)
    run.advance(epochs=3)
    name, content = export_run(run)
    assert name == "glassbox_shapes.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        file.extract("glassbox_shapes.npz", tmp_path)
        script = file.read("glassbox_shapes.py").decode()
    assert """
    def forward(self, x):
        branch1 = self.part1(x)
        x = self.part2(branch1)
        x = x + branch1
        return self.part3(x)
""" in script
    ends = run.history.drop_duplicates("epoch", keep="last").set_index("epoch")
    for row in lines_of(script, tmp_path):
        assert float(row[3]) == pytest.approx(ends.loc[int(row[1]), "train_loss"], rel=1e-3)


@pytest.mark.parametrize("clipping", ["none", "norm"])
def test_what_is_frozen_stays_frozen(clipping, capsys):
    """Oracle: the run itself, trained on from there."""
    changes = {"learning.clipping": clipping, "learning.penalty": "weight_decay", "data.samples": 60}
    run = Run(RunSpec.default().with_(**changes))
    run.freeze("layers.0")
    run.freeze("layers.1.weight[0,2]")
    run.advance(epochs=2)
    script = export_run(run)[1]
    assert '    "2.weight": [2],' in script
    exec(compile(script, "script", "exec"), {"__name__": "__main__"})
    last = capsys.readouterr().out.splitlines()[-1].split()
    run.advance(epochs=20)
    assert float(last[3]) == pytest.approx(run.history["train_loss"].iloc[-1], rel=1e-3)


def test_what_leads_nowhere_is_left_out():
    layers = [{"units": 3}, {"units": 5, "from": [-1]}, {"units": 2, "from": [0]}]
    run = Run(RunSpec.default().with_(**{"network.layers": layers}))
    script = script_of(run)
    text = script.text()
    assert "nn.Linear(2, 3)" in text and "nn.Linear(2, 5)" not in text
    assert sum(array.size for array in script.network.state(run.parameters).values()) == 9 + 8 + 3


def test_a_setting_that_the_script_does_not_know_is_refused_unless_it_is_not_used(monkeypatch):
    without = tuple(path for path in pytorch_script.KNOWN if path != "learning.optimizer")
    monkeypatch.setattr(pytorch_script, "KNOWN", without)
    run = Run(RunSpec.default())
    assert export_run(run)[1]
    run.apply({"learning.optimizer": "adam"})
    with pytest.raises(SpecError, match="“Optimizer”") as refused:
        export_run(run)
    assert refused.value.path == "learning.optimizer"
