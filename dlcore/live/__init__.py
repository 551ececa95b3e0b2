"""Live runs: sittings and their hub, workers, and the wire between them and a browser.

    hub = current()                      # the server's, or one in this process
    token = hub.new_sitting()
    hub.propose(token, {"learning.batch_size": 20})
    hub.run(token).spec

Nothing here imports PyTorch before a run is carried out.
"""

from __future__ import annotations

import threading

from dlcore.live.hub import Hub
from dlcore.live.local import LocalHub
from dlcore.live.register import UnknownSitting
from dlcore.live.sitting import Projection

__all__ = ["Hub", "LocalHub", "Projection", "UnknownSitting", "current", "set_current"]

_current: Hub | None = None
_lock = threading.Lock()


def current() -> Hub:
    """The hub of this process: the server's, or, where no server was started, a local one."""
    global _current
    with _lock:
        if _current is None:
            _current = LocalHub()
        return _current


def set_current(hub: Hub | None) -> None:
    """Make `hub` the one that `current` gives; None forgets it."""
    global _current
    with _lock:
        _current = hub
