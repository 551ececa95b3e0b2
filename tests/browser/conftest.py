"""The real app in a real browser: started once, as run.py starts it, and driven by Playwright."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

import run

START_SECONDS = 60
SLOW = 15_000  # ms; a busy machine with two cores, not what a person should meet
expect.set_options(timeout=SLOW)
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is marked, so that `-m "not browser"` leaves it out."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class App:
    """The running server: its address, its process, and what it has written."""

    def __init__(self, log: Path, port: int | None = None):
        self.port = port or free_port()
        self.url = run.address("127.0.0.1", self.port)
        self.log = log
        self.process = self._start()

    def _start(self) -> subprocess.Popen:
        command = run.server_command(sys.executable, "127.0.0.1", self.port)
        with self.log.open("ab") as out:
            process = subprocess.Popen(command, cwd=run.ROOT, stdout=out, stderr=subprocess.STDOUT)
        end = time.monotonic() + START_SECONDS
        while not run.answers(self.url):
            if process.poll() is not None or time.monotonic() > end:
                process.kill()
                pytest.fail(f"The app did not start:\n{self.log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.05)
        return process

    def stop(self) -> None:
        """End the server as Ctrl-C or a service manager would; it has ten seconds to go."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            pytest.fail("The app was still running ten seconds after SIGTERM.")


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app, started once for all tests, on a free port."""
    server = App(tmp_path_factory.mktemp("app") / "log.txt")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One headless browser for all tests; a machine without one fails, it does not skip."""
    program = os.environ.get(run.CHROMIUM) or shutil.which("chromium")
    if not program:
        pytest.fail(run.NO_BROWSER)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, app: App) -> Iterator[Callable[..., Page]]:
    """A function that opens the playground in a tab of its own.

    open_page(hash="", width=1366, height=768, **context) waits until Play can be pressed and numbers are
    there. At the end of the test no tab may have written an error to its console.
    """
    yield from _tabs(chromium, app)


@pytest.fixture(scope="module")
def tab(chromium: Browser, app: App) -> Iterator[Callable[..., Page]]:
    """The same for tabs that the tests of a file share: those that change nothing in them."""
    yield from _tabs(chromium, app)


def _tabs(chromium: Browser, app: App) -> Iterator[Callable[..., Page]]:
    contexts, errors = [], []

    def opened(hash: str = "", width: int = 1366, height: int = 768, **options: object) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(SLOW)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: message.type == "error" and errors.append(message.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(app.url + ("/#" + hash.removeprefix("#") if hash else ""))
        expect(page.locator("[data-command=play]")).to_be_enabled(timeout=2 * SLOW)
        expect(page.locator("[data-number=step]")).to_have_attribute("data-value", re.compile("."), timeout=2 * SLOW)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def playground(open_page: Callable[..., Page]) -> Page:
    """The playground as a person first meets it, at 1366 × 768."""
    return open_page()
