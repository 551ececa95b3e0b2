"""The timeline's marks. Oracle: what was done to the run here, and the recorded rows."""

import json

from dlcore import Run, RunSpec
from dlcore.drawn import DRAWN
from dlcore.training.frame import Seen
from dlcore.training.timeline import MOST_OF_A_KIND, marks


def trained():
    run = Run(RunSpec.default().with_(**{"data.samples": 40, "network.layers": [{"units": 3}]}))
    run.advance(steps=20)
    run.apply({"learning.optimizer.learning_rate": 0.1})
    run.advance(steps=10)
    run.edit("layers.0.weight[1,0]", 0.25)
    run.operate("freeze", "layers.0.weight[1,0]")
    run.operate("zero", "layers.0[2]")
    run.advance(steps=10)
    run.apply({DRAWN: [[1, 1, 1], [2, 2, 0]]})
    run.advance(steps=10)
    return run


def of_kind(run, kind):
    return [mark for mark in marks(run) if mark["kind"] == kind]


def test_everything_that_was_done_is_marked_at_its_step_in_words():
    run = trained()
    told = {mark["kind"]: (mark["step"], mark["text"]) for mark in marks(run)}
    words = {
        "start": (0, "started"), "change": (20, "Learning rate: 0.03 → 0.1"), "edit": (30, "0.25"),
        "freeze": (30, "frozen"), "surgery": (30, "neuron 3"), "points": (40, "2 points drawn."),
    }  # fmt: skip
    for kind, (step, word) in words.items():
        assert told[kind][0] == step and word in told[kind][1], told[kind]
    assert [mark["step"] for mark in marks(run)] == sorted(mark["step"] for mark in marks(run))
    assert {mark["step"] for mark in of_kind(run, "undo")} == {0, 20, 30, 40}


def test_the_best_loss_is_that_of_the_lowest_row():
    run = trained()
    row = run.history.loc[run.history["test_loss"].idxmin()]
    (best,) = of_kind(run, "best_test")
    assert (best["step"], best["epoch"]) == (row["step"], row["epoch"])
    assert f"{row['test_loss']:.4g}" in best["text"]


def test_after_a_look_back_marks_that_lie_ahead_say_so():
    run = trained()
    run.seek(25)
    assert [mark["ahead"] for mark in marks(run) if mark["kind"] in ("change", "edit")] == [False, True]


def test_of_many_marks_of_a_kind_the_newest_stay():
    run = trained()
    for number in range(MOST_OF_A_KIND + 20):
        run.edit("layers.0.bias[0]", float(number))
    edits = of_kind(run, "edit")
    assert len(edits) == MOST_OF_A_KIND and edits[-1]["text"].endswith(f"{MOST_OF_A_KIND + 19}.")
    assert of_kind(run, "change")


def test_the_probe_sends_them_again_only_where_one_is_another():
    run, request = trained(), [{"id": "timeline"}]
    seen = Seen()
    arrays, meta = run.frame(request, seen)
    text = arrays["timeline/marks"].values.tobytes().decode()
    assert json.loads(text) == marks(run) and meta["furthest"] == 50
    assert run.frame(request, seen)[0] == {}
    run.edit("layers.0.bias[0]", 2.0)
    assert run.frame(request, seen)[0]
