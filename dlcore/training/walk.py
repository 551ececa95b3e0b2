"""The microscope: one training step walked operation by operation, forwards and backwards.

Where a run walks, it stands at a position of the step's own generator (`Task.operations`), and what can be read of
the step is what that has computed so far: `Run.trace`, frames and probes have nothing else. The State changes only
after the last operation, by the very update that training makes. A walk begins at a version of the run, and any
other change of the run (training, edits, settings, undo, seeking) ends it, since the version is then another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from dlcore.network.address import read_sample
from dlcore.params import SpecError
from dlcore.tasks import Operation

if TYPE_CHECKING:
    from dlcore.lazy import torch
    from dlcore.training.past import Moment

BY: Mapping[str, Callable[[Operation], Any]] = {
    "operation": lambda operation: operation.id,
    "layer": lambda operation: (operation.phase, operation.layer),
    "phase": lambda operation: operation.phase,
}

FIRST = "This is the first operation of the first step: nothing was computed before it."
FORWARD_ONLY = {
    "test": "Test data can only be walked forward. The network never learns from it: it has no backward pass and no "
    "update, or its losses would no longer tell how the network does on points that it has not met.",
    "validation": "Validation data can only be walked forward. The network does not learn from it: it has no backward "
    "pass and no update; it only tells when to stop.",
    "point": "A point of the plane has no right answer, so there is no loss and no way back from it. To see the "
    "backward pass, walk a training sample or the batch.",
}
ITS_BEGINNING = "Here the way of these values through the network begins. Walk the batch to go back to earlier steps."


@dataclass
class Standing:
    """Where a run's walk stands: at `operations[index]`, of the step that comes at a `version` of the run."""

    version: int
    sample: Any
    operations: list[Operation]
    generator: Iterator[Operation]
    record: dict[str, torch.Tensor] = field(default_factory=dict)
    index: int = -1

    @property
    def known(self) -> set[str]:
        """The ids of the operations that were carried out."""
        return {operation.id for operation in self.operations[: self.index + 1]}

    def to(self, index: int) -> None:
        """Forward to that operation."""
        for _ in islice(self.generator, max(0, index - self.index)):
            pass
        self.index = index

    def describe(self, step: int) -> dict[str, Any]:
        """Plain JSON, as every frame has it."""
        now = self.operations[self.index]
        first = {}
        for index, operation in enumerate(self.operations):
            first.setdefault(operation.phase, index)
        return {
            "index": self.index,
            "count": len(self.operations),
            "phases": first,
            "step": step,
            "sample": list(self.sample) if isinstance(self.sample, tuple) else self.sample,
            **describe(now),
            "addresses": list(now.addresses),
            "code": now.code,
            "sentence": now.sentence,
        }


def describe(operation: Operation) -> dict[str, Any]:
    """Where an operation belongs, as plain JSON."""
    return {"id": operation.id, "phase": operation.phase, "layer": operation.layer}


