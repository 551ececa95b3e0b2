"""Own pictures as bytes. Oracle: the arrays that they were written from, and sentences for what is wrong."""

from __future__ import annotations

import json

import numpy as np
import pytest

from dlcore import Run, RunSpec, SpecError, tables
from dlcore.fitting import fit
from dlcore.limits import LIMITS
from dlcore.links import left_out, read_link, write_link
from dlcore.pictures import MAGIC, read_pictures, write_pictures

RNG = np.random.default_rng(4)
PIXELS = RNG.integers(0, 256, (12, 8, 8, 3)).astype(np.uint8)
LABELS = np.arange(12) % 3
CLASSES = ["apple", "Birne 🍐", "<b>cherry</b>"]
SOURCE = write_pictures(PIXELS, LABELS, CLASSES)


def test_what_was_written_is_read():
    found = read_pictures(SOURCE, "mine")
    assert found.shape == (3, 8, 8) and list(found.classes) == CLASSES
    assert np.array_equal(found.pixels, PIXELS) and np.array_equal(found.labels, LABELS)
    assert found.key == tables.key_of(SOURCE) and found.source == SOURCE


def header(**changes):
    head = {"shape": [3, 8, 8], "classes": CLASSES, "count": 12} | changes
    return MAGIC + json.dumps(head).encode() + b"\n" + LABELS.astype(np.uint8).tobytes() + PIXELS.tobytes()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x89PNG\r\n", "no pictures that the page"),
        (MAGIC, "no pictures that the page"),
        (MAGIC + b"[" * 3000 + b"\n", "no pictures that the page"),
        (MAGIC + b"[]\n", "no pictures that the page"),
        (SOURCE[:-1], "cut short"),
        (SOURCE + b"x", "cut short"),
        (header(shape=[2, 8, 8]), "no pictures that the page"),
        (header(shape=[3, 8.0, 8]), "no pictures that the page"),
        (header(shape=[3, 8, 10**9]), "pixels"),
        (header(count=10**12), "2,000 pictures"),
        (header(count=True), "no pictures that the page"),
        (header(classes=["one"]), "2 to 8 classes"),
        (header(classes=["a", "a", "b"]), "different names"),
        (header(classes=["a", "b\n", "c"]), "one line"),
        (header(classes=["a", "b", "c", "d"]), "“d” has no picture"),
        (header(classes=["a", "b"]), "no pictures that the page"),
        (MAGIC + bytes(LIMITS.max_own_picture_bytes), "MB together"),
    ],
)
def test_what_is_wrong_is_a_sentence(data, said):
    with pytest.raises(SpecError, match=said) as caught:
        read_pictures(data)
    assert caught.value.path == "data.file" and caught.value.message.endswith(".")


def test_a_run_learns_from_them_and_its_link_leaves_them_out():
    key = tables.remember(SOURCE).key
    spec = fit(RunSpec.default(), {"data.kind": "own_pictures", "data.file": key})[0]
    run = Run(spec)
    both = [run.data(split) for split in ("train", "test")]
    x, rows = (np.concatenate([getattr(split, name) for split in both]) for name in ("x", "rows"))
    assert np.allclose(x * 255, PIXELS.transpose(0, 3, 1, 2)[rows], atol=1e-4)
    assert sorted(rows) == list(range(12)) and spec.resolved.dataset.classes == tuple(CLASSES)
    run.advance(epochs=1)
    link = write_link(spec)
    assert "apple" not in link and any("leaves out the file" in note for note in left_out(spec))
    tables.forget(key)
    opened, _, notes = read_link(link)
    assert notes == [tables.UNKNOWN] and opened.get("data.kind") == "circle"


def test_a_table_is_no_picture_and_a_picture_no_table():
    key, table = tables.remember(SOURCE).key, tables.remember("a,b,c\n1,2,x\n2,3,y\n3,1,x\n4,4,y\n").key
    for kind, file in (("own_pictures", table), ("table", key)):
        with pytest.raises(SpecError) as caught:
            RunSpec.default().with_(**{"data.kind": kind, "data.file": file})
        assert caught.value.path == "data.file"


def test_a_saved_run_holds_them_only_if_it_was_to(tmp_path):
    key = tables.remember(SOURCE).key
    run = Run(fit(RunSpec.default(), {"data.kind": "own_pictures", "data.file": key})[0])
    run.advance(steps=2)
    run.save(tmp_path / "with", own_data=True)
    run.save(tmp_path / "without")
    tables.forget(key)
    with pytest.raises(SpecError, match="same data"):
        Run.open(tmp_path / "without")
    again = Run.open(tmp_path / "with")
    assert again.metrics == run.metrics and tables.knows(key)
