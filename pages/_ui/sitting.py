"""A page script's side of a sitting: whose run it shows, and how a widget proposes a change.

The hub holds the spec. Before a widget is drawn it is set to what the spec says; its callback
proposes its own paths, and nothing here builds a spec out of widgets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dlcore import live
from dlcore.params import SpecError

TOKEN, RUN, REVISION, REFUSED = "sitting.token", "sitting.run", "sitting.revision", "sitting.refused"
ASKED = "sitting.asked"
MAIN = "main"


@dataclass(frozen=True)
class Sitting:
    """One tab's token and what its run looked like when this script run began."""

    token: str
    run: Any

    def shows(self, *names: str) -> bool:
        """Whether none of these controls is hidden by the view (a teacher's link may hide some)."""
        return not any(name in self.run.view.hidden for name in names)


def current() -> Sitting:
    """The sitting of this browser session; a new one where there is none, or it was dropped.

    A server that is full says so on the page, and the script ends there.
    """
    hub = live.current()
    try:
        token = st.session_state[TOKEN] = hub.claim(st.session_state.get(TOKEN))
    except SpecError as error:
        st.warning(error.message)
        st.button("Try again")  # runs the script once more, which is all it takes
        st.stop()
    try:
        run = hub.run(token, st.session_state.get(RUN, MAIN))
    except SpecError:  # the branch that was worked on is closed
        run = hub.run(token)
    st.session_state[RUN] = run.name
    st.session_state[REVISION] = run.revision
    return Sitting(token, run)


def use(token: str | None) -> None:
    """Go over to another sitting, if it is still held: the one that the browser tab reclaimed."""
    if live.current().knows(token):
        st.session_state[TOKEN] = token


def work_on(run: str | None) -> None:
    """Go over to another run of the sitting: the widgets show and change the one that is worked on on the stage."""
    if isinstance(run, str):
        st.session_state[RUN] = run


def ask(dialog: str) -> None:
    """Have the stage open one of its dialogs."""
    number = int(asked().partition(":")[0] or 0)
    st.session_state[ASKED] = f"{number + 1}:{dialog}"


def asked() -> str:
    """ "number:dialog" of the dialog that was asked for last; "" for none."""
    return st.session_state.get(ASKED, "")


def propose(path: str, changes: Mapping[str, Any]) -> None:
    """Propose changes that the widget of `path` asks for; a refusal is kept for its place."""
    with _refusals(path):
        live.current().propose(
            st.session_state[TOKEN],
            changes=dict(changes),
            base_revision=st.session_state[REVISION],
            run=st.session_state[RUN],
            source="widget",
        )


def add_table(data: bytes | str, name: str) -> Any:
    """Hand the hub somebody's own table; the table, or None where it was refused (said at "data")."""
    with _refusals("data"):
        return live.current().add_table(st.session_state[TOKEN], data, name)


def command(name: str, path: str) -> None:
    """Send a command, such as "regenerate_data"; a refusal is kept for the widget of `path`."""
    with _refusals(path):
        live.current().command(st.session_state[TOKEN], name, run=st.session_state[RUN], source="widget")


@contextmanager
def _refusals(path: str) -> Iterator[None]:
    """What is refused inside is said at `path`; what was refused before is said no more."""
    st.session_state[REFUSED] = {}
    try:
        yield
    except SpecError as error:
        st.session_state[REFUSED] = {path: error.message}
    except live.UnknownSitting as error:
        st.session_state[REFUSED] = {path: str(error.args[0])}


def refusal(path: str) -> str:
    """Why the last proposal of that widget was refused; "" where it was not."""
    return st.session_state.get(REFUSED, {}).get(path, "")
