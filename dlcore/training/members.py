"""Members: several networks of one shape that are trained together, step by step, each with a spec of its own.

Seeds, data of one size, start weights and the numbers of optimizer and penalty may differ. One
product then serves all networks, which costs a small network a fraction of a run of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dlcore.limits import LIMITS
from dlcore.network.shapes import blocks, describe
from dlcore.params import SpecError
from dlcore.spec import RunSpec
from dlcore.tasks import Measured, TaskContext
from dlcore.training.frame import FrameContext
from dlcore.training.history import History
from dlcore.training.journal import Journal
from dlcore.training.outcome import Trouble
from dlcore.training.past import Moment, Past
from dlcore.training.reading import Measurement, Reading

if TYPE_CHECKING:
    from dlcore.training.run import Run
    from dlcore.training.walk import Standing

Members = Iterable[Mapping[str, Any]]

STOPPED = (
    "This network's numbers grew beyond what a computer can hold, so it stopped at its last good weights; the others "
    "go on. Try a smaller learning rate for it."
)


def member_specs(spec: RunSpec, members: Members) -> list[RunSpec]:
    """Each member's spec, the given one with its changes; SpecError("members.<k>", why) where they don't fit."""
    given = list(members)
    if not given or len(given) > LIMITS.max_members:
        raise SpecError("members", f"A run has between 1 and {LIMITS.max_members} members; these are {len(given)}.")
    specs = []
    for index, changes in enumerate(given):
        if not isinstance(changes, Mapping):
            raise SpecError(f"members.{index}", "A member is given as its changes, like {'seed': 2}.")
        try:
            specs.append(spec.with_(**changes) if changes else spec)
        except SpecError as error:
            raise SpecError(f"members.{index}", str(error)) from None
    if len(specs) > 1:
        check_alike(specs)
    return specs


def check_alike(specs: Sequence[RunSpec]) -> None:
    """SpecError("members.<k>", why) where a network can't be stepped together with the first."""
    first = _shape(specs[0])
    parameters = sum(block_size for block_size in first["layers"].values()) * len(specs)
    if parameters > LIMITS.max_parameters:
        raise SpecError(
            "members",
            f"All members together have {parameters:,} weights and biases; at most {LIMITS.max_parameters:,} are "
            "allowed. Take fewer members, or smaller networks.",
        )
    for index, spec in enumerate(specs[1:], 1):
        shape = _shape(spec)
        what = next((_WORDS[name] for name in first if shape[name] != first[name]), None)
        if what:
            raise SpecError(
                f"members.{index}",
                f"Networks are trained together only if they have one shape, and this one has {what}. Members may "
                "differ in seed, start weights, data of the same size, and the numbers of optimizer and penalty.",
            )


_WORDS = {
    "layers": "other layers than the first",
    "output": "another kind of output than the first",
    "loss": "another loss than the first",
    "samples": "another number of points than the first",
    "batch": "batches of another size than the first",
    "learning": "another way of learning than the first",
}


def _shape(spec: RunSpec) -> dict[str, Any]:
    """What must be alike, by the words for it."""
    described, learning, resolved = describe(spec), spec.tree["learning"], spec.resolved
    own = {"optimizer": learning["optimizer"]["kind"], "penalty": learning["penalty"]["kind"]}
    own |= {"loss": None, "shuffle": resolved.shuffle, "remainder": resolved.remainder}
    layers = {}
    for index, one in enumerate(blocks(spec)):
        parts = one.kind, one.values, one.norm, one.activation, one.dropout, one.input_shapes, one.sources
        layers[repr((index, *parts))] = one.sizes()
    return {
        "layers": layers,
        "output": (resolved.target, resolved.coding, resolved.columns, resolved.output_activation),
        "loss": resolved.loss.id,
        "samples": described["samples"],
        "batch": described["batch"],
        "learning": {**learning, **own},
    }


