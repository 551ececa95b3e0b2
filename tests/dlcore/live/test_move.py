"""The hub's side of a run that moves or is lost, with workers that only write down what they are told."""

from __future__ import annotations

import pytest

from dlcore.live import Hub
from dlcore.params import SpecError


class Place:
    def __init__(self, ready=True, device="cpu"):
        self.runs, self.said, self.ready, self.process, self.device = 0, [], ready, None, device

    def send(self, message, payload=b""):
        self.said.append((message, payload))

    def ops(self):
        return [message["op"] for message, _ in self.said]


class Places:
    def __init__(self):
        self.slots, self.other = [Place()], Place(ready=False)
        self.devices, self.graphics = ("cpu",), {}

    def place(self, devices=("cpu",)):
        if "cpu" in devices:
            return self.slots[0]
        for device in devices:
            self.graphics.setdefault(device, Place(ready=False, device=device))
        return min((self.graphics[device] for device in devices), key=lambda place: place.runs)

    def without(self, device):
        self.devices = tuple(other for other in self.devices if other != device)
        self.graphics.pop(device, None)

    def heavy(self):
        return self.other


class Ear:
    source, document = "socket", "d"

    def __init__(self):
        self.events, self.frames = [], []

    def tell(self, event):
        self.events.append(event)

    def show(self, frame):
        self.frames.append(frame)

    def end(self, code):
        pass


@pytest.fixture
def moving():
    """A hub, a watched run that was asked to be handed over, and the two places."""
    pool = Places()
    hub, ear = Hub(pool=pool), Ear()
    token = hub.new_sitting()
    hub.join(token, ear)
    held = hub.find(token, "main")[1]
    hub.subscribe(token, "s", [{"id": "parameters"}], 2)
    frame = {"op": "frame", "run": held.key, "subscription": "s"}
    frame["generation"] = held.subscriptions["s"].generation
    for _ in range(2):
        hub._received(pool.slots[0], frame, b"frame")
    hub._received(pool.slots[0], {"op": "heavy", "run": held.key}, b"")
    assert "hand_over" not in pool.slots[0].ops()  # the heavy worker is not up yet
    pool.other.ready = True
    hub._received(pool.other, {"op": "ready"}, b"")
    hub._received(pool.slots[0], {"op": "heavy", "run": held.key}, b"")
    assert pool.slots[0].ops().count("hand_over") == 1
    return hub, token, held, ear, pool


def status_of(held, **more):
    names = ("step", "epoch", "can_undo", "can_redo", "changed", "playing", "speed", "trouble", "revision")
    return {name: getattr(held.now, name) for name in names} | {"spec": held.now.spec.to_dict()} | more


def hand_over(hub, held, pool, **more):
    going = {"goal": None, "was_echo": None}
    message = {"op": "handed_over", "run": held.key, "status": status_of(held, **more), "going": going}
    hub._received(pool.slots[0], message, b"bytes")


def test_what_is_said_meanwhile_is_said_there_in_order(moving):
    hub, token, held, _ear, pool = moving
    old, new = pool.slots[0], pool.other
    before = len(old.said)
    status = status_of(held, playing=True, step=7)
    hub.credit(token, "s")
    hub.propose(token, {"learning.batch_size": 20}, source="socket", echo=4)
    hub.command(token, "reset", source="socket", echo=5)
    assert len(old.said) == before
    going = {"goal": None, "was_echo": 3}
    hub._received(old, {"op": "handed_over", "run": held.key, "status": status, "going": going}, b"bytes")
    assert new.ops() == ["open", "subscribe", "change", "command"]
    opened, payload = new.said[0]
    assert payload == b"bytes" and opened["playing"] and opened["revision"] == 1
    # one frame is still on its way to the browser, the other's credit came back
    assert new.said[1][0]["credits"] == 1
    assert held.saved_at == (7, 0) and (old.runs, new.runs) == (0, 1)
    hub.credit(token, "s")
    assert new.ops()[-1] == "credit"


