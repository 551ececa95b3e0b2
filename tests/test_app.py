"""app.py: what keeps the server quick. The collector itself is the oracle."""

from __future__ import annotations

import asyncio
import gc
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import app


def test_what_was_loaded_is_collected_no_more_once_somebody_has_joined() -> None:
    hub = SimpleNamespace(sittings={"visit": SimpleNamespace(met=False)})
    gc.unfreeze()

    async def class_begins() -> tuple[int, int]:
        settling = asyncio.create_task(app.keep_collections_short(hub, pause=0.0))
        await asyncio.sleep(0.01)
        before, loaded = gc.get_freeze_count(), [[] for _ in range(1000)]
        assert not settling.done()
        hub.sittings["visit"].met = True
        await settling
        assert len(loaded) == 1000  # as what a first page loads, they live on
        return before, gc.get_freeze_count()

    try:
        # in a thread of its own: the browser tests' Playwright keeps a loop in this one
        with ThreadPoolExecutor(1) as thread:
            before, after = thread.submit(asyncio.run, class_begins()).result()
        assert before > 0 and after >= before + 1000
    finally:
        gc.unfreeze()
