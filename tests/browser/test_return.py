"""Coming back: by a reload, in a second tab, and after the line was cut."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser._drive import Stage, address, expect_paused, fits

Open = Callable[..., Page]


def learned(stage: Stage) -> dict:
    """Train a little, change a weight, and say what the numbers then are."""
    stage.epochs(2)
    stage.neuron("layers.1[0]").click()
    field = stage.details.locator('[data-address="layers.1.weight[0,0]"]')
    before = stage.value("train_loss")
    field.fill("0.5")
    field.press("Enter")
    fits(lambda: stage.value("train_loss"), lambda now: now != before, "the edited loss")
    stage.details.get_by_role("button", name="Close").click()
    fits(lambda: address(stage.page), lambda now: "changed=1" in now, "a link that says it was changed")
    return stage.metrics()


def test_a_reload_comes_back_to_the_same_weights_at_the_same_step(playground: Page) -> None:
    stage = Stage(playground)
    numbers = learned(stage)
    link = address(playground)
    playground.reload()
    fits(stage.metrics, lambda now: now == numbers, str(numbers))
    expect_paused(stage)
    assert address(playground) == link
    stage.undo.click()  # the past has come along too
    fits(lambda: stage.value("train_loss"), lambda now: now != numbers["train_loss"], "the loss before the edit")
    assert stage.value("epoch") == 2


def test_a_second_tab_with_the_same_token_gets_a_fork(playground: Page) -> None:
    """A duplicated tab has a copy of the session storage, and with it the first one's token."""
    stage = Stage(playground)
    numbers = learned(stage)
    with playground.expect_popup() as opened:
        playground.evaluate("window.open(location.href)")
    fork = Stage(opened.value)
    fits(fork.metrics, lambda now: now == numbers, str(numbers))
    tokens = [page.evaluate("sessionStorage['glassbox.token']") for page in (playground, fork.page)]
    assert tokens[0] != tokens[1]
    fork.epochs(1)
    assert stage.metrics() == numbers  # the first tab is as it was, and still alive
    stage.step_by("One epoch")
    stage.expect_value("epoch", 3)
    assert fork.value("epoch") == 3
    expect(stage.notices.get_by_text("does not know this page")).to_be_hidden()


class Line:
    """The line between browser and server: it can be cut, and mended."""

    def __init__(self, port: int):
        self.target = port
        self.cut = False
        self.ends: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self.listener.accept()
                if self.cut:
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                return
            self.ends += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        try:
            while data := one.recv(65536):
                other.sendall(data)
        except OSError:
            pass
        for end in (one, other):
            hang_up(end)

    def break_off(self) -> None:
        """Cut all that is open; whoever calls again is not answered."""
        self.cut = True
        for end in self.ends:
            hang_up(end)

    def close(self) -> None:
        """For good."""
        self.listener.close()
        self.break_off()


def hang_up(end: socket.socket) -> None:
    """Close a connection, also under a thread that reads it."""
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    end.close()


@pytest.fixture
def line(app: object) -> Iterator[Line]:
    """A line to the app."""
    line = Line(app.port)
    yield line
    line.close()


def test_a_lost_connection_comes_back_to_the_same_step(chromium: Browser, line: Line) -> None:
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    context.set_default_timeout(15_000)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"http://127.0.0.1:{line.port}/")
    stage = Stage(page)
    expect(stage.number("step")).to_have_attribute("data-value", "0", timeout=30_000)
    numbers = learned(stage)
    picture = stage.settled_picture(stage.output)
    line.break_off()
    expect(stage.notices).to_contain_text("The connection was lost. The picture is the last one that came")
    assert stage.settled_picture(stage.output) == picture
    line.cut = False
    expect(stage.root).to_have_attribute("data-connection", "open")
    fits(stage.metrics, lambda now: now == numbers, str(numbers))
    expect(stage.notices.get_by_text("The connection was lost")).to_be_hidden()
    expect(page.locator("[data-run=main]")).to_have_count(1)
    expect_paused(stage)
    stage.epochs(1)
    assert faults == []
    context.close()
