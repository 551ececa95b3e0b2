"""Every action the stage can ask for: what the server lets through, and what it says of the rest."""

import json

import pytest

from dlcore.catalogue import catalogue
from dlcore.params import SpecError

ACTIONS = list(catalogue("live.actions").values())
NAMES = (
    "address", "sample", "value", "goes_on", "operation", "onto", "do", "by", "index", "step", "changes", "view",
    "own_data", "what", "port", "source", "target",
)  # fmt: skip
ODD = (
    None, True, -1, 0, 1.5, 10**30, float("nan"), float("inf"), "", "x", "a" * 5000, "layers.0.weight[0,0]", [], [[]],
    ["test"], ["point", 1, float("nan")], {}, {"a": {}}, {str(number): 1 for number in range(200)},
)  # fmt: skip


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_it_is_carried_out_in_one_place_and_says_what_it_does(action):
    assert (action.do is None) != (action.serve is None), "by the worker, or by the hub"
    assert action.finish is None or action.do, "what the server makes of the worker's answer"
    assert action.changes or not action.overtakes
    assert action.label and action.sentence.endswith(".")
    assert action.read.__doc__ or not action.do, "what its arguments are"


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_nonsense_is_refused_with_a_sentence_before_it_reaches_a_worker(action):
    """Whatever is let through can be sent on as JSON, and what is not named is left out."""
    tried = [{name: value} for name in NAMES for value in ODD]
    tried += [{name: value for name in NAMES} for value in ODD] + [{}, {"unknown": 1}]
    for arguments in tried:
        try:
            found = action.read(arguments)
        except SpecError as refused:
            assert refused.message.endswith(".") and len(refused.message) < 400, arguments
        else:
            assert set(found) <= set(NAMES) and len(json.dumps(found)) < 10_000, arguments
