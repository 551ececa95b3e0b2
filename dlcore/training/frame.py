"""Frames: what there is to see at one position, computed in eval mode without touching the State."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dlcore.catalogue import catalogue
from dlcore.datasets._pictures import shown
from dlcore.lazy import torch
from dlcore.limits import is_number
from dlcore.network.address import read_sample
from dlcore.network.build import GridPass, compute_inputs, grid_points
from dlcore.params import SpecError
from dlcore.probes import Named, Probe
from dlcore.training.data import picture_of
from dlcore.training.distributions import Distributions, distributions
from dlcore.training.edits import cut_off, masks_of
from dlcore.training.inside import Inside
from dlcore.training.keeping import newest
from dlcore.training.timeline import marks, marks_key

if TYPE_CHECKING:
    from dlcore.training.data import Split
    from dlcore.training.history import History
    from dlcore.training.run import Run


@dataclass
class Seen:
    """What a viewer of a run has been sent: it is not sent again."""

    build: int | None = None
    data: int | None = None
    rows: int = 0
    layers: int = -1
    marks: Any = None

    def follow(self, build: int) -> None:
        """Start over where the run's past is another one."""
        if self.build != build:
            self.build, self.data, self.rows, self.layers, self.marks = build, None, 0, -1, None

    def lacks(self, rate: str, run: Run) -> bool:
        """Whether a probe of that rate has anything new for this viewer."""
        if rate == "data":
            return self.data != run.data_build
        if rate == "history":
            return self.rows < len(run.recorded)
        if rate == "marks":
            return self.marks != marks_key(run)
        return rate != "layers" or self.layers != run.recorded.layers.last_step


PASSES = 6  # for maps of so many sizes and slices buffers are kept
MOST_KEPT = 16  # things found at one position: while a run rests, somebody may ask for sample after sample

WITH = {  # what is handed out with which part
    "history_from": "history",
    "frozen": "parameters",
    "cut_off": "parameters",
    "picture": "data",
    "coming": "pictures",
    "losses": "predictions",
    **dict.fromkeys(("walked", "walking", "inputs_at", "values", "slopes", "inside"), "trace"),
}


class _Handed:
    """The part of a context that a probe has declared that it needs."""

    def __init__(self, context: FrameContext, probe: Probe):
        self._context = context
        self._probe = probe

    def __getattr__(self, name: str) -> Any:
        part = WITH.get(name, name)
        if part not in ("spec", "network", "seldom", *self._probe.needs):
            raise TypeError(f"The probe {self._probe.id} uses “{part}” without naming it in its `needs`.")
        return getattr(self._context, name)


class Costly(NamedTuple):
    """Something that takes long: what was found, of which past and version, and when it was found, by the clock and by
    this thread's work, which it took `took` seconds of."""

    value: Any
    past: tuple[int, int]
    version: int
    clock: float
    worked: float
    took: float

    def will_do(self) -> bool:
        """Whether it is too early to find it anew: a busy machine leaves little work between two looks at the clock."""
        gone = time.perf_counter() - self.clock
        return gone < GAP or (gone < LONGEST and time.thread_time() - self.worked < SHARE * self.took)


GAP, LONGEST, SHARE = 0.2, 2.0, 10  # seconds that it stays at least and at most; so many times what it took is worked
MOST_COSTLY = 8  # are kept


