"""A run's weights as a file. Oracle: safetensors' own reader, and the run."""

from __future__ import annotations

import numpy as np
from safetensors import safe_open

from dlcore import Run, RunSpec
from dlcore.export.weights import weights_of


def test_every_weight_and_kept_number_is_in_it(tmp_path):
    layers = [{"kind": "dense", "units": 5, "norm": "batch"}, {"kind": "dense", "units": 3}]
    run = Run(RunSpec.default().with_(**{"network.layers": layers}))
    run.advance(steps=7)
    name, data = weights_of(run)
    assert name == "glassbox_circle_step7.safetensors"
    path = tmp_path / name
    path.write_bytes(data)
    wanted = {**run.parameters, **run.buffers}
    assert "layers.0.norm.running_mean" in wanted
    with safe_open(path, "numpy") as file:
        assert set(file.keys()) == set(wanted)
        for address, values in wanted.items():
            found = file.get_tensor(address)
            assert found.dtype == np.float32
            np.testing.assert_array_equal(found, values)
        meta = file.metadata()
    assert RunSpec.from_json(meta["spec"]) == run.spec and meta["step"] == "7"
