"""Whatever can be done to a run can be undone and redone. Oracle: all bits of the State, the spec and the curves before
and after.
"""

from dataclasses import replace

import pytest

from dlcore import Run, RunSpec
from dlcore.drawn import DRAWN
from dlcore.limits import LIMITS

SMALL = {
    "data.samples": 40, "network.layers": [{"units": 3, "norm": "batch", "dropout": 0.2}], "data.validation_share": 20,
    "learning.optimizer": "adam", "learning.patience": 2, "learning.optimizer.learning_rate": 0.5,
}  # fmt: skip


def paused():
    """A run that early stopping paused."""
    run = Run(RunSpec.default().with_(**SMALL))
    run.advance(steps=2_000)
    assert run.stopped
    return run


def become(run):
    other = Run(RunSpec.default().with_(seed=9))
    other.advance(steps=7)
    run.become(other)


DONE = {
    "a setting": lambda run: run.apply({"learning.batch_size": 3}),
    "another optimizer": lambda run: run.apply({"learning.optimizer": "momentum"}),
    "other layers": lambda run: run.apply({"network.layers": [{"units": 5}]}),
    "an operation on the graph": lambda run: run.apply(operation={"name": "insert_layer", "index": 1}),
    "a new seed": lambda run: run.apply({"seed": 77}),
    "drawn points": lambda run: run.apply({DRAWN: [[1, 1, 1], [2, 2, 0]]}),
    "an edit": lambda run: run.edit("layers.0.weight[1,1]", 0.5),
    "surgery": lambda run: run.operate("zero", "layers.0[1]"),
    "freezing": lambda run: run.operate("freeze", "layers.0[1]"),
    "training": lambda run: run.advance(steps=9),
    "a step of the microscope": lambda run: run.step_sample(),
    "reset": lambda run: run.reset(),
    "a look back": lambda run: run.scrub(3),
    "the best step": lambda run: run.to_best(),
    "another run in its place": become,
}


def stand(run):
    state = {group: buffer.numpy().tobytes() for group, buffer in run.state.copy().items()}
    curves = run.recorded.all_rows().tobytes()
    return state, run.asked, run.journal, run.step, run.sample, run.furthest, run.frozen, curves


@pytest.mark.parametrize("name", DONE)
def test_it_is_undone_and_redone_to_the_bit(name):
    run = paused() if name == "the best step" else Run(RunSpec.default().with_(**SMALL))
    if name != "the best step":
        if name == "a step of the microscope":
            run = Run(RunSpec.default())  # batches are walked sample by sample where no norm binds them
        run.advance(steps=11)
    before, entries = stand(run), len(run.past.undo)
    DONE[name](run)
    after = stand(run)
    assert after != before and len(run.past.undo) == entries + 1
    assert run.undo() and stand(run) == before
    assert run.redo() and stand(run) == after


def test_looking_back_again_and_again_keeps_no_more_than_undo_may(monkeypatch):
    """A look back leaves redo as it was, so that only the limit keeps it from growing."""
    monkeypatch.setattr("dlcore.training.past.LIMITS", replace(LIMITS, max_undo=3))
    run = Run(RunSpec.default().with_(**SMALL))
    run.advance(steps=11)
    for step in range(8):
        run.scrub(step)
        run.undo()
    assert len(run.past.redo) == 3
    assert run.redo() and run.step == 7
    assert len(run.past.undo) <= 3


def test_a_fork_has_a_past_of_its_own():
    run = Run(RunSpec.default())
    run.advance(steps=5)
    before, fork = stand(run), run.fork(step=3, **{"learning.batch_size": 3})
    fork.advance(steps=3)
    assert stand(run) == before
    while fork.undo():
        pass
    assert fork.step == 3 and stand(run) == before
