"""State: one flat dict of named tensors that holds all that changes during a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from dlcore.lazy import torch


class State(Mapping[str, "torch.Tensor"]):
    """Named tensors, read and written in place; snapshot, seek, save and undo know nothing else.

    Names that share a group lie in one flat buffer, in order, so that an optimizer can treat
    all parameters at once; the named tensors are views of it. `groups` maps each group to
    {name: array}; parameters are the group "parameters", others prefix their names themselves.
    """

    def __init__(self, groups: Mapping[str, Mapping[str, np.ndarray]]):
        self._buffers: dict[str, torch.Tensor] = {}
        self._tensors: dict[str, torch.Tensor] = {}
        self._members: dict[str, tuple[str, ...]] = {}
        for group, arrays in groups.items():
            flat = [np.asarray(array).ravel() for array in arrays.values()]
            joined = np.concatenate(flat) if flat else np.empty(0, np.float32)
            dtype = np.int64 if joined.dtype.kind == "i" else np.float32
            buffer = torch.from_numpy(joined.astype(dtype))
            self._buffers[group] = buffer
            self._members[group] = tuple(arrays)
            start = 0
            for name, array in arrays.items():
                size, shape = int(np.size(array)), np.shape(array)
                self._tensors[name] = buffer[start : start + size].view(shape)
                start += size

    def __getitem__(self, name: str) -> torch.Tensor:
        return self._tensors[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tensors)

    def __len__(self) -> int:
        return len(self._tensors)

    def buffer(self, group: str) -> torch.Tensor:
        """The flat buffer of a group, in place."""
        return self._buffers[group]

    def group(self, group: str) -> dict[str, torch.Tensor]:
        """The named tensors of one group."""
        return {name: self._tensors[name] for name in self._members[group]}

    def copy(self) -> dict[str, torch.Tensor]:
        """A snapshot: the buffers cloned. Give it to `load`."""
        return {group: buffer.clone() for group, buffer in self._buffers.items()}

    def load(self, snapshot: Mapping[str, torch.Tensor]) -> None:
        """Take a snapshot's values in place; it must come from a State of the same groups."""
        for group, buffer in self._buffers.items():
            buffer.copy_(snapshot[group])

    def adopt(self, other: State, without: tuple[str, ...] = ()) -> None:
        """Take over the values of equally named and shaped tensors, except names that begin with one of `without`."""
        for name, tensor in other.items():
            mine = self._tensors.get(name)
            if mine is not None and mine.shape == tensor.shape and not name.startswith(without):
                mine.copy_(tensor)
