"""The page around the sidebar: whose run it shows, the stage it mounts, the pictures of the data sets."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from dlcore.catalogue import catalogue
from dlcore.limits import Limits

PAGES = Path(__file__).resolve().parents[2] / "pages"


def components(playground: Any) -> list[dict[str, Any]]:
    """The data of every component on the page."""
    return [json.loads(element.proto.json) for element in playground.test.get("bidi_component")]


def test_the_stage_gets_the_token_and_every_view_there_is(playground: Any) -> None:
    (stage,) = [data for data in components(playground) if "views" in data]
    assert stage["token"] == playground.token
    assert stage["base"] == ""
    assert stage["page"] == "playground"
    assert set(stage["views"]) == {path.stem for path in (PAGES / "_stage" / "js" / "views").glob("*.js")}


def test_every_data_set_has_a_picture_of_its_own_points(playground: Any) -> None:
    (picker,) = [data for data in components(playground) if "sets" in data]
    assert [picture["id"] for picture in picker["sets"]] == list(catalogue("datasets"))
    assert picker["chosen"] == "circle"
    for picture in picker["sets"]:
        classes, entry = picture["classes"], catalogue("datasets")[picture["id"]]
        assert picture["group"] and bool(picture["points"]) != (entry.drawn or entry.is_pictures)
        assert ("tiles" in picture) == entry.is_pictures
        assert all(max(abs(x), abs(y)) <= 1.05 for x, y, _ in picture["points"])
        targets = {target for _, _, target in picture["points"]}
        if not targets:
            continue  # an empty plane, to draw on
        assert targets == set(range(classes)) if classes else all(-1 <= target <= 1 for target in targets)
    circle = next(picture for picture in picker["sets"] if picture["id"] == "circle")
    for x, y, target in circle["points"]:  # the rule without noise: blue inside radius 2.5 of 6
        assert (target == 1) == ((x**2 + y**2) ** 0.5 < 3 / 6)


def test_a_set_of_pictures_shows_some_of_its_own(playground: Any) -> None:
    """Oracle: the pictures of the set's first rows, decoded from the PNG."""
    (picker,) = [data for data in components(playground) if "sets" in data]
    (digits,) = [picture for picture in picker["sets"] if picture["id"] == "digits"]
    kind, packed = digits["tiles"].split(",")
    assert kind == "data:image/png;base64"
    tiles = np.asarray(Image.open(io.BytesIO(base64.b64decode(packed))))
    for row, column, index in [(0, 0, 0), (0, 1, 1), (1, 0, 2), (1, 1, 3)]:
        expected = catalogue("datasets")["digits"].picture(None, index)[0]
        assert np.array_equal(tiles[8 * row : 8 * row + 8, 8 * column : 8 * column + 8], expected)


def test_a_rerun_keeps_the_sitting_and_another_session_has_its_own(playground: Any) -> None:
    token = playground.token
    playground.rerun()
    assert playground.token == token
    other = type(playground)()
    assert other.token != token
    other.choose("learning.batch_size", 30)
    assert playground.spec.get("learning.batch_size") == 10


def test_a_sitting_that_was_dropped_is_replaced(playground: Any) -> None:
    token = playground.token
    playground.hub._drop(playground.hub.sittings[token])
    playground.rerun()
    assert playground.token != token
    assert playground.spec.get("data")["kind"] == "circle"


def test_a_reclaimed_token_is_used_only_if_it_is_held(playground: Any, hub: Any) -> None:
    script = """
import streamlit as st
from _ui import sitting
sitting.current()
sitting.use(st.session_state["claimed"])
"""
    mine = hub.new_sitting()
    for claimed, used in ((mine, True), ("unknown", False), (None, False)):
        test = AppTest.from_string(script)
        test.session_state["claimed"] = claimed
        test.run()
        assert not test.exception
        assert (test.session_state["sitting.token"] == claimed) is used


def test_a_full_server_says_so_and_lets_in_who_tries_again(hub: Any) -> None:
    hub.limits = Limits(max_sittings=0)
    test = AppTest.from_file(PAGES / "_router.py", default_timeout=30).run()
    assert not test.exception
    assert "takes no more" in test.warning[0].value
    assert not test.selectbox  # nothing that could be changed
    hub.limits = Limits()
    (again,) = test.button
    again.click().run()
    assert not test.exception and not test.warning and test.selectbox


@pytest.mark.parametrize("path", sorted(PAGES.glob("*.py")), ids=lambda path: path.name)
def test_a_page_is_thin(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 100


def test_widgets_show_and_change_the_run_that_is_worked_on(playground: Any) -> None:
    hub, token, path = playground.hub, playground.token, "learning.batch_size"
    hub.do(token, "fork", {"changes": {path: 20}})
    playground.test.session_state["sitting.run"] = "branch-1"  # what the stage says when the branch is chosen
    playground.rerun()
    (slider,) = playground.widgets(path)
    assert slider.value == 20
    slider.set_value(25).run()
    assert [hub.run(token, run).spec.get(path) for run in ("main", "branch-1")] == [10, 25]
    hub.do(token, "close_branch", {}, run="branch-1")
    playground.rerun()
    assert playground.widgets(path)[0].value == 10
