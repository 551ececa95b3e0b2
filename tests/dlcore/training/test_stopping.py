"""Early stopping. Oracle: a plain loop over epochs that looks at the validation loss; the split's own order."""

from __future__ import annotations

import numpy as np
import pytest

from dlcore.fitting import fit
from dlcore.params import SpecError
from dlcore.spec import RunSpec
from dlcore.training.checkpoint import checkpoint, restore
from dlcore.training.run import Run

NOISY = {"data.noise": 45, "learning.optimizer.learning_rate": 0.5, "data.validation_share": 20}


def spec(patience, **more):
    return RunSpec.default().with_(**NOISY, **{"learning.patience": patience}, **more)


def plain_loop(patience, most=400):
    """(epoch of the pause, best epoch, best loss) by a loop that knows nothing of the rule's code."""
    run = Run(spec(0))
    best, best_epoch, waited = float("inf"), 0, 0
    for epoch in range(1, most):
        run.advance(epochs=1, mark=False)
        loss = run.metrics["validation_loss"]
        if loss < best:
            best, best_epoch, waited = loss, epoch, 0
        else:
            waited += 1
            if waited == patience:
                return epoch, best_epoch, best
    raise AssertionError("the loop never paused")


@pytest.mark.parametrize("patience", [1, 6])
def test_it_pauses_where_a_plain_loop_would(patience):
    epoch, best_epoch, best = plain_loop(patience)
    run = Run(spec(patience))
    run.advance(epochs=400)
    assert (run.epoch, run.stopped.epoch, run.stopped.loss) == (epoch, best_epoch, best)
    assert f"epoch {best_epoch}" in run.stopped.message and f"{best:.4f}" in run.stopped.message


def test_nothing_is_restored_unasked_and_the_best_is_a_step_away():
    run = Run(spec(6))
    run.advance(epochs=400)
    stopped, last = run.stopped, run.metrics
    assert last["validation_loss"] > stopped.loss
    run.to_best()
    assert (run.step, run.epoch) == (stopped.step, stopped.epoch)
    assert run.metrics["validation_loss"] == stopped.loss
    assert run.stopped is None
    assert run.undo() and run.metrics == last
    with pytest.raises(SpecError, match="no best step"):
        run.to_best()


def test_slices_and_a_checkpoint_come_to_the_same_pause():
    whole, sliced = Run(spec(6)), Run(spec(6))
    whole.advance(epochs=400)
    while sliced.stopped is None:
        sliced.advance(steps=13, mark=False)
        if sliced.stopped is None and sliced.step > 60:
            sliced = restore(checkpoint(sliced))
    assert sliced.stopped == whole.stopped and sliced.step == whole.step
    assert restore(checkpoint(sliced)).stopped == whole.stopped


def test_whoever_goes_on_trains_for_as_many_epochs_more():
    run = Run(spec(6))
    run.advance(epochs=400)
    first = run.epoch
    run.advance(epochs=400)
    assert run.epoch >= first + 6


def test_patience_alone_takes_a_fifth_of_the_training_part():
    found, notes = fit(RunSpec.default(), {"learning.patience": 3})
    before, after = Run(RunSpec.default()), Run(found)
    assert len(after.data("train")), len(after.data("validation")) == (200, 50)
    np.testing.assert_array_equal(after.data("test").x, before.data("test").x)
    joined = np.concatenate([after.data("train").x, after.data("validation").x])
    np.testing.assert_array_equal(joined, before.data("train").x)
    assert len(notes) == 1 and "20 %" in notes[0]
    assert set(before.metrics) < set(after.metrics) and "validation_loss" in after.metrics
    with pytest.raises(SpecError, match="validation share"):
        RunSpec.default().with_(**{"learning.patience": 3})


def test_data_that_is_not_split_says_so():
    with pytest.raises(SpecError, match="every point") as caught:
        fit(RunSpec.default().with_(data="logic_xor"), {"learning.patience": 3})
    assert caught.value.path == "learning.patience"
    found, notes = fit(spec(6), {"data.kind": "logic_xor"})
    assert found.get("learning.patience") == 0 and any("turned off" in note for note in notes)
    found, notes = fit(spec(6), {"data.validation_share": 0})
    assert found.get("learning.patience") == 0 and any("turned off" in note for note in notes)
