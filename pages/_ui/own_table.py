"""The dialog for somebody's own table: load or paste it, choose three columns, see what problem that is.

The bytes go to the hub, which keeps them in memory with the sitting; nothing is written anywhere.
"""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
import streamlit as st

from _ui.sitting import Sitting, add_table, ask, propose
from dlcore import tables
from dlcore.datasets._chosen import Chosen, choose_from, suited
from dlcore.limits import LIMITS
from dlcore.params import SpecError

KIND, OPEN, READ = "table", "own_table.open", "own_table.read"
PICTURES = "own_pictures"  # the data set, and the dialog of the stage's
NAMES = {"horizontal": "From left to right (x₁)", "vertical": "From bottom to top (x₂)", "label": "Learned"}
ABOUT = (
    "Two columns of numbers place the points; a third one is learned. The first row may hold names. "
    "The file stays in this server's memory while the page is open, is written nowhere, and is in no link."
)


def picked(kind: str, pressed: bool) -> None:
    """A data set was picked: go over to it; the one for own tables asks for a file where it was pressed."""
    propose("data", {"data.kind": kind})
    st.session_state[OPEN] = pressed and kind == KIND
    if pressed and kind == PICTURES:
        ask(PICTURES)


def draw(here: Sitting) -> None:
    """The button that opens the dialog, where the data are a table; and the dialog, when it was asked for."""
    if here.run.spec.get("data.kind") == PICTURES:
        st.button("Load or draw pictures…", key="own_pictures", width="stretch", on_click=ask, args=(PICTURES,))
    if here.run.spec.get("data.kind") == KIND:
        if st.button("Load or paste a table…", key="own_table", width="stretch"):
            st.session_state[OPEN] = True
        # until it is closed: the stage may have the script run again meanwhile, which must not close it
        if st.session_state.get(OPEN):
            _dialog(here)


def _close() -> None:
    st.session_state[OPEN] = False
    st.session_state.pop(READ, None)


@st.dialog("Your own table", width="large", on_dismiss=_close)
def _dialog(here: Sitting) -> None:
    st.html(f'<p class="gb-words">{html.escape(ABOUT)}</p>')
    left, right = st.columns(2)
    most = LIMITS.max_table_bytes // 2**20
    upload = left.file_uploader(
        "A file", type=["csv", "tsv", "txt", "dat"], max_upload_size=most, help="Text with commas, semicolons or tabs."
    )
    pasted = right.text_area("Or paste the rows", height=120, placeholder="height,weight,animal\n30,4.2,cat\n…")
    data, name = (upload.getvalue(), upload.name) if upload else (pasted, "")
    try:
        table = _read(data, name) if data else tables.find(here.run.spec.get("data.file"))
        _choose(table, data, name, {} if data else here.run.spec.get("data"))
    except SpecError as error:
        st.error(error.message)


def _read(data: bytes | str, name: str) -> tables.Table:
    """The table; read anew only when it is another one, since every pick in the dialog runs this again."""
    known = st.session_state.get(READ)
    if known is None or known.key != tables.key_of(data):
        known = st.session_state[READ] = tables.read_table(data, name)
    return known


def _choose(table: tables.Table, data: bytes | str, name: str, now: dict[str, Any]) -> None:
    """Columns, the first rows, what problem it is, and the button that takes it."""
    first = dict(zip(NAMES, suited(table, *(now.get(column, "") for column in NAMES)), strict=True))
    columns = {}
    for place, (column, label) in zip(st.columns(3), NAMES.items(), strict=True):
        offered = table.labels if column == "label" else table.numeric
        columns[column] = place.selectbox(
            label, offered, index=offered.index(first[column]), key=f"own_table.{column}.{table.key}"
        )
    st.dataframe(pd.DataFrame(table.preview, columns=list(table.columns)), hide_index=True, height=35 * 4 + 3)
    chosen = choose_from(table, **columns)
    words = " ".join((_problem(chosen, columns["label"]), *chosen.notes, *table.notes))
    st.html(f'<p class="gb-words">{html.escape(words)}</p>')
    if st.button("Use this data", type="primary"):
        if not data or (added := add_table(data, name)):
            changes = {"kind": KIND, "file": added.key if data else table.key, **columns}
            propose("data", {f"data.{name}": value for name, value in changes.items()})
        _close()
        st.rerun()


def _problem(chosen: Chosen, label: str) -> str:
    """What kind of problem the learned column makes it, in one sentence."""
    if chosen.fields["target"] == "number":
        return f"“{label}” has many different numbers, so the network learns to predict a number."
    names = chosen.fields["classes"]
    return f"“{label}” has {len(names)} different values, so there are {len(names)} classes: {', '.join(names)}."
