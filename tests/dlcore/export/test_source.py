"""Functions as source code. Oracle: the function itself, called without `out`."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from dlcore.export.source import Needs, expression_source, function_source
from dlcore.params import SpecError

SLOPE = 0.25
TABLE = {1: 2}


def helper(z):
    """Used by another one."""
    return z * SLOPE


def branches(z, out=None):
    """One thing. `out` must not be `z`."""
    if out is None:
        return helper(z)
    return torch.mul(z, SLOPE, out=out)


def slots(value, slots, out=None):
    """Two results."""
    result, room = (None, {}) if out is None else out
    mean = torch.mul(slots["mean"], math.e, out=room.get("mean"))
    result = torch.add(value, mean, out=result)
    return result, {"mean": mean}


def either(z, out=None):
    """A choice in one line."""
    return torch.zeros_like(z) if out is None else out.zero_()


def needs_table(z):
    return TABLE[z]


def made(function, name="made"):
    """The function that the source defines, the source, and what it imports."""
    needs = Needs()
    text = function_source(function, name, needs)
    scope = {"torch": torch, "np": np}
    exec("\n".join([*needs.imports, *needs.definitions.values(), text]), scope)
    return scope[name], text, needs


def test_branches_for_out_are_gone_and_helpers_come_along():
    found, text, needs = made(branches)
    assert "out" not in text.replace("without", "") and "if" not in text
    assert list(needs.definitions) == ["SLOPE", "helper"]
    assert found(torch.tensor(2.0)) == branches(torch.tensor(2.0))
    assert found.__doc__ == "One thing."


def test_names_that_only_stand_for_out_are_gone():
    found, text, needs = made(slots)
    assert "room" not in text and "None" not in text
    assert needs.imports == {"import math"}
    value, kept = torch.tensor([1.0]), {"mean": torch.tensor([2.0])}
    assert found(value, kept) == slots(value, kept)


def test_one_line_is_an_expression():
    assert expression_source(either, Needs()) == "torch.zeros_like(z)"
    assert expression_source(slots, Needs()) is None


def test_what_a_script_cannot_have_is_refused():
    for function in (needs_table, torch.sin, lambda z: z):
        with pytest.raises(SpecError, match="script"):
            function_source(function, "made", Needs())


def test_two_numbers_of_one_name_are_refused():
    needs = Needs(definitions={"SLOPE": "SLOPE = 0.01"})
    with pytest.raises(SpecError, match="SLOPE"):
        function_source(branches, "made", needs)