class FrameContext:
    """What probes are handed (see `dlcore.probes.ProbeContext`). One lives as long as its network;
    what it computes is kept until the run's version changes."""

    def __init__(self, run: Run):
        self._run = run
        self._kept: dict[Any, Any] = {}
        self._version = -1
        self._passes: dict[tuple[int, Any], GridPass] = {}
        self._costly: dict[Any, Costly] = {}

    @property
    def spec(self) -> Any:
        """The run's spec as it stands."""
        return self._run.spec

    @property
    def network(self) -> Any:
        """The network as built."""
        return self._run.network

    @property
    def history(self) -> History:
        """All recorded rows up to now."""
        return self._run.recorded

    @property
    def history_from(self) -> int:
        """The first row that the viewer does not have yet."""
        return self._history_from

    @property
    def state(self) -> dict[str, np.ndarray]:
        """All that changes during the run, by name; copies."""
        return {name: tensor.numpy().copy() for name, tensor in self._run.state.here().items()}

    @property
    def parameters(self) -> dict[str, np.ndarray]:
        """Every parameter by address: {"layers.0.weight": (units, inputs), …}."""
        return self._once("parameters", lambda: self._run.parameters)

    @property
    def marks(self) -> list[dict[str, Any]]:
        """What happened in the run's time; see `dlcore.training.timeline`."""
        return marks(self._run)

    @property
    def frozen(self) -> dict[str, np.ndarray]:
        """Of each parameter in which a number is frozen, by address: (its shape) True where it is."""
        return self._once("frozen", lambda: masks_of(self.network, self._run.frozen))

    @property
    def cut_off(self) -> dict[str, np.ndarray]:
        """Which neurons or channels are cut off from all that comes after them, by the address of their block."""
        return self._once("cut_off", lambda: cut_off(self.network, self.parameters, self.frozen))

    @property
    def distributions(self) -> Distributions:
        """How the numbers of every layer are spread."""
        return self._once("distributions", lambda: distributions(self._run))

    def data(self, split: str) -> Split:
        """The points of "train", "validation" or "test"."""
        return self._run.data(split)

    def picture(self, split: str, index: int) -> tuple[np.ndarray, str] | None:
        """How one sample looks, and the same in words; None where nothing is known of that."""
        data = self._run.data(split)
        if data.rows is not None and data.rows[index] < 0 and self.spec.resolved.pictures:  # from another edition
            return shown(data.x[index]), "Brought in from other data."
        return None if data.rows is None else picture_of(self.spec, int(data.rows[index]))

    def coming(self, most: int) -> tuple[np.ndarray, np.ndarray]:
        """The first of the coming batch's pictures as the step will get them: which of train, and (samples, *shape)."""
        run = self._run
        x = run.task.coming_inputs(run.state)[0][:most].numpy()
        return run.task.coming_batch(run.state)[:most], x.reshape(-1, *self.spec.resolved.input_shape)

    def predictions(self, split: str) -> np.ndarray:
        """The output for every point of a split; where that takes long and the run is moving, when last measured."""
        self._run.need("predictions")
        found = self._run.last_measured().found.predictions()
        return found[split][self._run.index] if split in found else self._run.predictions(split)

    def losses(self, split: str) -> np.ndarray:
        """(samples,) the loss of every point of a split, measured when `predictions` were."""
        self._run.need("predictions")
        found = self._run.last_measured().found.losses()
        return found[split][self._run.index] if split in found else np.zeros(0, np.float32)

    @property
    def inside(self) -> Inside:
        """The network with its numbers as they stand, to be asked for other values than a frame has."""
        return Inside(self.network, self._run.state.here())

    def seldom(self, key: Any, compute: Callable[[], Any]) -> Any:
        """What takes long to compute: while the run moves it is computed anew only now and then, so that it takes a
        small part of the time and no other picture its frames."""
        run = self._run
        kept, past = self._costly.get(key), (run.build, run.data_build)
        if kept and kept.past == past and (kept.version == run.version or (run.moving and kept.will_do())):
            return kept.value
        start = time.thread_time()
        value = compute()
        worked = time.thread_time()
        found = Costly(value, past, run.version, time.perf_counter(), worked, worked - start)
        self._costly.pop(key, None)
        return newest(self._costly, key, lambda: found, MOST_COSTLY).value

    def grid(self, size: int, beyond: Any = None) -> dict[str, np.ndarray]:
        """Values over the drawn plane by address, (units, size·size), rows from the top; see `ProbeContext.grid`."""
        at = self._beyond(beyond)
        key = size, tuple(at.items())

        def made() -> GridPass:
            points = grid_points(self.spec.resolved.dataset.extent, size)
            return GridPass(self.network, compute_inputs(self.spec, points, at).T)

        grid_pass = newest(self._passes, key, made, PASSES)
        return self._once(("grid", *key), lambda: grid_pass(self._run.state.here()))

    def _beyond(self, given: Any) -> dict[str, float]:
        """Where the plane lies among the columns beyond it, standardized, by their ids; SpecError where it can't."""
        columns = {entry.id: entry.column for entry in self.spec.inputs if entry.column is not None}
        if not isinstance(given or {}, Mapping):
            raise SpecError("probe.beyond", "Where the plane lies is told as a number for each column beyond it.")
        found = {}
        for name, value in (given or {}).items():
            if name not in columns or not is_number(value):
                where = f"{str(value)[:20]} of “{str(name)[:40]}”"
                there = ", ".join(columns) or "none"
                raise SpecError("probe.beyond", f"The plane can't lie at {where}. Columns that are inputs: {there}.")
            found[name] = (value - columns[name].middle) / columns[name].spread
        return dict(sorted(found.items()))

    def trace(self, sample: int) -> dict[str, np.ndarray]:
        """Every value of the forward pass of one train sample, in eval mode; in a walk, what is known so far."""
        if self._run.standing is not None:
            return self.walked(sample)
        # The whole step of that sample would take six times as long.
        return self._once(("trace", sample), lambda: self.values(self._run.data("train").inputs[sample].numpy()))

    def walked(self, sample: Any) -> dict[str, np.ndarray]:
        """Every value of the coming step known so far, of a sample as `Run.trace` takes it or of the batch."""
        return self._once(("walked", read_sample(sample)), lambda: self._run.trace(sample))

    @property
    def walking(self) -> Any:
        """The sample that is walked, None for the batch."""
        return None if self._run.standing is None else self._run.standing.sample

    def inputs_at(self, point: list[float], beyond: Any = None) -> np.ndarray:
        """What the network is given of any place of the plane: float32 (inputs,)."""
        at = self._beyond(beyond)
        return compute_inputs(self.spec, np.array([point], dtype=np.float64), at)[0].astype(np.float32)

    def values(self, inputs: np.ndarray) -> dict[str, np.ndarray]:
        """The forward pass, in eval mode, of any inputs, and these: by address, (1, *shape); in a walk nothing."""
        if self._run.standing is not None:
            return {}
        record: dict[str, torch.Tensor] = {"inputs": torch.from_numpy(inputs)[None]}
        with torch.no_grad():
            self.network.forward(record["inputs"], self._run.state.here(), record)
        return {name: values.numpy() for name, values in record.items()}

    def slopes(self, split: str, sample: int) -> dict[str, np.ndarray]:
        """∂ loss of one sample / ∂ every value of its forward pass in eval mode, the inputs among them."""
        return self._once(("slopes", split, sample), lambda: self._slopes(self._run.data(split), sample))

    def _slopes(self, split: Split, sample: int) -> dict[str, np.ndarray]:
        # A trace has them too, but walks the whole step for it, and knows none of what is not learned from.
        criterion, last = self.spec.resolved.loss, self.network.blocks[-1].address
        with torch.inference_mode(False), torch.enable_grad():
            values = {"inputs": split.inputs[sample : sample + 1].clone().requires_grad_()}
            self.network.forward(values["inputs"], self._run.state.here(), values)
            judged = values[f"{last}.{'pre_activation' if criterion.from_logits else 'activation'}"]
            loss = criterion.value(judged.flatten(1), split.target[sample : sample + 1].clone()).sum()
            if criterion.from_logits:  # the loss is measured before the output's activation
                del values[f"{last}.activation"]
            found = torch.autograd.grad(loss, list(values.values()), allow_unused=True)
        pairs = zip(values.items(), found, strict=True)
        return {
            name: (torch.zeros_like(value) if slope is None else slope).detach().numpy()
            for (name, value), slope in pairs
        }

    def frame(
        self, probes: Iterable[Mapping[str, Any]], seen: Seen | None = None
    ) -> tuple[dict[str, Named], dict[str, Any]]:
        """({"<probe>/<array>": Named}, numbers of this position), without what was `seen` already.

        `seen` then knows of this frame too.
        """
        run, seen = self._run, seen if seen is not None else Seen()
        seen.follow(run.build)
        history_from = self._history_from = seen.rows
        arrays, rates = {}, set()
        for request in probes:
            options = dict(request)
            probe = catalogue("probes").find(options.pop("id", None), "probe", "Probe")
            if not probe.fits(self.spec):
                text = f"{self.spec.task.label} has nothing for the picture “{probe.label}”."
                raise SpecError(f"probe.{probe.id}", text)
            if seen.lacks(probe.rate, run):
                rates.add(probe.rate)
                for name, named in probe.arrays(_Handed(self, probe), options).items():
                    arrays[f"{probe.id}/{name}"] = named
        if "data" in rates:
            seen.data = run.data_build
        if "history" in rates:
            seen.rows = len(run.recorded)
        if "marks" in rates:
            seen.marks = marks_key(run)
        if "layers" in rates:
            seen.layers = run.recorded.layers.last_step
        step, epoch, _ = run.task.position(run.state)
        last = run.last_measured()
        metrics = last.found.metrics[run.index]
        measured = {name: value if math.isfinite(value) else None for name, value in metrics.items()}
        numbers = {"step": step, "epoch": epoch, **measured, "learning_rate": run.learning_rate}
        meta = {
            "step": step,
            "epoch": epoch,
            "measured_at": last.step,
            "data": run.data_build,
            "sample": run.sample,
            "walk": None if run.standing is None else run.standing.describe(step),
            "furthest": run.furthest,
            "numbers": numbers,
            "history": {"columns": run.recorded.columns, "from": history_from},
        }
        return arrays, meta

    def _once(self, key: Any, compute: Any) -> Any:
        if self._version != self._run.version:
            self._kept.clear()
            self._version = self._run.version
        return newest(self._kept, key, compute, MOST_KEPT)
