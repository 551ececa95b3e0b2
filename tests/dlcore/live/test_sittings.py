"""Who may hold a sitting: reload, second tab, connection lost, nobody for too long."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from dlcore.limits import LIMITS
from dlcore.live import Hub, LocalHub, UnknownSitting
from dlcore.params import SpecError


def trained(tab):
    tab.subscribe()
    tab.command("step_epoch")
    tab.frame(lambda frame: frame["epoch"] == 1)
    return tab.events[0]["token"]


def test_a_second_tab_gets_a_fork_with_the_same_weights(server, tab):
    token = trained(tab)
    weights = tab.frames[-1][0]["parameters/layers.0.weight"]
    # The first tab must answer the server's ping, so somebody has to read its socket meanwhile.
    done = threading.Event()
    reader = threading.Thread(target=lambda: all(tab.receive(0.05) or True for _ in iter(done.is_set, True)))
    reader.start()
    try:
        second = server.open(token, claimed=True)
    finally:
        done.set()
        reader.join()
    assert second.events[0]["type"] == "forked" and second.events[0]["token"] != token
    assert second.events[1]["type"] == "welcome" and second.events[1]["token"] == second.events[0]["token"]
    second.subscribe()
    arrays, frame = second.frame()
    assert frame["epoch"] == 1 and (arrays["parameters/layers.0.weight"] == weights).all()
    second.command("step_epoch")
    second.frame(lambda frame: frame["epoch"] == 2)
    tab.send("credit", subscription="s1", frames_per_second=60.0)
    assert tab.answer(tab.command("step_batch"))
    assert tab.frame(lambda frame: frame["step"] == 26)[1]["epoch"] == 1  # the two go their own ways
    second.socket.close()


def test_the_same_page_load_takes_its_own_socket_over(server, tab):
    token = trained(tab)
    again = server.open(token, document=tab.document, claimed=True)
    assert tab.closed() == 4409
    assert again.events[0]["type"] == "welcome"
    again.subscribe()
    assert again.frame()[1]["epoch"] == 1
    again.socket.close()


def test_a_tab_that_does_not_answer_is_taken_over(server, tab):
    token = trained(tab)
    tab.pongs = False
    tab.quiet(0.3)
    again = server.open(token, claimed=True)
    assert again.events[0]["type"] == "welcome"
    assert tab.closed() == 4409
    again.socket.close()


def test_a_lost_socket_pauses_and_comes_back_to_the_same_step(server, tab, until):
    tab.subscribe()
    tab.answer(tab.command("play"))
    tab.frame(lambda frame: frame["step"] > 10)
    token = tab.events[0]["token"]
    tab.socket.close()
    until(lambda: not server.hub.run(token).playing)
    step = server.hub.run(token).step
    again = server.open(token, claimed=True)
    assert again.events[1]["playing"] is False and again.events[1]["can_undo"] is True
    again.subscribe()
    assert again.frame()[1]["step"] == step >= 10
    again.socket.close()


def test_nobody_comes_back():
    hub = LocalHub(replace(LIMITS, abandoned_after=0.0))
    token = hub.new_sitting()
    hub.command(token, "step_batch")
    time.sleep(0.01)
    hub.tidy()
    assert not hub.knows(token)
    with pytest.raises(UnknownSitting):
        hub.run(token)
    assert hub.claim(token) != token
    assert hub._pool.slots[0].runs == 0 and not hub._pool.slots[0].host.runs


def test_a_full_server_says_so():
    hub = LocalHub(replace(LIMITS, max_sittings=2))
    kept = hub.claim(hub.new_sitting())
    hub.new_sitting()
    with pytest.raises(SpecError, match="takes no more"):
        hub.new_sitting()
    assert hub.claim(kept) == kept


def test_tokens_cannot_be_guessed():
    hub = Hub(workers=1)
    tokens = {hub.new_sitting() for _ in range(100)}
    assert len(tokens) == 100 and all(len(token) >= 43 for token in tokens)
    assert not hub.knows("") and not hub.knows(None) and not hub.knows(["x"])
