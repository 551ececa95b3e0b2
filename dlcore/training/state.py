"""State: one flat dict of named tensors that holds all that changes during a run."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from dlcore.lazy import torch

Groups = Mapping[str, Mapping[str, np.ndarray]]


def views(flat: torch.Tensor, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, torch.Tensor]:
    """The named parts of `flat` (…, size), one after the other: {name: (…, *shape)}, sharing its memory.

    Matrices lie turned round, columns × rows: so a block's weights with its biases below them are
    one matrix (inputs + 1, units), and one product computes W·x + b.
    """
    found, start, lead = {}, 0, flat.shape[:-1]
    for name, shape in shapes.items():
        size = math.prod(shape)
        part = flat[..., start : start + size]
        found[name] = part.view((*lead, *shape[::-1])).mT if len(shape) == 2 else part.view((*lead, *shape))
        start += size
    return found


class State(Mapping[str, "torch.Tensor"]):
    """Named tensors, read and written in place; snapshot, seek, save and undo know nothing else.

    A State holds one network or several of one shape, its members. Names that share a group lie in
    one buffer (members, size), in order, so that an optimizer can treat all parameters at once; a
    name gives the first member's view of it. Whole numbers count steps, in which all members keep
    pace: their groups have one buffer (size,) for all. All other groups lie in one `storage`, so
    that one copy keeps them.
    """

    def __init__(self, members: Sequence[Groups], device: str = "cpu"):
        """`members` holds for each {group: {name: array}}, alike in all but the values. Parameters are
        the group "parameters", others prefix their names themselves. On another `device` than the CPU lies
        all but the whole numbers."""
        self.members, self.device = len(members), device
        self._copy: tuple[int, State] | None = None
        self._shapes = {
            group: {name: np.shape(array) for name, array in arrays.items()} for group, arrays in members[0].items()
        }
        whole = {
            group
            for group, arrays in members[0].items()
            if arrays and all(np.asarray(array).dtype.kind == "i" for array in arrays.values())
        }
        sizes = {group: sum(map(math.prod, shapes.values())) for group, shapes in self._shapes.items()}
        self._sizes = {group: size for group, size in sizes.items() if group not in whole}
        self.storage = torch.zeros(self.members * sum(self._sizes.values()), device=device)
        self._buffers = self.split(self.storage)
        self._buffers |= {group: torch.zeros(sizes[group], dtype=torch.int64) for group in whole}
        self._name()
        for group in self._shapes:
            for name, stacked in self.stacked(group).items():
                for member, groups in zip(stacked if group not in whole else [stacked], members, strict=False):
                    member.copy_(torch.from_numpy(np.array(groups[group][name])))

    def split(self, storage: torch.Tensor) -> dict[str, torch.Tensor]:
        """Each group's buffer (members, size) in something of the size of `storage`; not those of whole numbers."""
        parts = storage.split([self.members * size for size in self._sizes.values()])
        return {group: part.view(self.members, -1) for group, part in zip(self._sizes, parts, strict=True)}

    def _name(self) -> None:
        """Make the views of the buffers."""
        self._stacked: dict[str, torch.Tensor] = {}
        self._tensors: dict[str, torch.Tensor] = {}
        self.counts: dict[str, np.ndarray] = {}
        for group, buffer in self._buffers.items():
            named = views(buffer, self._shapes[group])
            self._stacked |= named
            if buffer.dim() == 1:
                self._tensors |= named
                self.counts[group] = buffer.numpy()  # shares the memory; read and written much faster
            else:
                self._tensors |= views(buffer[0], self._shapes[group])

    def __getitem__(self, name: str) -> torch.Tensor:
        return self._tensors[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tensors)

    def __len__(self) -> int:
        return len(self._tensors)

    def here(self) -> State:
        """Where its numbers can be read: itself on the CPU, else a copy there as it is now, to be read only."""
        if self.device == "cpu":
            return self
        if self._copy is None:
            with torch.inference_mode(False):
                self._copy = -1, self._like(torch.empty(self.storage.shape), self._whole(), "cpu")
        version, copy = self._copy
        if version != self.storage._version:  # which rises whenever something is written
            copy.storage.copy_(self.storage)
            self._copy = self.storage._version, copy
        return copy

    def member(self, index: int) -> State:
        """That member alone: a State that shares the memory, to be read only."""
        alone = object.__new__(State)
        alone.members, alone.storage, alone.device, alone._copy = 1, None, self.device, None
        alone._shapes, alone._sizes = self._shapes, self._sizes
        alone._buffers = {
            group: buffer if buffer.dim() == 1 else buffer[index : index + 1] for group, buffer in self._buffers.items()
        }
        alone._name()
        return alone

    def buffer(self, group: str) -> torch.Tensor:
        """A group's buffer, in place: (members, size), or (size,) of whole numbers."""
        return self._buffers[group]

    def groups(self) -> list[str]:
        """The names of all groups."""
        return list(self._shapes)

    def group(self, group: str) -> dict[str, torch.Tensor]:
        """The named tensors of one group, of the first member."""
        return {name: self._tensors[name] for name in self._shapes[group]}

    def stacked(self, group: str) -> dict[str, torch.Tensor]:
        """The named tensors of one group, with a leading axis of members (whole numbers without)."""
        return {name: self._stacked[name] for name in self._shapes[group]}

    def copy(self) -> dict[str, torch.Tensor]:
        """A snapshot: the buffers cloned, on the CPU. Give it to `load`."""
        return {group: buffer.clone() if buffer.is_cpu else buffer.cpu() for group, buffer in self._buffers.items()}

    def twin(self) -> State:
        """Another State of the same values on the same device, to be written to."""
        with torch.inference_mode(False):
            whole = {group: buffer.clone() for group, buffer in self._whole().items()}
            return self._like(self.storage.clone(), whole, self.device)

    def _whole(self) -> dict[str, torch.Tensor]:
        """The buffers of whole numbers."""
        return {group: buffer for group, buffer in self._buffers.items() if group not in self._sizes}

    def _like(self, storage: torch.Tensor, whole: Mapping[str, torch.Tensor], device: str) -> State:
        """A State of the same names in other memory."""
        other = object.__new__(State)
        other.members, other.device, other.storage, other._copy = self.members, device, storage, None
        other._shapes, other._sizes = self._shapes, self._sizes
        other._buffers = {**other.split(storage), **whole}
        other._name()
        return other

    def load(self, snapshot: Mapping[str, torch.Tensor]) -> None:
        """Take a snapshot's values in place; it must come from a State of the same groups."""
        for group, buffer in self._buffers.items():
            buffer.copy_(snapshot[group])

    def adopt(self, other: State, without: tuple[str, ...] = ()) -> None:
        """Take over the values of equally named and shaped tensors, except names that begin with one of `without`."""
        for name, tensor in other._stacked.items():
            mine = self._stacked.get(name)
            if mine is not None and mine.shape == tensor.shape and not name.startswith(without):
                mine.copy_(tensor)
