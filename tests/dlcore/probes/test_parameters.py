"""The parameters as the picture gets them. Oracle: the run's own."""

from __future__ import annotations

import pytest

from dlcore import Run, RunSpec
from dlcore.params import SpecError


def test_what_is_larger_than_asked_for_is_left_out():
    run = Run(RunSpec.default().with_(**{"network.layers": [{"units": 8}]}))
    whole = run.probe("parameters")
    assert {name: named.values.tolist() for name, named in whole.items()} == {
        name: values.tolist() for name, values in run.parameters.items()
    }
    run.operate("freeze", "layers.0[1]")
    assert {name for name in run.probe("parameters", most=8) if name.endswith("layers.0.weight")} == set()
    assert {"layers.0.bias", "layers.1.weight"} <= set(run.probe("parameters", most=8))


@pytest.mark.parametrize("most", ["all", True, None])
def test_how_many_is_a_number(most):
    with pytest.raises(SpecError):
        Run(RunSpec.default()).probe("parameters", most=most)
