"""Own pictures and curating through the server. Oracle: the hub's spec, and the same data made in this process."""

from __future__ import annotations

import json

import numpy as np

from dlcore.pictures import write_pictures
from dlcore.training.data import records_of
from tests.dlcore.live.test_branches import do, request, result
from tests.dlcore.live.test_files import token_of

RNG = np.random.default_rng(2)
PIXELS = RNG.integers(0, 256, (10, 8, 8, 1)).astype(np.uint8)
SOURCE = write_pictures(PIXELS, np.arange(10) % 2, ["a", "b"])
SMALL = {"network.layers": [{"kind": "flatten"}, {"kind": "dense", "units": 2}]}


def post(server, tab, data):
    return json.loads(request(server, "POST", result(tab, "own_pictures")["path"], data)[1])


def test_pictures_are_sent_and_learned_from_and_fetched_again(server, tab):
    assert result(tab, "own_pictures")["known"] is None
    assert post(server, tab, SOURCE)["type"] == "done"
    spec = server.hub.run(token_of(server, tab)).spec
    assert spec.get("data.kind") == "own_pictures" and spec.resolved.dataset.classes == ("a", "b")
    known = result(tab, "own_pictures")["known"]
    assert request(server, "GET", known)[1] == SOURCE
    tab.answer(tab.command("step_epoch"))
    tab.answer(tab.command("undo"))
    tab.answer(tab.command("undo"))
    assert server.hub.run(token_of(server, tab)).spec.get("data.kind") == "circle"


def test_what_is_no_picture_is_refused_and_nothing_is_lost(server, tab):
    for data in (b"", b"\x89PNG\r\n\x1a\n" + bytes(100), SOURCE[:-3]):
        answer = post(server, tab, data)
        assert answer["type"] == "refused" and answer["message"].endswith(".")
    assert server.hub.run(token_of(server, tab)).spec.get("data.kind") == "circle"
    # leave to send pictures is none to open a run, nor the other way round
    leave = result(tab, "open")
    assert json.loads(request(server, "POST", leave["path"], SOURCE)[1])["type"] == "refused"


def test_nobody_learns_from_another_sittings_pictures(server, tab):
    post(server, tab, SOURCE)
    key, other = server.hub.run(token_of(server, tab)).spec.file, server.open()
    answer = other.answer(other.send("propose", run="main", changes={"data.kind": "own_pictures", "data.file": key}))
    assert answer["type"] == "refused"


def test_samples_are_curated_one_by_one_by_a_field_and_from_an_edition(server, tab):
    changes = {"data": {"kind": "cat_dog_pictures", "samples": 30}, **SMALL}
    tab.answer(tab.send("propose", run="main", changes=changes))
    assert result(tab, "curate", change="exclude", samples=[3, 4])["count"] == 2
    hub = lambda: server.hub.run(token_of(server, tab)).spec  # noqa: E731
    assert hub().get("data.curated") == [["", 3, -1], ["", 4, -1]]
    records = records_of(hub())
    short = np.flatnonzero(records["tail_length"][:15] < 20).tolist()
    assert result(tab, "curate", change="relabel", **{"class": 1}, field="tail_length", compare="below", value="20")
    assert [place for _, place, answer in hub().get("data.curated") if answer == 1] == short
    assert result(tab, "curate", change="add", edition="hard", count=3)["count"] == 3
    assert result(tab, "curate", change="include")["count"] == len({3, 4, *short}) + 3
    assert hub().get("data.curated") == []
    for bad in (
        {"change": "exclude", "field": "name", "value": "nobody is called so"},
        {"change": "exclude", "field": "wings", "value": "2"},
        {"change": "exclude", "field": "size", "value": "tall"},
        {"change": "exclude", "samples": ["3"]},
        {"change": "relabel", "samples": [1], "class": 7},
        {"change": "add", "edition": "nowhere", "count": 2},
        {"change": "add", "edition": "hard", "count": 10**9},
        {"change": "burn", "samples": [1]},
    ):
        answer = do(tab, "curate", **bad)
        assert answer["type"] == "refused" and answer["message"].endswith("."), bad
