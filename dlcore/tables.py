"""Tables: somebody's own file or pasted text, read into columns of numbers and of words; and which own files,
tables or pictures, this process has.

What comes from a spreadsheet differs in encoding, separator, decimal sign, header and in how a
missing value is written. All of that is found out here; what can't be read is a SpecError whose
sentence says what to do. An own file is known by a hash of its bytes, and is held in memory only:
`remember` and `forget` keep this process's tables, nothing is written anywhere.

    table = remember(Path("flowers.csv").read_bytes())
    RunSpec.default().with_(data={"kind": "table", "file": table.key, "x1": "length", …})
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dlcore.limits import LIMITS
from dlcore.params import SpecError
from dlcore.pictures import Pictures, are_pictures, read_pictures, write_pictures

__all__ = ["Pictures", "Table", "TableColumn", "find", "forget", "is_common", "keep", "key_of", "knows", "read_file",
           "read_table", "remember", "write_pictures"]  # fmt: skip
PATH = "data.file"
MOST_CLASSES = 8  # so many colours can be told apart by everybody
PREVIEW = 5
UNKNOWN = (
    "This was made with a file that is not here: a link never holds one. "
    "Load the same file under Data, and it goes on."
)
_MISSING = {"", "na", "n/a", "#n/a", "#na", "nan", "null", "none", "nil", "-", "–", "—", "?", ".", "missing"}
_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)  # 1,234.5
_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+)?(,\d+)?([eE][+-]?\d+)?", re.ASCII)  # 1.234,5
_SIGNATURES = {
    b"PK\x03\x04": "a spreadsheet or another packed file",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"%PDF": "a PDF file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}


@dataclass(frozen=True)
class TableColumn:
    """One column: `numbers` (rows,) float64 with NaN where none can be read, or None for a column of words;
    `words` the distinct values in order and `codes` (rows,) their indices, −1 where missing, or None where
    there are too many. `missing` cells are empty, `stray` are words in a column of numbers."""

    name: str
    numbers: np.ndarray | None
    words: tuple[str, ...] | None
    codes: np.ndarray | None
    distinct: int
    missing: int
    stray: int


@dataclass(frozen=True)
class Table:
    """Columns by name, in the file's order. `key` is the hash of `source`, the bytes as they came;
    `preview` the first rows as text; `notes` whole sentences on what was unusual."""

    key: str
    name: str
    rows: int
    columns: dict[str, TableColumn]
    preview: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    source: bytes = field(default=b"", repr=False)
    chosen: dict = field(default_factory=dict, repr=False, compare=False)  # what was made of its columns

    @property
    def numeric(self) -> list[str]:
        """The columns that can be an input."""
        return [name for name, column in self.columns.items() if column.numbers is not None]

    @property
    def labels(self) -> list[str]:
        """The columns that can be what is learned."""
        return [
            name
            for name, column in self.columns.items()
            if column.distinct > 1 and (column.numbers is not None or column.words is not None)
        ]


def read_table(data: bytes | str, name: str = "") -> Table:
    """The table in a file's bytes or in pasted text; SpecError(“data.file”, a sentence) where there is none."""
    source = _bytes(data)
    if len(source) > LIMITS.max_table_bytes:
        most = LIMITS.max_table_bytes / 2**20
        raise SpecError(PATH, f"This file has {len(source) / 2**20:.1f} MB; at most {most:g} MB can be read.")
    text = _decoded(source)
    separator, text = _separator(text)
    rows, notes = _cells(text, separator)
    width = len(rows[0])
    if width > LIMITS.max_table_columns:
        most = LIMITS.max_table_columns
        raise SpecError(PATH, f"This table has {width:,} columns; at most {most:,} can be read. Delete some.")
    has_header = _has_header(rows, separator)
    names = _names(rows[0] if has_header else [""] * width)
    rows = rows[1:] if has_header else rows
    if not rows:
        raise SpecError(PATH, "This table has column names but no rows below them.")
    if len(rows) > LIMITS.max_table_rows:
        most = LIMITS.max_table_rows
        raise SpecError(PATH, f"This table has {len(rows):,} rows; at most {most:,} can be read. Delete some.")
    if not has_header:
        notes.append("The first row holds no names, so the columns are numbered.")
    columns = {
        name: _column(name, [row[index] for row in rows], separator) for index, name in enumerate(names)
    }
    preview = tuple(tuple(cell[:40] for cell in row) for row in rows[:PREVIEW])
    return Table(key_of(source), name, len(rows), columns, preview, tuple(notes), source)


