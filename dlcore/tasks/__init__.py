"""Tasks: what one step means. One file each; see `TaskEntry` and `Task`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np

from dlcore.params import Entry


@dataclass(frozen=True)
class Metric:
    """A number that is measured: which split it belongs to and which way is better."""

    id: str
    label: str
    split: str
    better: str


class Coming(NamedTuple):
    """When the coming step is: updates done before it, and its time in epochs with their fraction.

    Schedules and dropout masks are functions of it.
    """

    step: int
    epoch: float


PHASES = ("batch", "forward", "loss", "backward", "clip", "penalty", "moments", "update", "decoupled")


@dataclass(frozen=True)
class Operation:
    """One operation of a step. `phase` is one of `PHASES`, `layer` the index of its block or None; `addresses`
    are the values that become known by it, `code` is the line that computes them, `sentence` says it in words.
    An `id` is unique in a step."""

    id: str
    phase: str
    layer: int | None
    addresses: tuple[str, ...]
    code: str
    sentence: str


@dataclass(frozen=True)
class Source:
    """What a member of a run learns from, and by what chance: `data` maps "train", "validation" and
    "test" to their Split; `generator(purpose, *indices)` derives chance. augmented(epoch) → (inputs, target) of train
    as they are in that epoch; None where they are always the same."""

    data: Mapping[str, Any]
    generator: Callable[..., np.random.Generator]
    augmented: Callable[[int], tuple[Any, Any]] | None = None


@dataclass(frozen=True)
class TaskContext:
    """What a task is handed. `new_state(groups)` makes a State of the networks' parameters at their
    start, the stepper's groups and the given ones; `sources` has one for each member of the State,
    whose splits are all of the same sizes. `spec` and `network` are the first member's; the others'
    differ in numbers only."""

    spec: Any
    network: Any
    stepper: Any
    sources: Sequence[Source]
    new_state: Callable[[Mapping[str, Mapping[str, np.ndarray]]], Any]


@dataclass(frozen=True)
class Measured:
    """What one pass over the whole sets gave, in eval mode. `metrics` has for each member every metric by
    id; `predictions()` maps each split that is not empty to (members, samples) or (members, samples,
    classes), as `Task.predict`; `losses()` each to the loss of every sample, (members, samples)."""

    metrics: list[dict[str, float]]
    predictions: Callable[[], Mapping[str, np.ndarray]]
    losses: Callable[[], Mapping[str, np.ndarray]] = dict


class Task(Protocol):
    """What one step means. The loop around it knows no loss."""

    metrics: list[Metric]
    lacking: str  # why no step can be made; "" where one can
    lacking_at: str  # the setting that this is about
    of_these_points: tuple[str, ...]  # names in the State that mean nothing once the points are others

    def build(self) -> Any:
        """The State at step 0."""

    def operations(
        self, state: Any, record: dict[str, Any], samples: Any = None, learns: bool = True
    ) -> Iterator[Operation]:
        """The first member's coming step taken apart: each operation as soon as its values are in `record`, by
        address. The State stays as it is. `samples` None is the coming batch; else (inputs, target), a batch of its
        own. Where nothing is to be learned from it, the way forward alone, and `target` may be None."""

    def step(self, state: Any) -> Iterator[Operation]:
        """One step, yielding each of these operations; the State changes only after the last of them."""

    def update(self, state: Any) -> None:
        """The same step in one go. ArithmeticError, saying so in a sentence, where a number is not finite; the State
        is then as it was before the step."""

    def rehearsal(self, state: Any, samples: int) -> Callable[[], None]:
        """The coming step, on the first so many samples of its batch, as often as one likes and on a copy: to see how
        long it takes."""

    def position(self, state: Any) -> tuple[int, int, float]:
        """(steps done, whole epochs done, share of the epoch under way that is done)."""

    def coming(self, state: Any) -> Coming:
        """When the next step is."""

    def gradient(self, state: Any) -> Any:
        """The gradient of the coming batch's mean loss, before clipping and penalty: (members, parameters),
        good until the next pass."""

    def gradient_norms(self, state: Any) -> list[float]:
        """For each member the length of that gradient."""

    def measure(self, state: Any) -> Measured:
        """Every metric and prediction over the whole sets, in eval mode; metrics in train mode where the spec
        makes that mistake."""

    def score(self, state: Any, split: Any) -> dict[str, float]:
        """The first member's metrics of one Split of any data, by their bare names: "loss", "accuracy"."""

    def predict(self, state: Any, split: Any) -> np.ndarray:
        """The first member's output for each point of a Split: (samples,) or (samples, classes)."""

    def coming_batch(self, state: Any) -> np.ndarray:
        """Indices into train of the samples that the first member's next step takes, in order."""

    def coming_inputs(self, state: Any) -> tuple[Any, Any]:
        """What that step is given of them: (samples, inputs), and their targets, (samples, columns)."""


@dataclass(frozen=True, kw_only=True)
class TaskEntry(Entry):
    """A kind of task: make(context) → Task.

    describe_run(spec, splits) → what a screen must know without building it: {"metrics": the Task's metrics as plain
    JSON, "steps_per_epoch": n}, and "goal" and "hint" where the data's own are not what is to be done; `splits` maps
    each split to its number of points. `provides` names the parts of a position that mean something for this task, in
    the words of `Probe.needs`: pictures of others are not offered. Of "grid" and "pictures" a run has what its data
    are.
    The checks need "trace". check(spec), where there is one, raises SpecError for a spec that this task can't carry
    out; `suited` are the changes that make the default spec one that it can. Without parameters a spec names the task
    by its bare id.
    """

    make: Callable[[TaskContext], Task]
    describe_run: Callable[[Any, Mapping[str, int]], dict[str, Any]]
    provides: tuple[str, ...] = ("parameters", "grid", "data", "predictions", "trace", "distributions", "pictures")
    check: Callable[[Any], None] | None = None
    suited: Mapping[str, Any] = field(default_factory=dict)
