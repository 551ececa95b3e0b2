"""How a run moves to another worker: to the heavy one, so that the others keep their pace, or to another device.

    its worker: heavy → hub: hand_over → its worker: handed_over, with a checkpoint → hub: open, at the other one

From hand_over to handed_over whatever is said to the run waits in `Held.waiting`, so nothing is lost
or done twice. The run stays where it is until the other worker is up. All calls hold the hub's lock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dlcore.live.files import hand_over
from dlcore.live.sitting import Held
from dlcore.training.computing import CPU, placed, work_of


def consider(pool: Any, held: Held) -> None:
    """The run's worker says that its steps take long: move it as soon as there is a place for it."""
    heavy = pool.heavy()
    if heavy is None or held.slot.device != CPU:
        return
    held.heavy = True
    if held.bound is None:
        _head_for(held, heavy)


def settle(pool: Any, held: Held) -> None:
    """See that the run is computed where its choice leads, now that choice, network or devices are other ones."""
    found = placed(held.computing.device, pool.devices, work_of(held.now.shape))
    computing = {**held.computing.to_dict(), "devices": list(pool.devices), "note": found.note}
    if computing != held.now.computing:
        held.now = replace(held.now, computing=computing)
    if held.slot is None or (held.bound or held.slot).device in found.devices:
        return
    if held.slot.device in found.devices:  # it was about to leave
        held.bound = None
    elif CPU in found.devices and held.heavy:
        _head_for(held, pool.heavy())
    else:
        _head_for(held, pool.place(found.devices))


def up(held: Held, slot: Any) -> None:
    """A worker is up: a run that waits for it comes."""
    if held.bound is slot:
        leave(held)


def _head_for(held: Held, slot: Any) -> None:
    held.bound = None if slot is held.slot else slot
    if held.bound is not None and slot.ready:
        leave(held)


def leave(held: Held) -> None:
    """Ask the run's worker to hand it over."""
    if held.waiting is None:
        held.slot.send({"op": "hand_over", "run": held.key})
        held.waiting = []


def arrive(held: Held, message: Mapping[str, Any], payload: bytes) -> None:
    """The run was handed over: open it where it is bound for, as it stood, and say what had to wait."""
    slot, status = held.bound or held.slot, message["status"]
    held.slot.runs -= 1
    slot.runs += 1
    held.slot, held.bound = slot, None
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
    message["computing"] = held.computing.to_dict()
    hand_over(held)
    held.slot.send(message, held.checkpoint)
    for wanted in held.subscriptions.values():
        held.slot.send({**wanted.message(), "run": held.key})