def chosen(members: list[Member], index: int) -> Member:
    """One of the members; SpecError where there is none of that number."""
    if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < len(members):
        last = len(members) - 1
        raise SpecError("member", f"This run has no member {str(index)[:20]}; its members are 0 to {last}.")
    return members[index]


class Member(Reading):
    """One network of a run, to be read; what is asked of it belongs to where the run stands."""

    def __init__(self, run: Run, index: int):
        self._run = run
        self.index = index
        self._built_for: Any = None

    def _build(self) -> None:
        """A stepper and a task of this network alone, which share the run's memory; anew after the run rebuilt, or
        froze something."""
        run = self._run
        if self._built_for == (run.task, run.stepper.frozen):
            return
        self._built_for = run.task, run.stepper.frozen
        spec, network, source = run.specs[self.index], run.networks[self.index], run.sources[self.index]
        self._stepper = type(run.stepper)([spec], network)
        self._stepper.freeze(run.stepper.frozen)
        context = TaskContext(spec, network, self._stepper, (source,), run.task.context.new_state)
        self._task = spec.task.make(context)
        self._state = run.state.here().member(self.index)
        self._pictures = FrameContext(self)

    def at_step(self, step: int) -> Member:
        """This network as it was after `step` updates."""
        return self._run.at_step(step).member(self.index)

    def _measure(self) -> Measured:
        return self._run._measure()

    def last_measured(self) -> Measurement:
        """That of the run."""
        return self._run.last_measured()

    @property
    def frozen(self) -> frozenset[str]:
        """That of the run."""
        return self._run.frozen

    @property
    def trouble(self) -> Trouble | None:
        """Why this network stopped while the others go on."""
        stopped = self._run.state.counts.get("members")
        return Trouble(STOPPED, "train_loss") if stopped is not None and stopped[self.index] else None

    @property
    def spec(self) -> RunSpec:
        """This member's spec as it stands."""
        return self._run.specs[self.index]

    @property
    def asked(self) -> RunSpec:
        """This member's spec with the drawn points that wait for the next epoch."""
        run = self._run
        return self.spec if run.waiting is None else run.specs_with(run.asked)[self.index]

    @property
    def standing(self) -> Standing | None:
        """That of the run: what it has not computed yet, no member tells."""
        return self._run.standing

    @property
    def past(self) -> Past:
        """That of the run."""
        return self._run.past

    @property
    def moment(self) -> Callable[[], Moment]:
        """That of the run."""
        return self._run.moment

    @property
    def network(self) -> Any:
        """The network as built."""
        return self._run.networks[self.index]

    @property
    def recorded(self) -> History:
        """This member's history."""
        return self._run.recorded.member(self.index)

    @property
    def journal(self) -> Journal:
        """That of the run."""
        return self._run.journal

    @property
    def origin(self) -> RunSpec:
        """The spec that the run began with."""
        return self._run.origin

    @property
    def furthest(self) -> int:
        """The last step that the run has been at."""
        return self._run.furthest

    @property
    def version(self) -> int:
        """That of the run."""
        return self._run.version

    @property
    def build(self) -> int:
        """That of the run."""
        return self._run.build

    @property
    def data_build(self) -> int:
        """That of the run."""
        return self._run.data_build

    @property
    def sample(self) -> int:
        """Samples of the coming batch that were walked."""
        return self._run.sample

    @property
    def _data(self) -> Any:
        return self._run.sources[self.index].data

    @property
    def state(self) -> Any:
        """This member's part of the State."""
        self._build()
        self._run.state.here()  # the copy of what lies on another device, of which this is a part, follows only then
        return self._state

    @property
    def task(self) -> Any:
        """The task for this network alone."""
        self._build()
        return self._task

    @property
    def stepper(self) -> Any:
        """The stepper for this network alone."""
        self._build()
        return self._stepper

    @property
    def _frames(self) -> FrameContext:
        self._build()
        return self._pictures
