"""A run's weights as safetensors: what is learned and what norms keep, by address, with the spec and the step."""

from __future__ import annotations

from typing import Any

import numpy as np
from safetensors.numpy import save


def weights_of(run: Any) -> tuple[str, bytes]:
    """(file name, content): `run.parameters` and `run.buffers`, float32; metadata "spec" (JSON) and "step"."""
    arrays = {name: np.ascontiguousarray(array) for name, array in (run.parameters | run.buffers).items()}
    metadata = {"format": "pt", "spec": run.spec.to_json(), "step": str(run.step)}
    return f"glassbox_{run.spec.tree['data']['kind']}_step{run.step}.safetensors", save(arrays, metadata)
