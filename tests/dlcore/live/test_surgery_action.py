"""The actions of surgery: what a browser may ask, and that they do what the Python API does."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from dlcore import Run, RunSpec
from dlcore.catalogue import catalogue
from dlcore.params import SpecError
from dlcore.training.surgery import OPERATIONS


def asked(name: str, run: Run, **arguments):
    action = catalogue("live.actions")[name]
    return action.do(SimpleNamespace(run=run), action.read(arguments))


@pytest.mark.parametrize("operation", sorted({*OPERATIONS} - {"edit"}))
def test_every_operation_can_be_asked_for(operation):
    read = catalogue("live.actions")["surgery"].read
    asked = {"operation": operation, "address": "layers.0[1]", "onto": "layers.0[0]"}
    assert read(asked) == {**asked, "onto": "layers.0[0]" if operation == "copy" else None}


def test_an_operation_answers_with_its_consequences():
    run, twin = Run(RunSpec.default()), Run(RunSpec.default())
    answer = asked("surgery", run, operation="zero", address="layers.0[1]")
    assert answer == twin.zero("layers.0[1]").describe()
    answer = asked("surgery", run, operation="copy", address="layers.0[1]", onto="layers.0[0]")
    assert answer == twin.copy_neuron("layers.0[1]", "layers.0[0]").describe()
    for place in range(3):
        answer = asked("edit", run, address="layers.2.bias[0]", value=float(place), goes_on=place > 0)
    assert answer == twin.operate("edit", "layers.2.bias[0]", value=2.0).describe()
    assert len(run.journal.events) == len(twin.journal.events)


@pytest.mark.parametrize("arguments", [
    {}, {"operation": "wish", "address": "layers.0[1]"}, {"operation": "zero"}, {"operation": "zero", "address": 3},
    {"address": "layers.0[1]"}, {"operation": "edit", "address": "layers.0.bias[1]"},
    {"operation": "copy", "address": "layers.0[1]"}, {"operation": "zero", "address": "x" * 500},
])  # fmt: skip
def test_what_is_no_operation_is_refused_on_the_server(arguments):
    with pytest.raises(SpecError) as refused:
        catalogue("live.actions")["surgery"].read(arguments)
    assert refused.value.message.endswith(".")
