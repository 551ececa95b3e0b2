"""How a run whose steps take long moves to the heavy worker, so that the others keep their pace.

    its worker: heavy → hub: hand_over → its worker: handed_over, with a checkpoint → hub: open, at the heavy one

From hand_over to handed_over whatever is said to the run waits in `Held.waiting`, so nothing is lost
or done twice. The run stays where it is until the heavy worker is up. All calls hold the hub's lock.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlcore.live.files import hand_over
from dlcore.live.sitting import Held


def consider(pool: Any, held: Held) -> None:
    """The run's worker says that its steps take long: move it as soon as there is a place for it."""
    heavy = pool.heavy()
    if heavy is None or held.slot is heavy:
        return
    held.heavy = True
    if heavy.ready:
        leave(held)


def leave(held: Held) -> None:
    """Ask the run's worker to hand it over."""
    if held.waiting is None:
        held.slot.send({"op": "hand_over", "run": held.key})
        held.waiting = []


def arrive(pool: Any, held: Held, message: Mapping[str, Any], payload: bytes) -> None:
    """The run was handed over: open it at the heavy worker, as it stood, and say what had to wait."""
    slot, status = pool.heavy(), message["status"]
    held.slot.runs -= 1
    slot.runs += 1
    held.slot = slot
    if payload:
        held.checkpoint, held.saved_at = payload, (status["step"], status["epoch"])
    going = {name: status[name] for name in ("playing", "speed", "revision")} | message["going"]
    waiting, held.waiting = held.waiting or [], None
    open_run(held, **going)
    for item, more in waiting:
        slot.send(item, more)


def open_run(held: Held, playing: bool, **going: Any) -> None:
    """Have the run's worker open it, from its last checkpoint if there is one, with its subscriptions.

    `going`: how it stood, where it is taken over in the middle of something.
    """
    now = held.now
    message = {"op": "open", "run": held.key, "name": now.name, "spec": now.spec.to_dict()}
    message |= {"revision": now.revision, "playing": playing, "speed": now.speed, **going}
    hand_over(held)
    held.slot.send(message, held.checkpoint)
    for wanted in held.subscriptions.values():
        held.slot.send({**wanted.message(), "run": held.key})
