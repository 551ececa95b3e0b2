"""A worker process: `python -m dlcore.live.worker`, started by `dlcore.live.pool`.

It is handed one end of a socket pair and the server's process id. It ends when the other end does,
or when its parent is another one than it was: no worker outlives its server, however that ends.
"""

from __future__ import annotations

import argparse
import gc
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable

from dlcore.live.wire import Channel

HEARTBEAT = 1.0  # seconds between two signs of life


def serve(channel: Channel, device: str, ready: Callable[[], None] | None = None) -> None:
    """Answer messages and give runs their turns until the channel ends; `ready` is called before the first."""
    gc.disable()  # importing PyTorch makes a million objects that stay: looking through them takes a tenth of it
    from dlcore.live.host import Host

    host = Host(channel.send, device)
    try:
        devices = _warm(device)
    except Exception:
        if device == "cpu":
            raise
        traceback.print_exc(file=sys.stderr)
        channel.send({"op": "unfit"})
        return
    gc.freeze()
    gc.enable()
    if ready:
        ready()
    channel.send({"op": "ready", "devices": devices})
    spoken = time.monotonic()

    def called(timeout: float = 0.0) -> bool:
        """Whether a message waits. Asked between any two pieces of work: the place for a sign of life."""
        nonlocal spoken
        if time.monotonic() - spoken >= HEARTBEAT:
            channel.send({"op": "alive"})
            spoken = time.monotonic()
        return channel.poll(timeout)

    while True:
        wait = host.wait()
        before = time.perf_counter()
        waiting = called(HEARTBEAT if wait is None else min(wait, HEARTBEAT))
        if wait != 0.0:
            host.idle(time.perf_counter() - before)
        while waiting:
            host.handle(*channel.receive())
            waiting = called()
        host.turn(called)


def _warm(device: str) -> tuple[str, ...]:
    """Pay for the first use of PyTorch and of a small run before somebody waits for it; the devices there are."""
    import torch

    torch.set_num_threads(1)  # one worker per core; more threads would fight, and one gives the same bits
    from dlcore.spec import RunSpec
    from dlcore.training.checkpoint import checkpoint, restore
    from dlcore.training.computing import available
    from dlcore.training.run import Run

    run = Run(RunSpec.default(), device=device)
    if run.device != device:
        raise RuntimeError(run.device_note)
    run.advance(steps=2)
    run.frame([{"id": "neuron_maps"}, {"id": "output_map"}, {"id": "predictions"}, {"id": "loss_curve"}])
    restore(checkpoint(run))
    return available()


def _leave_with_parent(parent: int) -> None:
    """Also in the middle of a long step: the channel's end is only noticed between steps."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


NICENESS = 10


def _step_back() -> None:
    """Who looks and clicks comes before who trains: the server, and a browser on this machine."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)


def main() -> None:
    """Command line of a worker: `--socket FD --parent PID --device cpu`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--socket", type=int, help="descriptor of an inherited socket (not on Windows)")
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--first", action="store_true", help="somebody waits for it: step back only once it is ready")
    options = parser.parse_args()
    if not options.first:
        _step_back()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then ends its workers
    if options.socket is None:  # Windows has no inherited sockets; the server sends a copy by stdin
        stream = socket.fromshare(sys.stdin.buffer.read())
    else:
        stream = socket.socket(fileno=options.socket)
        threading.Thread(target=_leave_with_parent, args=(options.parent,), daemon=True).start()
    try:
        serve(Channel(stream), options.device, _step_back if options.first else None)
    except (EOFError, OSError):
        pass


if __name__ == "__main__":
    main()
