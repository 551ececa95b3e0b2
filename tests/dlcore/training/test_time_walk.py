"""Wherever a run is led (trained, sought, edited, changed, undone, forked, saved and opened), it stands where its spec
and journal lead. Oracle: a new run of the same origin to which the journal's events are done at their steps, without
any travel in time; all bits of the State and of the history are compared.
"""

import random

import numpy as np
import pytest

from dlcore import Run, RunSpec
from dlcore.drawn import DRAWN, changed
from dlcore.params import SpecError
from dlcore.training.checkpoint import checkpoint, restore

SMALL = {"data.samples": 40, "learning.batch_size": 7, "network.layers": [{"units": 3}, {"units": 2}]}
BLOCKS = [{"units": 4, "norm": "batch", "dropout": 0.3}, {"units": 3, "norm": "layer"}]
SPECS = {
    "momentum, a schedule": {"learning.optimizer": "momentum", "learning.schedule": "step_decay"},
    "dropout, norms, Adam, a schedule": {
        "network.layers": BLOCKS, "learning.optimizer": "adam", "learning.schedule": "warm_up_cosine",
    },
    "early stopping, L1, AdamW": {
        "data.validation_share": 20, "learning.patience": 3, "learning.optimizer": "adamw", "learning.penalty": "l1",
    },
    "TFP's L1, RMSProp, clipping": {
        "learning.penalty": "l1_tfp", "learning.penalty.rate": 0.03, "learning.optimizer": "rmsprop",
        "learning.clipping": "norm",
    },
}  # fmt: skip


def led(origin, events, step, stepper="auto", members=None):
    """A new run to which these events are done at their steps, trained to `step`."""
    run = Run(origin, stepper=stepper, members=members)
    for event in [*events, None]:
        goal = step if event is None else event.step
        while run.step < goal:
            run.advance(steps=goal - run.step, mark=False)
        if event is None or event.kind == "resolved":
            continue
        if event.kind == "edit":
            run.edit(event.what["address"], event.what["value"])
        elif event.kind == "points":
            run.apply({DRAWN: changed(run.spec.points, event.what)})
        elif event.kind == "change":
            run.apply(event.what["changes"])
        else:
            run.operate(event.kind, event.what["address"])
    return run


def bits(run):
    state = {group: buffer.numpy().tobytes() for group, buffer in run.state.copy().items()}
    rows = run.recorded.up_to(run.step).all_rows()
    return state, rows.tobytes(), run.spec


def check(run):
    members = [{}, *run.others] if run.others else None
    straight = led(run.origin, run.journal.events[: run._applied], run.step, run.stepper_choice, members)
    for mine, theirs in zip(bits(run), bits(straight), strict=True):
        assert mine == theirs


class Walk:
    """What can be done to a run, each step of it chosen by chance."""

    def __init__(self, run, seed, path):
        self.run, self.rng, self.path = run, random.Random(seed), path

    def train(self):
        self.run.advance(steps=self.rng.randrange(1, 30))

    def seek(self):
        self.run.seek(self.rng.randrange(self.run.furthest + 1))

    def scrub(self):
        goal = self.rng.randrange(self.run.furthest + 1)
        while not self.run.scrub(goal, deadline=0.0):  # in the smallest pieces there are
            pass

    def edit(self):
        self.run.edit("layers.0.weight[1,1]", self.rng.uniform(-1, 1))

    def change(self):
        change = self.rng.choice([
            {"learning.optimizer.learning_rate": self.rng.uniform(0.001, 0.1)},
            {"learning.batch_size": self.rng.randrange(1, 12)},
            {"learning.optimizer": self.rng.choice(["sgd", "adam", "momentum"])},
            {"network.layers.0.activation": self.rng.choice(["relu", "tanh"])},
        ])  # fmt: skip
        self.run.apply(change)

    def draw(self):
        points = [*self.run.asked.points, [self.rng.uniform(-5, 5), self.rng.uniform(-5, 5), 1]]
        self.run.apply({DRAWN: points})

    def operate(self):
        name = self.rng.choice(["zero", "flip", "randomize", "lesion", "freeze", "unfreeze"])
        try:
            self.run.operate(name, self.rng.choice(["layers.0[1]", "layers.0.weight[0,1]", "layers.0"]))
        except SpecError:  # this operation is none for that address, or nothing is frozen there
            pass

    def undo(self):
        self.run.undo()

    def redo(self):
        self.run.redo()

    def fork(self):
        self.run = self.run.fork(self.rng.choice([None, self.rng.randrange(self.run.furthest + 1)]))

    def save(self):
        self.run.save(self.path)
        self.run = Run.open(self.path)

    def hand_over(self):
        self.run = restore(checkpoint(self.run))

    def become(self):
        self.run.become(self.run.fork(step=self.rng.randrange(self.run.furthest + 1)))

    def start_anew(self):
        if self.rng.random() < 0.5:
            self.run.apply({"seed": self.rng.randrange(100)})
        else:
            self.run.reset()


