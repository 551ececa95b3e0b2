"""Drawn points: they enter where an epoch begins, keep the weights, and can be replayed to the bit.

Oracles: a twin run that is never sought or undone; a twin trained by hand on the joined points.
"""

from __future__ import annotations

import numpy as np
import pytest

from dlcore.lazy import torch
from dlcore.params import SpecError
from dlcore.spec import RunSpec
from dlcore.training.checkpoint import checkpoint, restore
from dlcore.training.run import Run

STROKE = [[1.0, 2.0, 1], [-1.5, 0.25, 0]]
MORE = [[4.0, -4.0, 1]]


def draw(run, points):
    return run.apply(operation={"name": "draw_points", "points": points})


def same(one, other):
    assert one.state.copy().keys() == other.state.copy().keys()
    return all(torch.equal(one.state[name], other.state[name]) for name in one.state)


@pytest.fixture(params=[{}, {"data": "spiral", "learning.batch_size": 30}, {"learning.shuffle": "on"}], ids=str)
def spec(request):
    """250 points: 25 updates an epoch; at batch 30 some are left over, which join the next epoch."""
    return RunSpec.default().with_(**request.param)


def drawn_run(spec):
    """Trained, drawn on in the middle of the first epoch and again in the third."""
    run = Run(spec)
    run.advance(steps=3)
    draw(run, STROKE)
    run.advance(epochs=2)
    run.advance(steps=2)
    draw(run, MORE)
    run.advance(epochs=1)
    run.advance(steps=5)
    return run


def test_they_enter_at_the_next_epoch_and_keep_the_weights():
    run = Run(RunSpec.default())
    run.advance(steps=3)
    before = run.parameters
    assert draw(run, STROKE).effect == "keep"
    assert run.step == 3 and len(run.data("train")) == 250 and run.spec.points == []
    assert run.asked.points == STROKE
    assert all((run.parameters[name] == value).all() for name, value in before.items())
    run.advance(steps=21)
    assert len(run.data("train")) == 250
    run.advance(steps=1)
    assert (run.epoch, len(run.data("train")), run.spec.points) == (1, 252, STROKE)
    assert run.data("train").x[-2:].tolist() == [[1, 2], [-1.5, 0.25]]
    (event,) = [event for event in run.journal.events if event.kind == "points"]
    assert (event.step, event.what) == (25, {"erased": [], "drawn": STROKE})


def test_an_epoch_takes_the_drawn_points_too():
    """Oracle: the steps' own batches, counted."""
    run = Run(RunSpec.default().with_(**{"learning.remainder": "train"}))
    run.advance(epochs=1)
    draw(run, STROKE)
    taken = []
    while run.epoch == 1:
        taken += list(run.task.coming_batch(run.state))
        run.advance(steps=1)
    assert sorted(taken) == list(range(252))


def test_where_nothing_has_happened_they_belong_to_the_start():
    run = Run(RunSpec.default())
    draw(run, STROKE)
    assert run.origin.points == STROKE and run.step == 0 and not run.journal.changed
    twin = Run(RunSpec.default().with_(**{"data.points": STROKE}))
    for each in (run, twin):
        each.advance(steps=40)
    assert same(run, twin)


def test_at_the_end_of_an_epoch_they_enter_at_once_and_the_test_points_stay():
    run = Run(RunSpec.default())
    test = run.data("test").x.copy()
    run.advance(epochs=1)
    draw(run, STROKE)
    assert len(run.data("train")) == 252 and (run.data("test").x == test).all()


@pytest.mark.parametrize("step", [0, 2, 3, 24, 25, 26, 53, 60, 77])
def test_seeking_back_and_forth_is_exact(spec, step):
    run, twin = drawn_run(spec), drawn_run(spec)
    end = run.step
    assert same(run, twin)
    run.seek(step)
    fresh = drawn_run(spec)
    fresh.seek(step)
    assert same(run, fresh) and len(run.data("train")) == len(fresh.data("train"))
    run.seek(end)
    assert same(run, twin) and run.spec == twin.spec and run.journal == twin.journal
    for each in (run, twin):
        each.advance(epochs=2)
    assert same(run, twin)


