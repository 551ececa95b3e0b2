"""The action that opens a number. Oracle: the Python API; and that the server reads it without PyTorch."""

from __future__ import annotations

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest

from dlcore import Run, RunSpec
from dlcore.catalogue import catalogue
from dlcore.params import SpecError


def test_it_answers_with_the_receipt_as_json():
    run, action = Run(RunSpec.default()), catalogue("live.actions")["receipt"]
    arguments = action.read({"address": "layers.0.activation[1]", "sample": ["test", 3]})
    answer = action.do(SimpleNamespace(run=run), arguments)
    assert answer == run.receipt("layers.0.activation[1]", ("test", 3)).describe()
    assert json.loads(json.dumps(answer, allow_nan=False)) == json.loads(json.dumps(answer))
    assert {
        "address",
        "sample",
        "name",
        "step",
        "value",
        "check",
        "numbers",
        "words",
        "code",
        "links",
        "leads_to",
    } <= set(answer)
    assert not action.changes and not action.pauses


@pytest.mark.parametrize("arguments", [
    {}, {"address": 3}, {"address": "x" * 500}, {"address": "layers.0.weight["}, {"address": "a@b"},
    {"address": "train_loss", "sample": "all"}, {"address": "train_loss", "sample": ["point", 1]},
    {"address": "train_loss", "sample": [["test"], 1]}, {"address": "train_loss", "sample": {"test": 1}},
])  # fmt: skip
def test_what_can_be_no_number_is_refused_on_the_server(arguments):
    with pytest.raises(SpecError) as refused:
        catalogue("live.actions")["receipt"].read(arguments)
    assert refused.value.message.endswith(".")


def test_reading_needs_no_torch():
    code = (
        "import sys; from dlcore.catalogue import catalogue;"
        "catalogue('live.actions')['receipt'].read({'address': 'layers.0.weight[0,0]@3', 'sample': ['batch', 1]});"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
