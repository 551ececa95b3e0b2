"""Own tables: what spreadsheets write is read, and what is no table gets a sentence.

Oracles: the values written down beside each text; for numbers Python's own float.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore import Run, RunSpec, tables
from dlcore.datasets._chosen import choose
from dlcore.limits import LIMITS
from dlcore.params import SpecError

PLAIN = "a,b,c\n1,2,x\n3.5,-4,y\n"

READ = {
    "plain": PLAIN,
    "bytes": PLAIN.encode(),
    "utf-8 with a mark": PLAIN.encode("utf-8-sig"),
    "utf-16": PLAIN.encode("utf-16"),
    "utf-16, big-endian, no mark": PLAIN.encode("utf-16-be"),
    "windows line ends": PLAIN.replace("\n", "\r\n"),
    "old mac line ends": PLAIN.replace("\n", "\r").encode(),
    "semicolons": PLAIN.replace(",", ";"),
    "semicolons and decimal commas": "a;b;c\n1;2;x\n3,5;-4;y\n",
    "tabs": PLAIN.replace(",", "\t"),
    "bars": PLAIN.replace(",", "|"),
    "spaces": "a b c\n1  2 x\n3.5 -4  y\n",
    "excel's first line": "sep=;\r\n" + PLAIN.replace(",", ";"),
    "quotes": '"a","b","c"\n"1","2","x"\n"3.5","-4","y"\n',
    "blank lines": "\n\n" + PLAIN.replace("\n", "\n\n") + "\n\n",
    "spaces around": "a , b, c\n 1, 2 , x\n3.5 ,-4, y\n",
    "trailing separators": "a,b,c,\n1,2,x,\n3.5,-4,y,,\n",
    "a real minus": PLAIN.replace("-", "−"),
    "grouped thousands": 'a,b,c\n"1",2,x\n"3.5",-4,y\n',
    "no line end": PLAIN.strip(),
}


@pytest.mark.parametrize("text", READ.values(), ids=READ)
def test_what_spreadsheets_write_is_read_alike(text):
    table = tables.read_table(text)
    assert list(table.columns)[:3] == ["a", "b", "c"] and table.rows == 2
    assert table.columns["a"].numbers.tolist() == [1, 3.5] and table.columns["b"].numbers.tolist() == [2, -4]
    assert table.columns["c"].numbers is None and table.columns["c"].words == ("x", "y")
    assert table.columns["c"].codes.tolist() == [0, 1]


@pytest.mark.parametrize(
    "text, numbers",
    [
        ("a;b\n1.234,5;1\n2,5;2\n", [1234.5, 2.5]),
        ('a,b\n"1,234.5",1\n"2.5",2\n', [1234.5, 2.5]),
        ("a;b\n1e3;1\n-2.5E-1;2\n", [1000, -0.25]),
        ("a,b\n1,1\nnan,2\n", [1, None]),
        ("a,b\n1,1\ninf,2\n", [1, None]),
        ("a,b\n1,1\n1_0,2\n", [1, None]),
        ("a,b\n1,1\n1e999,2\n", [1, None]),
    ],
)
def test_numbers(text, numbers):
    found = tables.read_table(text).columns["a"].numbers
    assert [None if np.isnan(number) else number for number in found] == numbers


def test_names_are_made_where_there_are_none_and_told_apart():
    table = tables.read_table("1,2,x\n3,4,y\n")
    assert list(table.columns) == ["column 1", "column 2", "column 3"] and table.rows == 2
    assert "numbered" in table.notes[0]
    assert list(tables.read_table("a,a,\n1,2,x\n3,4,y\n").columns) == ["a", "a (2)", "column 3"]
    name = next(iter(tables.read_table('"long\n' + "n" * 99 + '",b\n1,2\n').columns))
    assert len(name) == 40 and name.startswith("long nnn")


def test_missing_values_and_words_among_numbers_are_counted():
    column = tables.read_table("a,b\n1,x\nn/a,y\n,x\ntwo,y\n5,x\n6,y\n7,x\n").columns["a"]
    assert (column.missing, column.stray, column.distinct) == (2, 1, 4)
    assert tables.read_table("a,b\none,1\ntwo,2\nthree,3\n4,4\n").columns["a"].numbers is None


def test_letters_of_windows_and_of_elsewhere():
    for code in ("latin-1", "utf-8", "utf-16"):
        assert "größe" in tables.read_table("größe,b\n1,ä\n2,ö\n".encode(code)).columns


def test_two_hundred_columns_are_read():
    text = ",".join(f"c{i}" for i in range(200)) + "\n" + "\n".join(",".join(["1", "2"] * 100) for _ in range(5))
    assert len(tables.read_table(text).columns) == 200


REFUSED = {
    "nothing": (b"", "empty"),
    "blanks": (" \n\n ", "empty"),
    "separators alone": (",,,\n,,,\n", "empty"),
    "names alone": ("a,b,c\n", "no rows"),
    "a spreadsheet": (b"PK\x03\x04" + bytes(100), "Save it as CSV"),
    "a picture": (b"\x89PNG" + bytes(100), "Save it as CSV"),
    "bytes": (bytes(range(9)) * 99, "not a text file"),
    "columns": (",".join("a" * 1001) + "\n" + ",".join("1" * 1001), "1,001 columns"),
    "rows": ("a,b\n" + "1,2\n" * 50_001, "50,001 rows"),
    "size": (b"1,2\n" * 2**20 + b"1", "at most 4 MB"),
    "a huge cell": ('a,b\n1,"' + "x" * 200_000 + '"\n', "can't be read"),
}


@pytest.mark.parametrize("data, words", REFUSED.values(), ids=REFUSED)
def test_what_is_no_table_gets_a_sentence(data, words):
    with pytest.raises(SpecError, match=words) as caught:
        tables.read_table(data)
    assert caught.value.path == "data.file" and caught.value.message.endswith(".")


ODD = ["", "1", "-2,5", "3.5", "NA", "word", '"', '"q"', "ä", "1e9", " ", ";", "\t", "\x00", "\ufeff"]
cells = st.sampled_from(ODD)
lines = st.lists(st.lists(cells, max_size=5).map(",".join), max_size=8).map("\n".join)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200), lines))
def test_anything_is_a_table_or_gets_a_sentence(data):
    try:
        table = tables.remember(data)
    except SpecError as error:
        assert error.message.endswith((".", "!"))
        return
    assert table.rows and all(
        column.numbers is None or column.numbers.shape == (table.rows,) for column in table.columns.values()
    )
    try:
        chosen = choose(table.key)
    except SpecError as error:
        assert error.path.startswith("data.") and error.message.endswith(".")
    else:
        assert np.isfinite(chosen.x).all() and np.isfinite(chosen.y).all() and len(chosen.x) >= 4
    finally:
        tables.forget(table.key)


def spec(text, **columns):
    return RunSpec.default().with_(data={"kind": "table", "file": tables.remember(text).key, **columns})


def rows(*labels):
    return "a,b,c\n" + "\n".join(f"{i},{i * i % 7},{label}" for i, label in enumerate(labels))


@pytest.mark.parametrize(
    "labels, target, classes",
    [
        (["no", "yes"] * 4, "binary", ("no", "yes")),
        ([0, 1] * 4, "binary", ("0", "1")),
        ([1.5, 2.5] * 4, "binary", ("1.5", "2.5")),
        (["x", "y", "z"] * 3, "classes", ("x", "y", "z")),
        ([3, 1, 2] * 3, "classes", ("1", "2", "3")),
        ([1.5, 2, 2.5, 3], "number", None),
        (range(20), "number", None),
    ],
    ids=str,
)
def test_what_kind_of_problem_it_is_follows_from_the_label(labels, target, classes):
    resolved = spec(rows(*labels)).resolved
    assert resolved.target == target and (classes is None or resolved.dataset.classes == classes)


def test_both_columns_are_standardized_and_numbers_lie_between_minus_one_and_one():
    """Oracle: NumPy's mean and standard deviation."""
    run = Run(spec("a,b,c\n" + "\n".join(f"{i},{i * i},{3 * i}" for i in range(30))).with_(**{"data.train_share": 100}))
    x, y = run.data("train").x, run.data("train").y
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(x.std(axis=0), 1)
    assert (y.min(), y.max()) == (-1, 1)
    first, second = run.spec.resolved.dataset.columns
    np.testing.assert_allclose(sorted(first.middle + first.spread * x[:, 0]), range(30), atol=1e-9)
    assert (first.name, second.name) == ("a", "b")
    run.advance(epochs=3)
    assert run.trouble is None