# ---- what this process remembers ----------------------------------------------------------------

OwnFile = Table | Pictures

_remembered: dict[str, OwnFile] = {}
_common: set[str] = set()  # what every copy of this program has


def read_file(data: bytes | str, name: str = "") -> OwnFile:
    """The table or the pictures in an own file's bytes; SpecError(“data.file”, a sentence) where there are none."""
    source = _bytes(data)
    return read_pictures(source, name) if are_pictures(source) else read_table(source, name)


def remember(data: bytes | str, name: str = "", common: bool = False) -> OwnFile:
    """Read an own file, unless it is known already, and keep it, so that specs can name it by its key.

    `common`: every copy of this program has it, so links may name it. SpecError as `read_file`.
    """
    known = _remembered.get(key_of(data))
    table = known or keep(read_file(data, name))
    if common:
        _common.add(table.key)
    return table


def keep(table: OwnFile) -> OwnFile:
    """Keep an own file that was read; the one with its key that is kept already, if there is one."""
    return _remembered.setdefault(table.key, table)


def key_of(data: bytes | str) -> str:
    """What an own file with these bytes is known by."""
    return hashlib.sha256(_bytes(data)).hexdigest()[:32]


def is_common(key: str) -> bool:
    """Whether every copy of this program has that file."""
    return key in _common


def forget(key: str) -> None:
    """Keep that file no longer, unless it is common."""
    if key not in _common:
        _remembered.pop(key, None)


def knows(key: str) -> bool:
    """Whether this process has that file."""
    return key in _remembered


def find(key: str, kind: type = Table) -> Any:
    """The table (or the pictures) with that key; SpecError where this process does not have it."""
    found = _remembered.get(key)
    if not isinstance(found, kind):
        raise SpecError(PATH, UNKNOWN)
    return found


# ---- reading ------------------------------------------------------------------------------------


def _bytes(data: bytes | str) -> bytes:
    return data.encode("utf-8", "replace") if isinstance(data, str) else bytes(data)


def _decoded(source: bytes) -> str:
    for signature, what in _SIGNATURES.items():
        if source.startswith(signature):
            raise SpecError(
                PATH, f"This is {what}, not a table in text form. Save it as CSV and load that file."
            )
    if source.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = source.decode("utf-16", "replace")
    elif b"\x00" in source[:200]:
        little = source[1:200:2].count(0) > source[0:200:2].count(0)
        text = source.decode("utf-16-le" if little else "utf-16-be", "replace")
    else:
        try:
            text = source.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = source.decode("cp1252", "replace")  # what Windows calls Latin-1
    text = text.removeprefix("\ufeff")
    odd = sum(character in "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\ufffd" for character in text)
    if odd > len(text) / 100:
        raise SpecError(PATH, "This is not a text file. Save the table as CSV and load that file.")
    if not text.strip():
        raise SpecError(PATH, "This file is empty. A table needs a row of names and rows of values below it.")
    return text.replace("\x00", "")


def _separator(text: str) -> tuple[str, str]:
    """The separator, and the text without Excel's “sep=;” line. It is the one that splits the first rows
    into equally many cells, as many of them numbers as can be."""
    if text[:4].lower() == "sep=" and len(text) > 5 and text[5] in "\r\n":
        return text[4], text[6:].lstrip("\r\n")
    head = [line for line in text.splitlines()[:60] if line.strip()]
    best, found = (0.0, 0.0, 0), ","
    for separator in (",", ";", "\t", "|", " "):
        rows = [row for row in _reader(head, separator) if row]
        width, count = Counter(map(len, rows)).most_common(1)[0] if rows else (1, 0)
        if width < 2 or (separator == " " and best[0] > 0.5):
            continue
        cells = [cell.strip() for row in rows[1:] or rows for cell in row]
        numbers = sum(_number(cell, separator != ",") is not None for cell in cells) / max(len(cells), 1)
        score = (round(count / len(rows), 1), round(numbers, 2), width)
        if score > best:
            best, found = score, separator
    return found, text


def _reader(lines: list[str], separator: str) -> list[list[str]]:
    try:
        return list(csv.reader(lines, delimiter=separator, skipinitialspace=True))
    except csv.Error:
        return []