def test_a_worker_that_dies_while_it_hands_over_keeps_the_run(moving):
    hub, token, held, ear, pool = moving
    hub.command(token, "play", source="socket", echo=8)
    hub._replaced(pool.slots[0])
    assert held.slot is pool.slots[0] and held.waiting is None and not held.tickets
    assert pool.slots[0].ops()[-2:] == ["open", "subscribe"] and not pool.other.said
    assert any(event.get("echo") == 8 and event["type"] == "refused" for event in ear.events)


def test_a_run_that_is_dropped_while_it_moves_leaves_nothing(moving):
    hub, token, held, ear, pool = moving
    hub.leave(token, ear)
    hub.sittings[token].left_at -= 1e6
    hub.tidy()
    hand_over(hub, held, pool)
    assert not hub.held and pool.slots[0].runs == pool.other.runs == 0
    assert not pool.other.said


def test_a_fork_of_a_run_on_its_way_starts_from_the_last_checkpoint(moving):
    hub, token, held, _ear, pool = moving
    checkpoint = {"op": "checkpoint", "run": held.key, "step": 5, "epoch": 0}
    hub._received(pool.slots[0], checkpoint, b"five")
    fork = hub.fork(token)
    hand_over(hub, held, pool)
    assert "fork" not in pool.slots[0].ops() + pool.other.ops()
    hub.join(fork, Ear())
    opened, payload = pool.slots[0].said[-1]
    assert opened["op"] == "open" and payload == b"five" and not opened["playing"]


def test_a_forked_run_has_no_pictures_of_the_first_tab(moving):
    hub, token, held, _ear, pool = moving
    hand_over(hub, held, pool)
    fork = hub.fork(token)
    assert pool.other.ops()[-1] == "copy" and pool.other.runs == 2
    copy = hub.find(fork, "main")[1]
    assert not copy.subscriptions and not copy.tickets and copy.slot is pool.other
    frame = {"op": "frame", "run": copy.key, "subscription": "s", "generation": 1}
    other = Ear()
    hub.join(fork, other)
    hub._received(pool.other, frame, b"frame")
    assert not other.frames


def test_a_run_that_would_not_open_is_opened_anew(moving):
    hub, token, held, _ear, pool = moving
    hand_over(hub, held, pool)
    hub.command(token, "play", source="socket", echo=8)
    refused = {"path": "", "message": "This did not work."}
    hub._received(pool.other, {"op": "lost", "run": held.key, "ticket": None, "refused": refused}, b"")
    assert held.slot is None and not held.tickets and not held.checkpoint and pool.other.runs == 0
    hub.credit(token, "s")  # nobody is there to hear of it
    hub.command(token, "step_batch", source="socket", echo=9)
    assert held.slot is pool.slots[0] and pool.slots[0].ops()[-3:] == ["open", "subscribe", "command"]


def test_a_change_under_way_is_in_the_run_that_starts_without_a_checkpoint(moving):
    hub, token, _held, ear, pool = moving
    hub.propose(token, {"learning.batch_size": 20}, source="socket", echo=4)
    hub._replaced(pool.slots[0])
    assert pool.slots[0].said[-2][0]["spec"]["learning"]["batch_size"] == 20
    assert not any(event.get("text", "").endswith("Please do it again.") for event in ear.events)


# -- devices -----------------------------------------------------------------------------------------

TWO = ("cpu", "cuda:0", "cuda:1")
LARGE = {"network.layers": [{"kind": "dense", "units": 2000, "activation": "relu"}] * 2, "learning.batch_size": 100}


@pytest.fixture
def graphics():
    """A hub on a machine with two graphics processors, a watched run, and its places."""
    pool = Places()
    hub, ear = Hub(pool=pool), Ear()
    token = hub.new_sitting()
    hub.join(token, ear)
    hub._received(pool.slots[0], {"op": "ready", "devices": TWO}, b"")
    return hub, token, hub.find(token, "main")[1], ear, pool


def choose(hub, token, **choice):
    hub.do(token, "compute", choice, source="socket", echo=7)


def moved(hub, held):
    """Hand the run over to where it is bound for."""
    going = {"goal": None, "was_echo": None}
    message = {"op": "handed_over", "run": held.key, "status": status_of(held), "going": going}
    hub._received(held.slot, message, b"bytes")


