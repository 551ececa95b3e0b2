"""Dispatch: how what is asked of a run reaches its worker, and what became of it the socket."""

from __future__ import annotations

import itertools
import threading
from typing import Any

from dlcore.limits import LIMITS, Limits
from dlcore.live.exchange import Exchange
from dlcore.live.move import open_run, settle
from dlcore.live.register import Register
from dlcore.live.sitting import Held, Sitting, Ticket


class Dispatch(Register):
    """A register with workers behind it."""

    def __init__(self, limits: Limits = LIMITS, workers: int | None = None, pool: Any = None):
        super().__init__(limits)
        self.exchange = Exchange(limits)
        self._pool = pool
        self._unfits: set[str] = set()  # devices that did not work
        self._workers = limits.workers if workers is None else workers
        self._ticket_numbers = itertools.count(1)
        self._told = threading.Condition(self.lock)
        self._closing = threading.Event()

    def answered(self, held: Held, ticket: Ticket, seconds: float) -> bool:
        """Let go of the lock until a run has answered, at most so long; whether it has. SpecError where it refused."""
        done = self._told.wait_for(lambda: all(ticket is not other for other in held.tickets.values()), seconds)
        if ticket.refused:
            raise ticket.refused
        return done

    def place(self, held: Held) -> None:
        """Give the run to a worker if it has none yet."""
        if held.slot is None:
            held.slot = self._pool.place()
            held.slot.runs += 1
            open_run(held, playing=False)
            self.settle(held)  # what is to be computed elsewhere opens here, and moves once that worker is up

    def settle(self, held: Held) -> None:
        """See that the run is computed where its choice leads; see `dlcore.live.move.settle`."""
        settle(self._pool, held)

    def _ask(
        self, held: Held, message: dict[str, Any], source: str, echo: int | None, answered: bool = False
    ) -> Ticket:
        """Send a message that is answered by a state; `answered`: its sender has had an answer already."""
        return self.ask(held, message, Ticket(source, echo, answered))

    def ask(
        self, held: Held, message: dict[str, Any], ticket: Ticket, payload: bytes = b"", at: Held | None = None
    ) -> Ticket:
        """Send a message to a run; the ticket is answered by a state of it, or of the run `at`."""
        number = next(self._ticket_numbers)
        (at or held).tickets[number] = ticket
        held.send({**message, "ticket": number, "source": ticket.source, "echo": ticket.echo}, payload)
        if ticket.refused:  # a worker in this very process has answered by now
            raise ticket.refused
        return ticket

    def show(self, sitting: Sitting, held: Held, source: str = "", echo: int | None = None) -> None:
        """Tell the socket what the run has become; it is an answer if the socket asked."""
        event = held.now.event()
        if not sitting.answer(Ticket(source, echo, False), event):
            sitting.tell({**event, "echo": None})
