"""The picture of a sample: bad requests are refused with a sentence, and what has no picture has none."""

from __future__ import annotations

import numpy as np
import pytest

from dlcore import Run, RunSpec
from dlcore.network.shapes import describe
from dlcore.params import SpecError


@pytest.fixture(scope="module")
def run() -> Run:
    return Run(RunSpec.default().with_(**{"data.kind": "animals", "data.samples": 20}))


@pytest.mark.parametrize(
    ("options", "says"),
    [({"sample": -1}, "whole number"), ({"sample": True}, "whole number"), ({"sample": "2"}, "whole number"),
     ({"split": "validation"}, "“train” or of “test”"), ({"split": ["train"]}, "“train” or of “test”")],
)  # fmt: skip
def test_a_bad_request_is_refused_with_a_sentence(run, options, says):
    with pytest.raises(SpecError, match=says):
        run.probe("sample_picture", **options)


def test_past_the_last_sample_it_shows_the_last(run):
    last = len(run.data("train")) - 1
    found = run.probe("sample_picture", sample=10**6)
    assert found["train.sample"].values.tolist() == [last]
    assert np.array_equal(found["train.pixels"].values, run.probe("sample_picture", sample=last)["train.pixels"].values)


def test_other_data_have_no_picture_and_a_point_drawn_by_hand_says_so(run):
    assert Run(RunSpec.default()).probe("sample_picture") == {}
    drawn = Run(run.spec.with_(**{"data.points": [[0.5, 0.5, 1]]}))
    last = len(drawn.data("train")) - 1
    found = drawn.probe("sample_picture", sample=last)
    assert "drawn by hand" in bytes(found["train.words"].values).decode() and found["train.pixels"].values.size == 3
    before, same = (one.probe("sample_picture", sample=last - 1)["train.pixels"].values for one in (drawn, run))
    assert np.array_equal(before, same)


def test_the_shape_says_whether_the_data_have_pictures(run):
    assert describe(run.spec)["pictured"] and not describe(RunSpec.default())["pictured"]
