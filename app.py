"""Glassbox's launcher: `streamlit run app.py` serves the pages, the live socket and the stage.

Limits and the number of workers come from the environment; see `dlcore/limits.py`.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import streamlit as st

from dlcore.limits import LIMITS
from dlcore.live import Hub, set_current
from dlcore.live.endpoint import middleware, routes

HERE = Path(__file__).parent
# Seconds for which a page that is being run may keep Python's lock from the threads that pass frames and
# answers on. Python's own 5 ms, several times a frame, are felt by a whole class when one of them moves a slider.
SWITCH = 0.0005


async def keep_collections_short(hub: Hub, pause: float = 2.0) -> None:
    """Take what was loaded out of garbage collection: it stays anyway.

    Streamlit collects after every run of a page, and looking through half a million objects of modules
    stops every frame of a class for a tenth of a second. What only a first page loads comes `pause`
    seconds after somebody joined.
    """
    gc.freeze()
    while not any(sitting.met for sitting in list(hub.sittings.values())):
        await asyncio.sleep(pause)
    await asyncio.sleep(pause)
    gc.collect()
    gc.freeze()


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[dict[str, Any]]:
    """The hub and its workers live as long as the server."""
    sys.setswitchinterval(SWITCH)
    hub = Hub()
    hub.start()
    set_current(hub)
    settling = asyncio.create_task(keep_collections_short(hub))
    try:
        yield {"hub": hub}
    finally:
        settling.cancel()
        with suppress(asyncio.CancelledError):
            await settling
        set_current(None)
        await asyncio.to_thread(hub.close)


def _base() -> str:
    """The path that Streamlit puts before its own routes; it does not do so for ours."""
    path = (st.config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


_allowed = [*LIMITS.allowed_origins.split(","), *(st.config.get_option("server.corsAllowedOrigins") or [])]
app = st.App(
    "pages/_router.py",
    routes=routes(_base(), HERE / "pages" / "_stage", allowed=_allowed),
    middleware=middleware(),
    lifespan=lifespan,
)
