"""A network as it stands, asked for values that no frame has: of other inputs, from a layer on, or slopes.

All in eval mode; nothing is kept, and the State stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from dlcore.lazy import torch
from dlcore.structure import multiply_adds

AT_ONCE = 64  # samples of a pass, so that memory stays small however many are asked for


class Inside:
    """`network` with the numbers of `state`. Inputs are float32 (samples, inputs), a picture's numbers in a row."""

    def __init__(self, network: Any, state: Mapping[str, Any]):
        self.network = network
        self.state = state

    @property
    def products(self) -> int:
        """How many products one pass of one sample adds to a sum."""
        return sum(map(multiply_adds, self.network.blocks))

    def until(self, inputs: np.ndarray, layer: int) -> np.ndarray:
        """The result of a block, float32 (samples, *shape)."""
        with torch.no_grad():
            return np.concatenate([self._until(part, layer).numpy() for part in _parts(inputs)])

    def onward(self, layer: int, values: np.ndarray) -> np.ndarray:
        """The network's answers, float32 (samples, columns), if the result of block `layer`, which must be a
        bottleneck, were `values` (samples, *shape)."""
        with torch.no_grad():
            return np.concatenate([self._answer(part, layer)[1].numpy() for part in _parts(values)])

    def answers(self, inputs: np.ndarray) -> np.ndarray:
        """The network's answers, float32 (samples, columns)."""
        return self.onward(-1, inputs)

    def slopes(self, inputs: np.ndarray, column: int, layer: int = -1) -> tuple[np.ndarray, np.ndarray]:
        """(values, d pre-activation of output `column` / d values) of the input, or of the result of block
        `layer`, which must be a bottleneck: both float32 (samples, *shape)."""
        with torch.no_grad():
            values = _tensor(inputs) if layer < 0 else self._until(_tensor(inputs), layer)
        values = values.clone().requires_grad_()
        with torch.enable_grad():
            (slope,) = torch.autograd.grad(self._answer(values, layer)[0][:, column].sum(), values)
        return values.detach().numpy(), slope.numpy()

    def _until(self, inputs: torch.Tensor, layer: int) -> torch.Tensor:
        address = self.network.blocks[layer].address
        found = None
        for name, value in self.network.passing(inputs, self.state):
            if name in (f"{address}.activation", f"{address}.output"):
                found = value
            elif found is not None:
                break
        return found

    def _answer(self, values: torch.Tensor, layer: int) -> tuple[torch.Tensor, torch.Tensor]:
        """(pre-activation, activation) of the output, each (samples, columns)."""
        last = {}
        for name, value in self.network.passing(values, self.state, after=layer):
            last[name.rpartition(".")[2]] = value
        return last["pre_activation"].flatten(1), last["activation"].flatten(1)


def _tensor(values: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(values, dtype=np.float32))


def _parts(values: np.ndarray) -> Iterable[torch.Tensor]:
    return _tensor(values).split(AT_ONCE)
