"""Files beside the socket: a ticket is good for one purpose and a while, and all that waits is bounded."""

from types import SimpleNamespace

import pytest

from dlcore.limits import Limits
from dlcore.live import exchange
from dlcore.live.exchange import GOOD_FOR, MOST_FILES, Exchange
from dlcore.params import SpecError


@pytest.fixture
def clock(monkeypatch):
    now = SimpleNamespace(seconds=100.0)
    monkeypatch.setattr(exchange, "time", SimpleNamespace(monotonic=lambda: now.seconds))
    return now


def refused(ask, *arguments) -> bool:
    with pytest.raises(SpecError, match="not here any more"):
        ask(*arguments)
    return True


def test_a_ticket_is_good_for_its_purpose_alone(clock):
    box = Exchange(Limits())
    fetch, send = box.offer("sitting", "main", "run", b"bytes"), box.expect("sitting", "main")
    assert [box.fetch(fetch).data for _ in range(2)] == [b"bytes", b"bytes"]  # a browser may ask twice
    box.check(send)
    assert refused(box.fetch, send) and refused(box.accept, fetch) and refused(box.check, fetch)
    assert box.accept(send).token == "sitting"
    assert refused(box.accept, send)  # one file


def test_a_ticket_is_good_for_a_while(clock):
    box = Exchange(Limits())
    tickets = box.offer("sitting", "main", "run", b""), box.expect("sitting", "main")
    clock.seconds += GOOD_FOR
    assert box.fetch(tickets[0]) and box.accept(tickets[1])
    clock.seconds += 1
    assert refused(box.fetch, tickets[0])


def test_a_newer_one_takes_the_place_of_the_same_sitting_s(clock):
    box = Exchange(Limits())
    first, other = (box.offer(name, "main", "run", b"") for name in ("one", "two"))
    asked = box.expect("one", "main")
    box.offer("one", "branch-1", "run", b""), box.expect("one", "main")
    assert refused(box.fetch, first) and refused(box.check, asked)
    assert box.fetch(other)


def test_what_waits_together_is_bounded_and_the_oldest_goes(clock):
    box = Exchange(Limits(max_file_bytes=10))
    tickets = [box.offer(f"sitting {number}", "main", "run", b"x" * 10) for number in range(MOST_FILES + 2)]
    assert all(refused(box.fetch, ticket) for ticket in tickets[:2])
    assert sum(len(box.fetch(ticket).data) for ticket in tickets[2:]) == MOST_FILES * 10
