"""Rows against plain lists of tuples, over random walks of appending and going back; and that copies share memory."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore.training.rows import FEWEST, Rows


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.just("append"), st.tuples(st.just("back"), st.floats(0, 1))), max_size=300))
def test_rows_are_what_lists_would_be(walk):
    """Oracle: lists, copied at every turn."""
    kept, rows, plain = [], Rows(), []
    for number, turn in enumerate(walk):
        if turn == "append":
            rows.append((number, number / 2, -number))
            plain.append((number, number / 2, -number))
        else:
            kept.append((rows, list(plain)))
            count = int(turn[1] * len(plain))
            rows, plain = rows.first(count), plain[:count]
    for one, list_of in [*kept, (rows, plain)]:
        assert len(one) == len(list_of)
        assert [tuple(row) for row in one.array().tolist()] == list_of


def test_moments_on_one_way_share_one_buffer():
    """A copy costs no memory until it takes another way."""
    rows = Rows()
    moments = []
    for number in range(10 * FEWEST):
        rows.append((number, 0.0))
        moments.append(rows.first(number + 1))
    assert len({id(moment._buffer) for moment in moments}) == 1
    moments[5].append((-1.0, 0.0))
    assert moments[5].array()[-1, 0] == -1.0 and rows.array()[6, 0] == 6.0
    assert np.shares_memory(moments[-1].array(), rows.array())
