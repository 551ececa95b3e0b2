"""Run: a spec carried out step by step, with its journal, history, undo and exact seeking."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from dlcore.drawn import DRAWN
from dlcore.editions import CURATED, EVALUATED
from dlcore.network.build import Network
from dlcore.network.shapes import no_sample_step
from dlcore.params import CLEAR_SLOTS, SpecError
from dlcore.spec import RunSpec
from dlcore.tasks import Source, TaskContext
from dlcore.training.augment import augmented
from dlcore.training.computing import Computing
from dlcore.training.computing import threads as limited
from dlcore.training.data import Split, data_key, known_or_made
from dlcore.training.distributions import distributions
from dlcore.training.forking import Forking
from dlcore.training.frame import FrameContext
from dlcore.training.history import COMING, History, is_recorded, measured_every
from dlcore.training.journal import Event, Journal
from dlcore.training.members import Member, Members, chosen, member_specs
from dlcore.training.outcome import Trouble
from dlcore.training.past import Past, Snapshots
from dlcore.training.rng import generator
from dlcore.training.state import Groups, State
from dlcore.training.steppers import choose_stepper
from dlcore.training.stopping import METRIC, EarlyStopping
from dlcore.training.surgery import Surgery
from dlcore.training.walk import Walk
from dlcore.training.where import Where


class Run(Walk, Surgery, Forking, Where):
    """One network being trained, or several of one shape: Run(spec, members=[{"seed": 1}, {"seed": 2}]).

    What is read of a run with members is the first one's; `member(k)` reads the others. Steps,
    changes and the past are those of all; `edit` changes the first. `spec` is what the coming step
    is computed with; drawn points enter it where an epoch begins, until then only `asked` has them.
    `step` counts updates, `epoch` whole passes, `sample` the samples of the coming batch walked by
    `step_sample`. `version` rises with every change of the State, `build` when the past is another
    one (reset, undo, seek), `data_build` when the points are others.
    """

    def __init__(
        self,
        spec: RunSpec,
        device: str = "auto",
        stepper: str = "auto",
        members: Members | None = None,
        autocast: bool = False,
        threads: int | None = None,
    ):
        """SpecError where `device` is none ("auto", "cpu", "cuda", "cuda:1", "mps") or `stepper` ("auto", "dense",
        "autograd") does not apply; where a device is missing, `device_note` says what computes in its place.

        `members` are the changes that make each network's spec; SpecError("members.1", why) where one does not fit.
        `autocast` and `threads` as in `dlcore.training.computing`; None leaves PyTorch's own number of threads.
        """
        self.stepper_choice = stepper
        self.computing = Computing(device, autocast, threads)
        self.past = Past()
        self.version = self.build = self.data_build = 0
        specs = [spec] if members is None else member_specs(spec, members)
        self.others = [specs[0].changes_to(other) for other in specs[1:]]  # what tells them from the first
        self._known_data: dict[str, Mapping[str, Split]] = {}
        self._settle(specs[0])
        self._start(specs[0])

    def member(self, index: int) -> Member:
        """One of the networks, to be read: metrics, history, parameters, predict, trace, data, pictures."""
        return chosen(self._members, index)

    # ---- training --------------------------------------------------------------------------

    def advance(
        self,
        steps: int | None = None,
        epochs: int | None = None,
        until: Callable[[dict[str, float]], bool] | None = None,
        deadline: float | None = None,
        mark: bool | None = None,
    ) -> int:
        """Train for `steps` or to the end of `epochs` more epochs; returns the updates done.

        `until` is asked with the metrics after each epoch (each step when `steps` is given) and stops
        when it says True. `deadline` is a time.perf_counter() at which it stops between steps. Training
        that diverges stops with `trouble` set and the last good weights in place; early stopping stops with
        `stopped` set. `mark` makes it one entry of undo (the default, except in a slice with a deadline).
        """
        if steps is None and epochs is None:
            epochs = None if until or deadline else 1
        if mark if mark is not None else deadline is None:
            self.mark()
        self._drop_future()
        self._note_where()
        self.trouble, self.stopped, self.sample = None, None, 0
        done, start, last_epoch = 0, self.step, self.epoch
        goal = None if epochs is None else last_epoch + epochs
        with limited(self.threads):
            while (steps is None or done < steps) and (goal is None or last_epoch < goal):
                if deadline is not None and done and time.perf_counter() >= deadline:
                    break
                if not self._one_step():
                    break
                done += 1
                if self.stopped:
                    break
                epoch = self.epoch
                if until and (steps is not None or epoch > last_epoch) and until(self.metrics):
                    break
                last_epoch = epoch
        return max(self.step - start, 0)

    def step_sample(self) -> int:
        """One sample of the coming batch further; with the last of it the update is made.

        The gradient on screen is that of the samples walked so far (`trace` of the batch's head); the update
        itself is computed from the whole batch at once, so that walking through it changes no bit. Returns
        the number of samples walked. SpecError where samples can't be taken one by one.
        """
        self.need("trace")
        if why := no_sample_step(self.network.blocks):
            raise SpecError("command", why)
        if self.sample == 0:
            self.mark()
        self._drop_future()
        if self.sample + 1 >= len(self.task.coming_batch(self.state)):
            self.advance(steps=1, mark=False)
        else:
            self.sample += 1
            self.version += 1
        return self.sample

    def _one_step(self) -> bool:
        if self.task.lacking:
            self.trouble = Trouble(self.task.lacking, self.task.lacking_at)
            return False
        try:
            self.task.update(self.state)
        except ArithmeticError as diverged:
            self._back_to_finite()
            self.trouble = Trouble(str(diverged), getattr(diverged, "address", ""))
            return False
        self.version += 1
        step, epoch, fraction = self.task.position(self.state)
        if is_recorded(step, epoch, fraction == 0, self.measured_every) and step > self.recorded.last_step:
            self._record(step, epoch + fraction)
        self._offer_layers(step, epoch + fraction)
        if self._stopping.due(self.state, epoch):
            self.stopped = self._stopping.judge(self.state, step, epoch, self.metrics[METRIC])
        self.snapshots.offer(step, self._applied, self.state, self.spec)
        if self.waiting is not None and fraction == 0:
            self._let_in()
        return True

    def _record(self, step: int, epoch: float) -> None:
        """A row of the history: the metrics, and the numbers of the coming step, of each member."""
        coming = self.stepper.learning_rates(self.task.coming(self.state)), self.task.gradient_norms(self.state)
        self.recorded.record(step, epoch, self._measure().metrics, dict(zip(COMING, coming, strict=True)))

    def _offer_layers(self, step: int, epoch: float) -> None:
        """How every layer's numbers are spread, where this task has such numbers."""
        if self._has_layers:
            self.recorded.layers.offer(step, epoch, lambda: distributions(self).statistics())

    def _back_to_finite(self) -> None:
        """Where weights are finite but so large that a loss is not, go back to the last row with finite losses."""
        self.version += 1
        if self.others or all(math.isfinite(value) for value in self.metrics.values()):
            return  # of several networks each stopped at a step of its own
        rows = self.recorded.rows()
        others = tuple(f"{name}_" for name in self.spec.get(EVALUATED))  # which may not have been measured always
        own = [at for at, name in enumerate(self.recorded.columns[: -len(COMING)]) if not name.startswith(others)]
        finite = rows[np.isfinite(rows[:, own]).all(axis=1)]
        if not len(finite):
            return
        good = int(finite[-1][0])
        self.recorded, self.snapshots = self.recorded.up_to(good), self.snapshots.up_to(good)
        waiting = self.waiting
        self.seek(good)
        self._ahead, self.waiting = None, waiting
        self.journal = self.journal.up_to(self._applied)
        self.build += 1

    # ---- building --------------------------------------------------------------------------

    def _start(self, spec: RunSpec) -> None:
        self.origin, self.sample, self.waiting = spec, 0, None
        self.journal, self._applied = Journal(), 0
        self._rebuild(spec)
        self.journal = Journal((Event(0, "resolved", self.where),))
        self._begin()
        self.build += 1

    def _begin(self) -> None:
        """At step 0: the history's first row and the first snapshot."""
        self._applied, self._ahead = len(self.journal.events), None
        self.recorded = History([*(metric.id for metric in self.task.metrics), *COMING])
        self._record(0, 0.0)
        self._offer_layers(0, 0.0)
        self.snapshots = Snapshots()
        self.snapshots.offer(0, self._applied, self.state, self.spec)

    def _change(self, spec: RunSpec) -> None:
        """Go over to a spec that keeps the weights, and the slots too unless the optimizer is another."""
        clear, before = self.spec.effect_of(spec) == CLEAR_SLOTS, self.task.metrics
        other_points = any(self.spec.get(path) != spec.get(path) for path in (DRAWN, CURATED))
        old = self.state
        self._rebuild(spec)
        without = ("members.", "optimizer.") if clear else ("members.",)
        self.state.adopt(old, without + self.task.of_these_points if other_points else without)
        if self.task.metrics != before:
            self.recorded = self.recorded.with_metrics([metric.id for metric in self.task.metrics])
            self.build += 1
        self.version += 1

    def _rebuild(self, spec: RunSpec) -> None:
        """Network, stepper, task and a fresh State for a spec."""
        self.spec, self.specs = spec, self.specs_with(spec)
        data = known_or_made(self.specs, self._known_data)
        if list(data) != list(self._known_data):
            self._known_data = data
            self.data_build += 1
        self.sources = [
            Source(data[data_key(each)], partial(generator, each.tree["seed"]), augmented(each, data[data_key(each)]))
            for each in self.specs
        ]
        self._data = self.sources[0].data
        self.networks = [Network(each) for each in self.specs]
        self.network = self.networks[0]
        sizes = {name: len(split) for name, split in self._data.items()}
        self.measured_every = measured_every(spec, sum(sizes.values()), sizes["train"])
        self._stopping = EarlyStopping(spec.tree["learning"]["patience"])
        stepper = choose_stepper(self.stepper_choice, self.network, self.device)
        self.stepper = stepper(self.specs, self.network, self.device, self.autocast)
        self.stepper.freeze(self.frozen)
        context = TaskContext(spec, self.network, self.stepper, self.sources, self._new_state)
        self.task = spec.task.make(context)
        self._members = [Member(self, index) for index in range(len(self.specs))]
        self.state: State = self.task.build()
        self._has_layers = "distributions" in spec.provides
        self.trouble = self.stopped = self._measured = None
        self._frames = FrameContext(self)
        self.version += 1

    def specs_with(self, spec: RunSpec) -> list[RunSpec]:
        """Every member's spec, where the first has that one; SpecError where they don't fit together."""
        return member_specs(spec, [{}, *self.others]) if self.others else [spec]

    def _new_state(self, groups: Groups) -> State:
        common = {**self.stepper.groups(), **groups, **self._stopping.groups()}
        pairs = zip(self.networks, self.sources, strict=True)
        return State([network.groups(source.generator) | common for network, source in pairs], self.device)
