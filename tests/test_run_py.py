"""run.py: the parts that need neither a network nor a browser."""

from __future__ import annotations

import os
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

import run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the two files that decide about an installation, and an empty .venv."""
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "constraints.txt").write_text("torch==2\n")
    (tmp_path / ".venv").mkdir()
    return tmp_path


def stamp(project: Path, name: str, extra: str) -> None:
    (project / ".venv" / name).write_text(run.fingerprint(extra, project))


def test_a_change_of_either_file_asks_for_a_new_installation(project: Path) -> None:
    assert not run.installed("", project / ".venv", project)
    for name in ("pyproject.toml", "constraints.txt"):
        stamp(project, "glassbox-app", "")
        assert run.installed("", project / ".venv", project)
        (project / name).write_text((project / name).read_text() + "# changed\n")
        assert not run.installed("", project / ".venv", project)


def test_the_test_installation_serves_the_app_but_not_the_other_way(project: Path) -> None:
    stamp(project, "glassbox-test", "test")
    assert run.installed("test", project / ".venv", project)
    assert run.installed("", project / ".venv", project)
    (project / ".venv" / "glassbox-test").unlink()
    stamp(project, "glassbox-app", "")
    assert not run.installed("test", project / ".venv", project)


def test_a_busy_port_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not run.port_is_free("127.0.0.1", port)
        assert run.main(["--port", str(port), "--no-open"]) == 1
    assert f"Port {port} on 127.0.0.1 is in use" in capsys.readouterr().err
    assert run.port_is_free("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
        ("box", "http://box:80"),
    ],
)
def test_the_address_is_one_that_this_machine_can_open(host: str, url: str) -> None:
    assert run.address(host, 80) == url


def test_a_class_is_told_every_address_of_this_machine_and_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """Oracle: the addresses that the monkeypatched machine has; loopback ones lead nobody here."""
    monkeypatch.setattr(run, "_own_addresses", lambda: ["192.168.1.20", "127.0.1.1", "10.0.0.7", "192.168.1.20"])
    assert run.board_addresses("0.0.0.0", 8501) == ["http://192.168.1.20:8501", "http://10.0.0.7:8501"]
    text = run.for_the_board("0.0.0.0", 8501)
    assert "For the board: http://192.168.1.20:8501 (or http://10.0.0.7:8501)" in text
    assert "TCP port 8501" in text


@pytest.mark.parametrize(
    ("host", "urls"),
    [
        ("192.168.1.20", ["http://192.168.1.20:80"]),
        ("fd00::2", ["http://[fd00::2]:80"]),
        ("127.0.0.1", []),
        ("localhost", []),
        ("::1", []),
    ],
)
def test_only_what_others_can_reach_goes_on_the_board(host: str, urls: list[str]) -> None:
    assert run.board_addresses(host, 80) == urls
    assert bool(run.for_the_board(host, 80)) == bool(urls)


def test_a_machine_without_a_network_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_own_addresses", lambda: ["127.0.0.1"])
    assert "no network address" in run.for_the_board("0.0.0.0", 80)


def test_the_addresses_found_are_ones_that_this_machine_can_listen_on() -> None:
    for found in run._own_addresses():
        assert run.port_is_free(found, 0)


def test_the_server_gets_host_and_port() -> None:
    command = run.server_command("python", "0.0.0.0", 1234)
    assert command[0] == "python" and command[3:5] == ["run", "app.py"]
    assert {"--server.address=0.0.0.0", "--server.port=1234", "--server.headless=true"} <= set(command)


class Healthy(BaseHTTPRequestHandler):
    """Answers as Streamlit's health check does."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/_stcore/health" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_the_address_is_printed_when_the_server_answers(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = HTTPServer(("127.0.0.1", 0), Healthy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    opened: list[str] = []
    monkeypatch.setattr(run.webbrowser, "open", opened.append)
    url = run.address("127.0.0.1", server.server_port)
    try:
        run.announce(url, browse=False)
        assert capsys.readouterr().out == f"Glassbox: {url}\n"
        assert opened == []
        run.announce(url, browse=True, board="For the board: http://192.168.1.20:80")
        assert capsys.readouterr().out == f"Glassbox: {url}\nFor the board: http://192.168.1.20:80\n"
        assert opened == [url]
    finally:
        server.shutdown()


def test_nothing_is_announced_for_a_server_that_is_gone(capsys: pytest.CaptureFixture[str]) -> None:
    child = os.posix_spawn(sys.executable, [sys.executable, "-c", ""], dict(os.environ))
    os.waitpid(child, 0)
    run.announce("http://127.0.0.1:9", browse=False, server=child)
    assert capsys.readouterr().out == ""


def program(path: Path, status: int) -> str:
    """A program that ends with that status."""
    path.write_text(f"#!/bin/sh\nexit {status}\n")
    path.chmod(0o755)
    return str(path)


def test_a_chromium_must_start_to_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub, real = program(tmp_path / "google-chrome", 1), program(tmp_path / "chromium", 0)
    assert not run.works(stub) and run.works(real) and not run.works(str(tmp_path / "none"))
    named = program(tmp_path / "mine", 0)
    assert run.find_chromium({"PATH": str(tmp_path)}) == real
    assert run.find_chromium({"PATH": str(tmp_path), run.CHROMIUM: named}) == named


def test_without_a_chromium_every_way_is_tried_and_none_is_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[list[str]] = []
    monkeypatch.setattr(run, "chromium_candidates", lambda _: iter(["/nowhere/chromium"]))
    monkeypatch.setattr(run.subprocess, "call", lambda command: tried.append(command) or 1)
    monkeypatch.setattr(run.shutil, "which", lambda name, **_: f"/usr/bin/{name}")
    monkeypatch.setattr(run.os, "geteuid", lambda: 0)
    assert run.find_chromium({}) is None
    assert [command[-3:] for command in tried] == [
        ["playwright", "install", "chromium"],
        ["install", "-y", "chromium"],
    ]


def test_a_missing_browser_fails_the_tests_with_a_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(run, "set_up", lambda extra: None)
    monkeypatch.setattr(run, "find_chromium", lambda environ: None)
    monkeypatch.setattr(run.subprocess, "call", lambda command, **_: ran.append(command) or 0)
    assert run.main(["test", "-k", "spec"]) == 1
    assert run.NO_BROWSER in capsys.readouterr().out
    assert len(ran) == 3 and ran[-1][-2:] == ["-k", "spec"] and "--ignore=tests/browser" in ran[-1]


def test_every_check_runs_although_one_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    results = iter([1, 0, 0, 0])
    monkeypatch.setattr(run, "set_up", lambda extra: None)
    monkeypatch.setattr(run, "find_chromium", lambda environ: "/usr/bin/chromium")
    monkeypatch.setattr(run.subprocess, "call", lambda command, **_: next(results))
    assert run.main(["test"]) == 1
    assert next(results, None) is None


def test_an_old_python_is_told_what_is_needed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "OLDEST", (9, 0))
    assert run.main(["test"]) == 1
    assert "Glassbox needs Python 9.0 or newer" in capsys.readouterr().err