OFTEN = ["train"] * 5 + ["seek", "scrub", "edit", "operate", "change", "draw", "undo", "redo"] * 2
ALL = [*OFTEN, "fork", "save", "hand_over", "become", "start_anew"]


@pytest.mark.parametrize("stepper", ["auto", "autograd"])
@pytest.mark.parametrize(("seed", "name"), list(enumerate(SPECS, 1)))
def test_a_run_stands_where_spec_and_journal_lead(name, stepper, seed, tmp_path):
    walk = Walk(Run(RunSpec.default().with_(**SMALL | SPECS[name]), stepper=stepper), seed, tmp_path / "run")
    walk.run.advance(steps=60)
    done = []
    for _ in range(20):
        done.append(walk.rng.choice(ALL))
        getattr(walk, done[-1])()
    print(done)  # shown where it fails
    check(walk.run)
    walk.train()
    check(walk.run)


def test_of_several_networks_each_stands_there_too(tmp_path):
    run = Run(RunSpec.default().with_(**SMALL), members=[{"seed": 1}, {"seed": 2}, {"seed": 3}])
    walk = Walk(run, 3, tmp_path / "run")
    for name in ("train", "train", "edit", "seek", "save", "scrub", "fork", "hand_over", "train"):
        getattr(walk, name)()
    check(walk.run)
    fork = walk.run.fork()
    assert np.array_equal(walk.run.member(2).parameters["layers.0.bias"], fork.member(2).parameters["layers.0.bias"])


def test_what_lies_ahead_is_there_until_something_changes():
    run = Run(RunSpec.default().with_(**SMALL))
    run.advance(steps=100)
    run.edit("layers.0.bias[0]", 0.5)
    run.advance(steps=50)
    end = bits(run)
    for step in (30, 120, 0, 99, 150):
        run.seek(step)
        assert (run.step, run.furthest) == (step, 150)
    assert bits(run) == end
    run.seek(40)
    run.advance(steps=1)
    assert (run.step, run.furthest, len(run.journal.events)) == (41, 41, 1)
    run.undo()
    assert (run.step, run.furthest) == (40, 150)
    run.seek(150)
    assert bits(run) == end


def test_any_number_of_scrubs_in_a_row_is_one_entry_of_undo():
    run = Run(RunSpec.default().with_(**SMALL))
    run.advance(steps=80)
    run.undo()
    run.redo()
    entries = len(run.past.undo)
    for step in range(80, 0, -7):
        run.scrub(step)
    run.scrub(500)  # no further than it was trained
    assert run.step == 80
    run.scrub(11)
    assert len(run.past.undo) == entries + 1
    assert run.undo() and (run.step, run.furthest) == (80, 80)


def test_a_look_back_does_not_cost_what_was_undone():
    run = Run(RunSpec.default().with_(**SMALL))
    run.advance(steps=20)
    run.advance(steps=20)
    run.undo()
    run.scrub(5)
    assert run.redo() and run.step == 40


def test_a_replay_records_nothing_twice():
    run = Run(RunSpec.default().with_(**SMALL))
    run.advance(steps=200)
    rows, measured = run.recorded.all_rows(), []
    run._record = lambda *position: measured.append(position)
    run.seek(33)
    run.seek(190)
    assert measured == [] and np.array_equal(run.recorded.all_rows(), rows)
