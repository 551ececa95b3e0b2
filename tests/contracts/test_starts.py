"""What holds for every starting point and every block: they fit, and they train. Oracle: the network that is built."""

from __future__ import annotations

import numpy as np
import pytest

from dlcore import Run, RunSpec, SpecError
from dlcore.catalogue import catalogue
from dlcore.fitting import fit
from dlcore.network.graph import operate, starts_for

DATA = ("circle", "digits")
SPECS = {name: fit(RunSpec.default(), {"data.kind": name})[0] for name in DATA}


def trains(spec):
    """Two steps move every weight of it (a bias before a batch norm has no effect), and to finite numbers."""
    run = Run(spec)
    before = run.parameters
    run.advance(steps=2)
    assert all(np.isfinite(array).all() for array in run.parameters.values())
    assert not any(np.array_equal(run.parameters[name], before[name]) for name in before if name.endswith(".weight"))
    return run


@pytest.mark.parametrize("start", catalogue("starts"))
@pytest.mark.parametrize("data", DATA)
def test_a_start_fits_and_trains_or_says_what_it_needs(start, data):
    operation = {"name": "start_from", "start": start}
    offered = {entry.id: after for entry, after in starts_for(SPECS[data])}
    if start not in offered:
        with pytest.raises(SpecError, match=r"needs other data|has no pictures"):
            operate(SPECS[data], operation)
        return
    spec, _ = operate(SPECS[data], operation)
    assert spec == offered[start]
    assert not spec.misfits and trains(spec)
    assert operate(spec, operation)[0] == spec, "who begins twice begins alike"


@pytest.mark.parametrize("data", catalogue("datasets"))
def test_on_every_data_a_start_that_is_offered_fits(data):
    for entry, after in starts_for(fit(RunSpec.default(), {"data.kind": data})[0]):
        assert not after.misfits, entry.id


@pytest.mark.parametrize("start, parameters", [("dense_64_128_10", 9_610), ("dense_784_128_10", 101_770)])
def test_the_two_that_are_named_after_their_sizes(start, parameters):
    """Oracle: n·128 + 128 + 128·10 + 10, by hand."""
    spec, _ = operate(SPECS["circle"], {"name": "start_from", "start": start})
    assert sum(block.sizes() for block in spec.blocks) == parameters
    assert [block.width for block in spec.blocks] == [int(start.split("_")[1]), 128, 10]


@pytest.mark.parametrize("block", catalogue("blocks"))
def test_a_block_fits_anywhere_and_trains(block):
    insert = {"name": "insert_block", "block": block}
    digits = SPECS["digits"].with_(**{"network.layers": [{"kind": "conv2d", "channels": 3}, {"kind": "flatten"}]})
    for spec in (SPECS["circle"], digits):
        count = len(spec.get("network.layers"))
        for index in range(count + 1):
            assert not operate(spec, insert | {"index": index})[0].misfits
        spec, _ = operate(spec, insert | {"index": 1})
        assert trains(operate(spec, insert | {"index": 1})[0])