class Walk:
    """The part of `Run` that walks; `Run` sets these attributes."""

    task: Any
    state: Any
    step: int
    version: int
    trouble: Any
    place: Callable[[Any], tuple[Any, bool]]
    need: Callable[[str], None]
    advance: Callable[..., int]
    seek: Callable[[int], None]
    _ahead: Moment | None
    _standing: Standing | None = None

    @property
    def standing(self) -> Standing | None:
        """Where the walk stands; None where the run is not walking."""
        standing = self._standing
        return standing if standing is not None and standing.version == self.version else None

    @property
    def operation(self) -> int | None:
        """The index of the operation at which the walk stands, out of `operations`; None where it does not walk."""
        return None if self.standing is None else self.standing.index

    def operations(self, sample: Any = None) -> list[Operation]:
        """What there is to walk in the coming step, in order: of the batch, or of a sample as `trace` takes it."""
        return list(self._generator(read_sample(sample), {}))

    def describe_walk(self) -> dict[str, Any] | None:
        """Where the walk stands, as every frame has it; None where the run does not walk."""
        return None if self.standing is None else self.standing.describe(self.step)

    def describe_operations(self) -> list[dict[str, Any]]:
        """The operations of the walk in order, as plain JSON."""
        return [] if self.standing is None else [describe(operation) for operation in self.standing.operations]

    def start_walk(self, sample: Any = None) -> None:
        """Stand at the first operation of the coming step, of the batch or of a sample as `trace` takes it."""
        self._stand(read_sample(sample), 0)

    def leave_walk(self) -> None:
        """Leave the coming step as if it had not been looked at."""
        if self.standing is not None:
            self._standing = None
            self.version += 1

    def walk_to(self, index: int) -> None:
        """To that operation of the step, forwards or backwards; SpecError where there is none."""
        standing = self.standing
        count = len(self.operations()) if standing is None else len(standing.operations)
        if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < count:
            raise SpecError("walk", f"This step has operations 0 to {count - 1}.")
        if standing is None or index < standing.index:
            self._stand(standing.sample if standing else None, index)  # what went forward can't be run backwards
        else:
            standing.to(index)
            self._moved(standing)

    def walk(self, direction: int = 1, by: str = "operation") -> None:
        """On to the next stop of the step (+1), or back to the one before (−1); begins to walk the batch if need be.

        `by` "layer" and "phase" stop where all of a layer's or a phase's operations are done. On from the last stop
        makes the update, with the whole batch whatever sample is walked, and stands in the step after it; back
        from the first goes to the last stop of the step before. SpecError where there is no such stop.
        """
        if direction not in (1, -1) or by not in BY:
            raise SpecError("walk", "A walk goes on (1) or back (−1), by operation, layer or phase.")
        if self.standing is None and direction == -1:
            self._step_before(None)
            return
        if self.standing is None:
            self._stand(None, 0)
            if by == "operation":
                return
        standing = self.standing
        stops = ends(standing.operations, by)
        if direction == 1:
            later = [stop for stop in stops if stop > standing.index]
            if later:
                self.walk_to(later[0])
            else:
                self._finish(standing.sample, by)
        else:
            earlier = [stop for stop in stops if stop < standing.index]
            if earlier:
                self.walk_to(earlier[-1])
            else:
                self._step_before(standing.sample)

    def trace(self, sample: Any = None) -> dict[str, np.ndarray]:
        """See `Reading.trace`; in a walk, what is known so far."""
        standing = self.standing
        if standing is None or standing.sample != read_sample(sample):
            return super().trace(sample)
        return {name: tensor.numpy().copy() for name, tensor in standing.record.items()}

    def _finish(self, sample: Any, by: str) -> None:
        """Make the update and stand in the next step."""
        self._refuse_backward(sample)
        if self._ahead is not None:
            self.seek(self.step + 1)  # what was done further on is still there
        else:
            self.advance(steps=1)
        if self.trouble is None:
            self._stand(sample, 0)
            if by != "operation":
                self.walk_to(ends(self.standing.operations, by)[0])

    def _step_before(self, sample: Any) -> None:
        if isinstance(sample, tuple):
            raise SpecError("walk", ITS_BEGINNING)
        if self.step == 0:
            raise SpecError("walk", FIRST)
        self.seek(self.step - 1)
        self._stand(sample, len(self.operations(sample)) - 1)

    @staticmethod
    def _refuse_backward(sample: Any) -> None:
        if isinstance(sample, tuple):
            raise SpecError("walk", FORWARD_ONLY[sample[0]])

    def _stand(self, sample: Any, index: int) -> None:
        """Begin the coming step anew and go to one of its operations."""
        record: dict[str, torch.Tensor] = {}
        found = self.operations(sample)
        standing = Standing(self.version, sample, found, self._generator(sample, record), record)
        standing.to(index)
        self._moved(standing)

    def _moved(self, standing: Standing) -> None:
        self.version += 1
        standing.version, self._standing = self.version, standing

    def _generator(self, sample: Any, record: dict[str, torch.Tensor]) -> Iterator[Operation]:
        """The step's operations; those of one training sample end where the whole batch goes on."""
        self.need("trace")
        for operation in self.task.operations(self.state, record, *self.place(sample)):
            if isinstance(sample, int) and operation.phase not in ("batch", "forward", "loss", "backward"):
                forget(record, operation)
                size = len(self.task.coming_batch(self.state))
                text = ONE_OF_MANY.format(size=size)
                yield Operation("whole_batch", "update", None, (), "g = gradients.mean(0)", text)
                return
            yield operation


ONE_OF_MANY = (
    "This is what one sample says. The update is made from the mean gradient of all samples of the coming batch "
    "({size} of them), and so are the clipping, the penalty and what the optimizer remembers: walk the batch to see it."
)


def forget(record: dict[str, Any], operation: Operation) -> None:
    """Take out of a record what an operation has just put there."""
    for address in operation.addresses:
        del record[address]


def ends(operations: list[Operation], by: str) -> list[int]:
    """The last operation of each layer or phase, or each operation."""
    keys = [BY[by](operation) for operation in operations]
    return [index for index, key in enumerate(keys) if index + 1 == len(keys) or keys[index + 1] != key]