def test_a_run_moves_to_the_device_that_is_chosen_and_back(graphics):
    hub, token, held, ear, pool = graphics
    assert held.slot is pool.slots[0] and held.now.computing["devices"] == list(TWO)
    choose(hub, token, device="cuda")
    there = pool.graphics["cuda:0"]
    assert held.bound is there and "hand_over" not in pool.slots[0].ops()  # its worker is not up yet
    there.ready = True
    hub._received(there, {"op": "ready", "devices": TWO}, b"")
    assert pool.slots[0].ops()[-1] == "hand_over"
    moved(hub, held)
    assert held.slot is there and held.bound is None and (pool.slots[0].runs, there.runs) == (0, 1)
    opened, payload = there.said[0]
    assert opened["op"] == "open" and payload == b"bytes" and opened["computing"]["device"] == "cuda"
    choose(hub, token, autocast=True)  # the same device: it hears of it there
    assert there.said[-1][0]["computing"] == {"device": "cuda", "autocast": True, "threads": 1}
    hub._received(there, {"op": "heavy", "run": held.key}, b"")
    assert not held.heavy  # long steps there are no reason to leave
    choose(hub, token, device="cpu")
    moved(hub, held)
    assert held.slot is pool.slots[0] and there.runs == 0
    assert ear.events[-2]["computing"]["device"] == "cpu"


def test_runs_share_the_graphics_processors(graphics):
    hub, token, held, _ear, pool = graphics
    choose(hub, token, device="cuda")
    pool.graphics["cuda:0"].ready = True
    hub._received(pool.graphics["cuda:0"], {"op": "ready", "devices": TWO}, b"")
    moved(hub, held)
    other = hub.new_sitting()
    hub.join(other, Ear())
    choose(hub, other, device="cuda")
    assert hub.find(other, "main")[1].bound is pool.graphics["cuda:1"]


def test_a_device_that_is_missing_is_told_and_nothing_moves(graphics):
    hub, token, held, ear, pool = graphics
    choose(hub, token, device="mps")
    assert held.slot is pool.slots[0] and held.bound is None
    run, answer = ear.events[-2:]
    assert "no Apple graphics processor" in run["computing"]["note"] == answer["result"]["note"]
    choose(hub, token, threads=1)
    assert pool.slots[0].said[-1][0]["computing"]["device"] == "mps"  # and asks again when one is there
    with pytest.raises(SpecError):
        choose(hub, token, device="abacus")


def test_automatic_follows_the_size_of_the_network(graphics):
    hub, token, held, _ear, pool = graphics
    hub.propose(token, LARGE)
    hub._received(held.slot, {"op": "state", "run": held.key, "status": status_of(held, stopped=None)}, b"")
    assert held.bound is pool.graphics["cuda:0"]
    hub.propose(token, {"network.layers": []})
    hub._received(held.slot, {"op": "state", "run": held.key, "status": status_of(held, stopped=None)}, b"")
    assert held.bound is None and "hand_over" not in pool.slots[0].ops()


def test_a_device_that_does_not_work_is_left_alone(graphics):
    hub, token, held, ear, pool = graphics
    choose(hub, token, device="cuda")
    hub._received(pool.graphics["cuda:0"], {"op": "unfit"}, b"")
    assert pool.devices == ("cpu", "cuda:1") and held.bound is pool.graphics["cuda:1"]
    hub._received(pool.graphics["cuda:1"], {"op": "unfit"}, b"")
    assert held.bound is None and held.slot is pool.slots[0]
    hub._received(pool.slots[0], {"op": "ready", "devices": TWO}, b"")
    assert pool.devices == ("cpu",) and "no CUDA graphics processor" in ear.events[-1]["computing"]["note"]


def test_a_choice_goes_along_with_a_branch(graphics):
    hub, token, _held, _ear, _pool = graphics
    choose(hub, token, threads=2)
    hub.do(token, "fork", {"step": None, "changes": {}}, source="socket", echo=9)
    assert hub.find(token, "branch-1")[1].computing.threads == 2
    fork = hub.fork(token)
    assert hub.find(fork, "main")[1].computing.threads == 2