def test_what_waits_waits_again_after_seeking_back_and_forth(spec):
    run, twin = Run(spec), Run(spec)
    for each in (run, twin):
        each.advance(steps=10)
        draw(each, STROKE)
    run.seek(4)
    assert run.asked.points == []
    run.seek(10)
    assert run.asked == twin.asked and run.asked.points == STROKE
    run.seek(4)
    for each in (run, twin):
        each.seek(60)
    assert same(run, twin) and run.spec.points == STROKE


def test_training_on_after_seeking_back_forgets_them(spec):
    run, twin = Run(spec), Run(spec)
    run.advance(steps=10)
    draw(run, STROKE)
    run.seek(4)
    run.advance(steps=60)
    twin.advance(steps=64)
    assert same(run, twin) and run.spec.points == []


def test_undo_takes_the_last_stroke_back_and_redo_draws_it_again(spec):
    run = Run(spec)
    run.advance(steps=3)
    draw(run, STROKE)
    draw(run, MORE)
    assert run.undo() and run.asked.points == STROKE
    assert run.redo() and run.asked.points == STROKE + MORE
    assert run.undo() and run.undo() and run.asked.points == [] and run.step == 3
    assert run.redo()
    run.advance(epochs=2)
    twin = Run(spec)
    twin.advance(steps=3)
    draw(twin, STROKE)
    twin.advance(epochs=2)
    assert same(run, twin)


def test_a_checkpoint_keeps_what_waits_and_what_was_drawn(spec):
    run = drawn_run(spec)
    draw(run, [[0.5, 0.5, 0]])
    other = restore(checkpoint(run))
    assert other.asked == run.asked and other.journal == run.journal
    for each in (run, other):
        each.advance(epochs=2)
    assert same(run, other) and other.spec.points[-1] == [0.5, 0.5, 0]
    assert other.undo() and other.undo() and other.asked.points == STROKE + MORE


def test_erasing_goes_by_value_and_at_the_next_epoch():
    run = Run(RunSpec.default().with_(**{"data.points": STROKE + MORE}))
    run.advance(steps=1)
    run.apply(operation={"name": "erase_points", "points": [STROKE[1]]})
    assert len(run.data("train")) == 253
    run.advance(epochs=1)
    assert len(run.data("train")) == 252 and run.spec.points == [STROKE[0], *MORE]


def test_other_changes_meanwhile_hold_at_once():
    run = Run(RunSpec.default())
    run.advance(steps=3)
    draw(run, STROKE)
    run.apply({"learning.optimizer.learning_rate": 0.1})
    assert run.learning_rate == 0.1 and run.spec.points == [] and run.asked.points == STROKE
    run.apply({"data.noise": 10})
    assert run.step == 0 and run.spec.points == STROKE and len(run.data("train")) == 252
    run.apply({"data.kind": "spiral"})
    assert run.spec.points == []


def test_reset_starts_with_what_waited():
    run = Run(RunSpec.default())
    run.advance(steps=3)
    draw(run, STROKE)
    run.reset()
    assert run.spec.points == STROKE and run.step == 0


def test_numbers_can_be_drawn_where_numbers_are_learned():
    run = Run(RunSpec.default().with_(**{"data": "plane"}))
    draw(run, [[1, 1, -0.5]])
    run.advance(epochs=1)
    assert run.data("train").y[-1] == -0.5 and np.isfinite(run.metrics["train_loss"])


@pytest.mark.parametrize(
    "points, words",
    [
        ([[1, 2]], "list of"),
        ("aaa", "list of"),
        ({"a": 1}, "list of"),
        ([[1, 2, "blue"]], "a number"),
        ([[1, float("nan"), 0]], "finite"),
        ([[21, 2, 0]], "between"),
        ([[1, 2, 2]], "class 3"),
        ([[1, 2, 0.5]], "classes"),
        ([[0, 0, 1]] * 1001, "At most 1,000"),
    ],
)
def test_what_is_no_point_gets_a_sentence(points, words):
    with pytest.raises(SpecError, match=words) as caught:
        draw(Run(RunSpec.default()), points)
    assert caught.value.path == "data.points" and caught.value.message.endswith(".")