def _cells(text: str, separator: str) -> tuple[list[list[str]], list[str]]:
    """Rows of equally many cells, and notes; empty rows are left out."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    try:
        rows = [[cell.strip() for cell in row] for row in reader]
    except csv.Error:
        raise SpecError(
            PATH, f"Line {reader.line_num} can't be read; perhaps a quotation mark is never closed."
        ) from None
    rows = [row for row in rows if any(row)]
    if not rows:
        raise SpecError(PATH, "This file is empty. A table needs a row of names and rows of values below it.")
    filled = [max((i + 1 for i, cell in enumerate(row) if cell), default=0) for row in rows]
    width = max(len(rows[0]), 1) if len(rows) == 1 else Counter(filled[1:] + filled[:1]).most_common(1)[0][0]
    width = max(width, filled[0])
    longer = sum(length > width for length in filled)
    notes = [f"What stands right of the last column was left out, in {_rows(longer)}."] if longer else []
    return [(row + [""] * width)[:width] for row in rows], notes


def _has_header(rows: list[list[str]], separator: str) -> bool:
    """Whether the first row names columns: it has no number, but a word above numbers."""
    first, rest = rows[0], rows[1:51]
    comma = separator != ","
    if not rest:
        return all(cell and _number(cell, comma) is None for cell in first)
    if any(_number(cell, comma) is not None for cell in first):
        return False
    columns = [[row[i] for row in rest if not _is_missing(row[i])] for i in range(len(first))]
    numeric = [
        cells and sum(_number(cell, comma) is not None for cell in cells) * 2 >= len(cells) for cells in columns
    ]
    return any(is_number and not _is_missing(cell) for is_number, cell in zip(numeric, first, strict=True)) or (
        not any(numeric) and all(first)
    )


def _names(cells: list[str]) -> list[str]:
    """Names that differ and can be shown: one line each, not long."""
    names: list[str] = []
    for index, cell in enumerate(cells):
        name = " ".join("".join(c if c.isprintable() else " " for c in cell).split())[:40] or f"column {index + 1}"
        base, number = name, 2
        while name in names:
            name, number = f"{base} ({number})", number + 1
        names.append(name)
    return names


def _column(name: str, cells: list[str], separator: str) -> TableColumn:
    given = [cell for cell in cells if not _is_missing(cell)]
    missing = len(cells) - len(given)
    numbers = _numbers(cells, given, separator)
    if numbers is not None:
        stray = int(np.isnan(numbers).sum()) - missing
        values = np.unique(numbers[~np.isnan(numbers)])
        few = len(values) <= MOST_CLASSES
        codes = np.where(np.isnan(numbers), -1, np.searchsorted(values, numbers)) if few else None
        words = tuple(f"{value:.12g}" for value in values) if few else None
        return TableColumn(name, numbers, words, codes, len(values), missing, stray)
    distinct = sorted(set(given))
    if len(distinct) > MOST_CLASSES:
        return TableColumn(name, None, None, None, len(distinct), missing, 0)
    index = {word: code for code, word in enumerate(distinct)}
    codes = np.array([-1 if _is_missing(cell) else index[cell] for cell in cells])
    words = tuple(" ".join(word.split())[:40] for word in distinct)
    return TableColumn(name, None, words, codes, len(distinct), missing, 0)


def _numbers(cells: list[str], given: list[str], separator: str) -> np.ndarray | None:
    """(rows,) float64, or None where fewer than half of the cells that are given are numbers."""
    best = None
    for comma in (True, False) if separator == ";" else (False, True):
        found = [_number(cell, comma) for cell in cells]
        count = sum(number is not None for number in found)
        if best is None or count > best[0]:
            best = count, found
    if best is None or best[0] == 0 or best[0] * 2 < len(given):
        return None
    return np.array([np.nan if number is None else number for number in best[1]], dtype=np.float64)


def _number(cell: str, comma: bool) -> float | None:
    """The number that a cell holds; with `comma` a comma is the decimal sign."""
    cell = cell.replace("−", "-").replace("\u00a0", "").replace("\u202f", "")
    if comma and "," in cell and len(cell) > 1 and _COMMA.fullmatch(cell):
        cell = cell.replace(".", "").replace(",", ".")
    elif not comma and _GROUPED.fullmatch(cell):
        cell = cell.replace(",", "")
    if not _PLAIN.fullmatch(cell):
        return None
    number = float(cell)
    return number if abs(number) < 1e30 else None


def _is_missing(cell: str) -> bool:
    return cell.casefold() in _MISSING


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
