"""The rule of ownership: one spec, revisions, merging; and the hub without a server."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

import dlcore.live
from dlcore.limits import Limits
from dlcore.live import LocalHub
from dlcore.params import SpecError
from dlcore.spec import RunSpec


class Watcher:
    """Keeps what a socket would be sent."""

    document = "d"

    def __init__(self, source="socket"):
        self.source = source
        self.events, self.frames, self.codes = [], [], []

    def tell(self, event):
        self.events.append(event)

    def show(self, frame):
        self.frames.append(frame)

    def end(self, code):
        self.codes.append(code)


@pytest.fixture
def hub():
    return LocalHub()


@pytest.fixture
def token(hub):
    return hub.new_sitting()


def test_the_server_side_does_not_import_torch():
    """Measured: PyTorch costs the server 1.1 s of start and 200 MB."""
    code = (
        "import sys; import dlcore.live.hub, dlcore.live.endpoint, dlcore.live.pool\n"
        "from dlcore.live import Hub; from dlcore.live.protocol import _welcome\n"
        "from dlcore.live import LocalHub; hub = LocalHub(); token = hub.new_sitting()\n"
        "hub.run(token).event(); _welcome(hub, token, [hub.run(token)])\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_a_change_raises_the_revision_and_reaches_the_run(hub, token):
    now = hub.propose(token, {"learning.optimizer": "adam", "learning.batch_size": 30})
    assert now.revision == 2 and hub.run(token).spec.get("learning.batch_size") == 30
    hub.command(token, "step_batch")
    assert hub.run(token).step == 1
    host = hub._pool.slots[0].host
    assert next(iter(host.runs.values())).run.spec == hub.run(token).spec


def test_what_is_not_allowed_changes_nothing(hub, token):
    before = hub.run(token)
    with pytest.raises(SpecError) as refused:
        hub.propose(token, {"learning.batch_size": 0})
    assert refused.value.path == "learning.batch_size"
    assert hub.run(token) == before


def test_old_revisions_merge_where_their_path_is_untouched(hub, token):
    hub.propose(token, {"learning.batch_size": 20}, base_revision=1, source="page")
    now = hub.propose(token, {"seed": 5}, base_revision=1, source="socket")
    assert now.revision == 3 and now.spec.get("learning.batch_size") == 20
    with pytest.raises(SpecError, match="changed elsewhere"):
        hub.propose(token, {"learning.batch_size": 30}, base_revision=1, source="socket")
    with pytest.raises(SpecError, match="changed elsewhere"):  # a part of what was changed
        hub.propose(token, {"learning.optimizer": "adam"}, source="page")
        hub.propose(token, {"learning.optimizer.learning_rate": 1.0}, base_revision=3, source="socket")
    assert hub.run(token).spec.get("learning.batch_size") == 20


def test_a_drag_does_not_refuse_itself(hub, token):
    for value in (1, 2, 3, 4):
        now = hub.propose(token, {"data.noise": value}, base_revision=1, source="socket")
    assert now.spec.get("data.noise") == 4


def test_layers_that_were_renumbered_are_not_mistaken(hub, token):
    hub.propose(token, operation={"name": "insert_layer", "index": 0}, base_revision=1, source="socket")
    with pytest.raises(SpecError, match="changed elsewhere"):
        hub.propose(token, {"network.layers.0.units": 7}, base_revision=1, source="socket")


def test_undo_and_redo_are_followed(hub, token):
    hub.propose(token, {"network.layers.0.units": 6})
    hub.command(token, "undo")
    now = hub.run(token)
    assert now.spec == RunSpec.default() and now.revision == 3 and now.can_redo and not now.can_undo
    hub.command(token, "undo")  # there is nothing more
    assert hub.run(token).revision == 3
    hub.command(token, "redo")
    assert hub.run(token).spec.get("network.layers.0.units") == 6 and hub.run(token).revision > 3


def test_the_view_belongs_to_the_revision_and_to_the_link(hub, token):
    now = hub.set_view(token, {"discretize": True})
    assert now.revision == 2 and "discretize=1" in now.hash
    with pytest.raises(SpecError):
        hub.set_view(token, {"discretise": True})


def test_dependents_go_back_to_automatic_with_a_note(hub, token):
    hub.propose(token, {"learning.loss": "hinge"})
    now = hub.propose(token, {"data": "plane"})
    assert now.spec.get("learning.loss") == "auto" and now.notes


def test_a_link_opens_at_step_0_and_undo_leads_back(hub, token):
    hub.command(token, "step_batch")
    notes = hub.open_link(token, "v=1&data=circle&rate=0.1&inputs=x1,x2&layers=4,2&seed=1&what=1")
    assert notes
    now = hub.run(token)
    assert now.step == 0 and now.spec.get("learning.optimizer.learning_rate") == 0.1
    while hub.run(token).can_undo:
        hub.command(token, "undo")
    assert hub.run(token).spec == RunSpec.default()


def test_play_goes_on_while_it_is_given_turns(hub, token):
    watcher = Watcher()
    hub.join(token, watcher)
    hub.subscribe(token, "s1", [{"id": "parameters"}], 2)
    hub.command(token, "play", source="socket", echo=3)
    assert watcher.events[-1]["echo"] == 3 and watcher.events[-1]["playing"]
    hub.turn(0.05)
    assert len(watcher.frames) == 2
    hub.leave(token, watcher)
    now = hub.run(token)
    assert not now.playing and now.step > 0
    hub.turn(0.05)
    assert hub.run(token).step == now.step


def test_training_that_diverges_stops_with_a_sentence(hub, token):
    watcher = Watcher()
    hub.join(token, watcher)
    hub.propose(
        token,
        {"data": "plane", "learning.optimizer.learning_rate": 10, "network.layers.0.activation": "relu"},
    )
    hub.propose(token, {"network.layers.1.activation": "linear", "network.output.activation": "auto"})
    for index in range(3):
        hub.do(token, "edit", {"address": f"layers.0.weight[{index},0]", "value": 9e5})
    hub.command(token, "play")
    for _ in range(200):
        hub.turn()
        if hub.run(token).trouble:
            break
    now = hub.run(token)
    assert now.trouble and now.trouble["message"].endswith(".") and not now.playing
    assert watcher.events[-1]["trouble"] == now.trouble


def test_pages_may_call_from_many_threads(hub, token):
    def change(path, value):
        for _ in range(20):
            hub.propose(token, {path: value})
            hub.run(token).event()

    threads = [
        threading.Thread(target=change, args=item)
        for item in [("learning.batch_size", 20), ("data.noise", 5), ("seed", 3), ("learning.penalty", "l2")]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spec = hub.run(token).spec
    assert spec.get("learning.batch_size") == 20 and spec.get("seed") == 3 and spec.get("data.noise") == 5
    host = hub._pool.slots[0].host
    assert next(iter(host.runs.values())).run.spec == spec


def test_current_is_local_without_a_server():
    dlcore.live.set_current(None)
    hub = dlcore.live.current()
    assert isinstance(hub, LocalHub) and dlcore.live.current() is hub
    dlcore.live.set_current(None)


def test_limits_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("GLASSBOX_WORKERS", "3")
    monkeypatch.setenv("GLASSBOX_ALLOWED_ORIGINS", "a.example,b.example")
    limits = Limits.from_environment()
    assert limits.workers == 3 and limits.allowed_origins == "a.example,b.example"
