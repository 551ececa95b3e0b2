"""The stage as a Streamlit component: it mounts the modules in js/ and tells them whose run to show."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

JS = Path(__file__).parent / "js"

# The inline script becomes a blob: module, in which only absolute addresses can be imported; and
# a superseded call's clean-up may run while the component is still on the page.
LOADER = """
export default function (component) {
  const { parentElement: el, data } = component;
  const module = import(`${location.origin}${data.base}/stage/js/%s.js`);
  module.then((m) => (el.host ?? el).isConnected && m.mount(component));
  return () => setTimeout(() => (el.host ?? el).isConnected || module.then((m) => m.unmount(el)), 0);
}
"""

_component = st.components.v2.component("glassbox.stage", js=LOADER % "stage")


def base_path() -> str:
    """The path that the server puts before every address: "" or "/name"."""
    base = str(st.config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""


def views() -> list[str]:
    """The ids of the pictures that exist: one module each."""
    return sorted(path.stem for path in (JS / "views").glob("*.js"))


def stage(
    token: str,
    run: str,
    revision: int,
    page: str,
    on_token: Callable[[str], None],
    on_run: Callable[[str], None],
    ask: str = "",
) -> None:
    """Draw the stage for the sitting `token`, beside widgets that show `revision` of its run `run`.

    `ask` is "number:dialog" to have one of the stage's dialogs opened, once for each number.
    `on_token` is called with another token when the tab reclaimed one of its own, `on_run` with another run
    of the sitting when that one is worked on from now on. When the run has
    come to a newer revision and rests there, the stage's trigger "synced" makes the script run, so
    that the widgets follow: after an edit on the stage, an undo, a link.
    """

    def took_token() -> None:
        on_token(st.session_state["stage"].token)

    def took_run() -> None:
        on_run(st.session_state["stage"].run)

    _component(
        key="stage",
        data={"base": base_path(), "token": token, "run": run, "revision": revision, "views": views(), "page": page,
              "ask": ask},
        on_token_change=took_token,
        on_run_change=took_run,
        on_synced_change=lambda: None,
    )
