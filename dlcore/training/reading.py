"""What can be read of a run at the position where it stands. Nothing here changes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dlcore.checks import Finding
from dlcore.editions import comparable
from dlcore.fitting import fit
from dlcore.lazy import torch
from dlcore.network.address import read_sample
from dlcore.params import SpecError
from dlcore.probes import Named
from dlcore.spec import RunSpec
from dlcore.structure import refuse
from dlcore.tasks import Measured
from dlcore.training.data import Split, make_evaluated, make_points, make_split
from dlcore.training.examine import examine
from dlcore.training.history import History
from dlcore.training.outcome import Trouble
from dlcore.training.past import Moment, Past
from dlcore.training.rng import generator
from dlcore.training.state import State
from dlcore.training.stopping import Stopped
from dlcore.training.walk import forget

if TYPE_CHECKING:
    import pandas as pd

    from dlcore.training.frame import FrameContext, Seen
    from dlcore.training.receipts.receipt import Positions, Receipt
    from dlcore.training.walk import Standing


class Measurement(NamedTuple):
    """What was measured, and where: at that version of that build, after so many steps."""

    version: int
    build: int
    step: int
    found: Measured


class Reading:
    """The part of `Run` that looks; `Run` sets these attributes."""

    spec: RunSpec
    state: State
    task: Any
    stepper: Any
    recorded: History
    trouble: Trouble | None
    stopped: Stopped | None
    waiting: dict[str, Any] | None
    past: Past
    moment: Callable[[], Moment]
    version: int
    network: Any
    _data: Mapping[str, Split]
    _frames: FrameContext
    _measured: Measurement | None
    index = 0  # of the member that is read
    measured_every = 0  # see `dlcore.training.history`
    moving = False  # whether it trains on at once, so that a picture may show numbers measured a moment ago
    receipts: Positions | None = None  # what receipts have read of this position

    @property
    def asked(self) -> RunSpec:
        """`spec` with the drawn points that wait for the next epoch."""
        return self.spec if self.waiting is None else self.spec.with_(**self.waiting)

    @property
    def standing(self) -> Standing | None:
        """Where the run walks its coming step, if it does."""
        return None

    @property
    def can_undo(self) -> bool:
        """Whether there is anything to undo."""
        return self.past.can_undo(self.moment())

    @property
    def can_redo(self) -> bool:
        """Whether there is anything to redo."""
        return bool(self.past.redo)

    @property
    def step(self) -> int:
        """Updates done."""
        return self.task.position(self.state)[0]

    @property
    def epoch(self) -> int:
        """Whole passes over the training data completed."""
        return self.task.position(self.state)[1]

    @property
    def metrics(self) -> dict[str, float]:
        """Losses (without penalty) and accuracies or errors over the whole sets, at this position."""
        return dict(self._measure().metrics[self.index])

    def need(self, part: str) -> None:
        """SpecError where this run's task has no such part; see `TaskEntry.provides`."""
        if part in self.spec.provides:
            return
        if self.spec.misfits:
            raise refuse(self.spec.misfits[0])
        what = "These data have" if part in self.spec.task.provides else f"“{self.spec.task.label}” has"
        raise SpecError("task", f"{what} no {part} that could be shown.")

    def predictions(self, split: str) -> np.ndarray:
        """The output for every point of "train", "validation" or "test", as `predict`."""
        self.need("predictions")
        found = self._measure().predictions()
        return found[split][self.index] if split in found else self.task.predict(self.state, self.data(split))

    def last_measured(self) -> Measurement:
        """That of this position, or, where it takes long and the run is moving, the last on the way to it."""
        kept = self._measured
        if not (self.moving and self.measured_every and kept and kept.build == self.build):
            self._measure()
        return self._measured

    @property
    def is_measured(self) -> bool:
        """Whether the metrics of this position are known already."""
        return self._measured is not None and self._measured.version == self.version

    def _measure(self) -> Measured:
        """All members measured at this position, once for each version."""
        if not self.is_measured:
            self._measured = Measurement(self.version, self.build, self.step, self.task.measure(self.state))
        return self._measured.found

    @property
    def history(self) -> pd.DataFrame:
        """The recorded positions up to now: step, epoch (with its fraction), every metric, and the
        learning rate and gradient norm of the step that came next."""
        import pandas as pd

        frame = pd.DataFrame(self.recorded.rows(), columns=self.recorded.columns)
        return frame[frame["step"] <= self.step].astype({"step": int}).reset_index(drop=True)

    @property
    def parameters(self) -> dict[str, np.ndarray]:
        """Copies of all parameters by address: {"layers.0.weight": (units, inputs), "layers.0.bias": …}."""
        group = self.state.here().group("parameters")
        return {name: tensor.numpy().copy(order="C") for name, tensor in group.items()}

    @property
    def parameters_at_start(self) -> dict[str, np.ndarray]:
        """All parameters by address as they were at step 0, float32."""
        return self._groups_at_start()["parameters"]

    @property
    def buffers(self) -> dict[str, np.ndarray]:
        """Copies of what norms keep from batch to batch, by address; {} without norms."""
        return {name: self.state.here()[name].numpy().copy() for name in self.network.buffers}

    @property
    def buffers_at_start(self) -> dict[str, np.ndarray]:
        """The same at step 0."""
        return self._groups_at_start().get("buffers", {})

    def _groups_at_start(self) -> dict[str, dict[str, np.ndarray]]:
        return self.network.groups(partial(generator, self.spec.tree["seed"]))

    @property
    def learning_rate(self) -> float:
        """The learning rate of the coming step."""
        return self.stepper.learning_rates(self.task.coming(self.state))[0]

    def data(self, split: str = "train") -> Split:
        """The points of "train", "validation" or "test": .x (own units), .y, .inputs (what the network gets)."""
        return self._data[split]

    def predict(self, x: Any) -> np.ndarray:
        """Outputs for points x (n, 2) in own units, or pictures (n, channels, rows, columns): (n,), or (n, classes) for
        several classes, or (n, numbers) where the answer is a picture."""
        self.need("predictions")
        points = np.asarray(x, dtype=np.float64).reshape(-1, *self.spec.resolved.dataset.shape)
        return self.task.predict(self.state, make_split(self.spec, points, np.zeros(len(points)))).copy()

    def evaluate(self, data: Any) -> dict[str, float]:
        """Loss and accuracy (or error) on other data: an edition of this data, a dataset's id, or (x, y) in own units.

        A dataset is made with its default parameters and this run's data seed; its samples and target must be of
        the same kind. x is (samples, 2) or pictures, y (samples,) numbers or classes. SpecError where it does not fit.
        """
        self.need("predictions")
        if isinstance(data, str) and data in comparable(self.spec.resolved):
            return self.task.score(self.state, make_evaluated(self.spec, data))
        if isinstance(data, str):
            other = fit(self.spec, {"data.kind": data, "learning.loss": self.spec.resolved.loss.id})[0]
            mine, theirs = (spec.resolved for spec in (self.spec, other))
            if mine.dataset.shape != theirs.dataset.shape:
                raise SpecError("data", f"{theirs.dataset.label} has samples of another kind than this run's data.")
            if mine.target != theirs.target or len(mine.dataset.classes) != len(theirs.dataset.classes):
                raise SpecError("data", f"{theirs.dataset.label} asks for another kind of answer than this run.")
            if gone := [entry.label for entry in self.spec.inputs if entry.id not in other.tree["inputs"]]:
                raise SpecError("data", f"{theirs.dataset.label} has no “{gone[0]}”, which this network is given.")
            x, y, beyond = make_points(other)
        else:
            (x, y), beyond = (np.asarray(part, dtype=np.float64) for part in data), {}
        if x.shape[1:] != self.spec.resolved.dataset.shape or y.shape != x.shape[:1] or not len(y):
            what = "pictures of this run's size" if self.spec.resolved.pictures else "two columns"
            raise SpecError("data", f"Data to evaluate on is x with {what} and y with one value for each row.")
        known = range(len(self.spec.resolved.dataset.classes))
        if self.spec.resolved.target != "number" and not np.isin(y, known).all():
            raise SpecError("data", f"Classes to evaluate on are whole numbers from 0 to {known[-1]}.")
        return self.task.score(self.state, make_split(self.spec, x, y, beyond=beyond))

    def trace(self, sample: Any = None) -> dict[str, np.ndarray]:
        """Every value of a step by address: of the coming batch, or of one sample, which is a batch of its own.

        `sample` is an index into train, ("test", 3) or ("validation", 3), or ("point", x1, x2) of the plane, which
        has no target; nothing is learned from the last three, so theirs end with the loss. Activations are
        (samples, units), gradients ("layers.0.weight.grad") shaped as their parameter. Values are those of
        eval mode; where the step computes others (batch norm, dropout), these are "train.layers.0.activation" …,
        and the gradients are theirs. Where the run walks (see `Walk`), only what is computed up to there.
        """
        self.need("trace")
        record: dict[str, torch.Tensor] = {}
        known = None if self.standing is None else self.standing.known
        for operation in self.task.operations(self.state, record, *self.place(sample)):
            if known is not None and operation.id not in known:
                forget(record, operation)  # this one is still to come
                break
        return {name: tensor.numpy() for name, tensor in record.items()}

    def place(self, sample: Any) -> tuple[Any, bool]:
        """((inputs, target), whether anything is learned from it) of what `trace` calls a sample; SpecError where
        there is none of it."""
        sample = read_sample(sample)
        if sample is None:
            if self.task.lacking:
                raise SpecError("sample", self.task.lacking)
            return None, True
        split, *where = sample if isinstance(sample, tuple) else ("train", sample)
        if split == "point":
            self.need("grid")
            return (make_split(self.spec, np.array([where]), np.zeros(1)).inputs, None), False
        if split == "batch":
            raise SpecError("sample", "The samples of a batch are computed together: leave the sample out to read all.")
        index, data = where[0], self.data(split)
        if index >= len(data):
            what = {"train": "training"}.get(split, split)
            raise SpecError("sample", f"There is no {what} sample {index}; there are {len(data)}.")
        return (data.inputs[index : index + 1], data.target[index : index + 1]), split == "train"

    def receipt(self, address: str, sample: Any = None) -> Receipt:
        """Where a number comes from: run.receipt("layers.1.weight.grad[2,0]"); see `dlcore.training.receipts`."""
        from dlcore.training.receipts.receipt import receipt

        self.need("trace")
        return receipt(self, address, sample)

    def at_step(self, step: int) -> Reading:
        """This run as it was after `step` updates: a copy, exact from snapshots and replay."""
        from dlcore.training.receipts.earlier import at_step

        return at_step(self, step)

    def examine(self) -> list[Finding]:
        """What may be wrong with this run at this position, the worst first; each with remedies to try."""
        return examine(self)

    def probe(self, name: str, **options: Any) -> dict[str, Named]:
        """One picture's arrays: run.probe("output_map", size=100)."""
        arrays, _ = self.frame([{"id": name, **options}])
        return {key.split("/", 1)[1]: named for key, named in arrays.items()}

    def frame(
        self, probes: Iterable[Mapping[str, Any]], seen: Seen | None = None
    ) -> tuple[dict[str, Named], dict[str, Any]]:
        """All that several pictures need of this position; see `FrameContext.frame`."""
        return self._frames.frame(probes, seen)