def test_rows_without_a_value_are_left_out_and_it_says_so():
    text = "a,b,c\n1,2,x\n,2,y\n3,word,x\n4,5,\n5,1,y\n6,2,x\n7,0,y\n"
    chosen = choose(tables.remember(text).key)
    assert len(chosen.x) == 4 and any("3 of 7 rows are left out" in note for note in chosen.notes)


def test_of_many_rows_a_part_is_used():
    text = "a,b,c\n" + "\n".join(f"{i},{i % 13},{'xy'[i % 2]}" for i in range(6000))
    run = Run(spec(text))
    assert len(run.data("train")) + len(run.data("test")) == LIMITS.max_table_points
    assert any("5,000 are used" in note for note in choose(run.spec.file).notes)


@pytest.mark.parametrize(
    "text, columns, path, words",
    [
        (rows(*"xxxxx"), {}, "data.file", "third"),
        (rows(*"xxxxx"), {"label": "c"}, "data.label", "single value"),
        (rows(*"abcdefghij"), {"label": "c"}, "data.label", "10 different words"),
        (rows(*"xyxyxy"), {"horizontal": "c"}, "data.horizontal", "of that kind"),
        (rows(*"xyxyxy"), {"label": "d"}, "data.label", "no column"),
        (rows(*"xyxyxy"), {"horizontal": "a", "vertical": "a"}, "data.label", "twice"),
        (rows(*"xyx"), {}, "data.file", "Only 3 rows"),
        ("a,b,c\n" + "\n".join(f"7,{i},{'xy'[i % 2]}" for i in range(8)), {}, "data.horizontal", "same in every row"),
        ("a,b\n1,2\n3,4\n", {}, "data.file", "two columns"),
        ("a\n1\n2\n3\n4\n", {}, "data.file", "two columns"),
        ("a,b,c\nq,w,e\nr,t,y\n", {}, "data.file", "two columns"),
    ],
)
def test_what_cannot_be_learned_from_gets_a_sentence(text, columns, path, words):
    with pytest.raises(SpecError, match=words) as caught:
        spec(text, **columns)
    assert caught.value.path == path and caught.value.message.endswith(".")


def test_a_file_is_known_by_its_bytes_until_it_is_forgotten():
    table = tables.remember("a,b,c\n9,2,x\n3,4,y\n8,6,x\n7,1,y\n")
    again = tables.remember(b"a,b,c\n9,2,x\n3,4,y\n8,6,x\n7,1,y\n", "other name")
    assert again is table and tables.find(table.key) is table
    data = {"kind": "table", "file": table.key}
    assert RunSpec.default().with_(data=data).file == table.key
    tables.forget(table.key)
    with pytest.raises(SpecError, match="not here"):
        RunSpec.default().with_(data=data)
    example = RunSpec.default().with_(**{"data.kind": "table"}).file
    tables.forget(example)
    assert tables.knows(example)
