"""Drawn points as text and as differences. Oracle: what goes in comes out again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcore.drawn import changed, decode, difference, encode
from dlcore.params import SpecError

number = st.integers(-2000, 2000).map(lambda hundredths: hundredths / 100)
points = st.lists(st.lists(number, min_size=3, max_size=3), max_size=40)
few = st.lists(st.sampled_from([[0.0, 0.0, 0.0], [1.0, 0.0, 1.0], [0.5, -2.0, 1.0]]), max_size=8)


@given(points)
def test_text_comes_back_to_the_hundredth(drawn):
    text = encode(drawn)
    assert decode(text) == drawn and len(text) == 6 * len(drawn)


@given(few, few)
def test_a_difference_leads_from_one_list_to_the_other(old, new):
    assert changed(old, difference(old, new)) == new


def test_a_difference_is_short():
    old = [[float(i), 0.0, 1.0] for i in range(100)]
    assert difference(old, [*old, [0.5, 0.5, 0.0]]) == {"erased": [], "drawn": [[0.5, 0.5, 0.0]]}
    assert difference(old, old[:7] + old[8:]) == {"erased": [7], "drawn": []}


@pytest.mark.parametrize("text", ["A", "AAAAAAA", "AAAA+A", "ééé"])
def test_damaged_text_gets_a_sentence(text):
    with pytest.raises(SpecError, match="can't be read"):
        decode(text)
