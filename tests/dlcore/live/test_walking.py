"""The microscope over the wire: the action, and what frames then hold. Oracle: a run in this process."""

import pytest

from dlcore import Run, RunSpec, SpecError
from dlcore.catalogue import catalogue

VALUES = [{"id": "step_values"}]


def test_a_step_is_walked_there_and_back_and_trained_on(tab):
    own = Run(RunSpec.default())
    operations = own.operations()
    began = tab.answer(tab.do("walk", do="start"))
    assert [found["id"] for found in began["result"]["operations"]] == [operation.id for operation in operations]
    stands = tab.answer(tab.do("walk", by="phase"))["result"]["walk"]
    stands = tab.answer(tab.do("walk", by="phase"))["result"]["walk"]
    assert (stands["phase"], stands["id"], stands["step"]) == ("forward", "layers.2.activation", 0)
    tab.subscribe(VALUES)
    arrays, _ = tab.frame(lambda frame: (frame["walk"] or {}).get("id") == "layers.2.activation")
    assert "step_values/layers.2.activation" in arrays and not any("grad" in name or "loss" in name for name in arrays)
    refused = tab.answer(tab.do("walk", do="to", index=10_000))
    assert refused["type"] == "refused" and refused["path"] == "walk"
    for _ in range(9):
        stands = tab.answer(tab.do("walk", do="next", by="phase"))["result"]["walk"]
    assert stands["step"] >= 1
    back = tab.answer(tab.do("walk", do="start"))["result"]["walk"]["step"]
    stands = tab.answer(tab.do("walk", do="back"))["result"]["walk"]
    assert (stands["step"], stands["id"]) == (back - 1, operations[-1].id)
    tab.command("step_batch")
    tab.subscribe(VALUES)
    tab.frame(lambda frame: frame["walk"] is None and frame["step"] == back)
    assert tab.answer(tab.do("walk", do="leave"))["result"] == {"walk": None}


@pytest.mark.parametrize(
    "arguments",
    [{"do": "jump"}, {"do": "to"}, {"do": "to", "index": -1}, {"do": "next", "by": "neuron"},
     {"do": "start", "sample": "x"},
     {"do": "start", "sample": ["test", [1]]}, {"do": "start", "sample": [1, 2]}, {"do": "start", "sample": True},
     {"do": "start", "sample": []}, {"do": "start", "sample": {}}, {"do": "start", "sample": ["test", float("inf")]}],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_before_it_reaches_the_worker(arguments):
    with pytest.raises(SpecError) as refused:
        catalogue("live.actions")["walk"].read(arguments)
    assert refused.value.message.endswith(".")
