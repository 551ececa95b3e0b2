"""Set up and start Glassbox in one command, with nothing but Python.

    python3 run.py [--port N] [--host H] [--no-open]     start the app and open a browser
    python3 run.py --host 0.0.0.0                        for a class: prints the address for the board
    python3 run.py test [pytest arguments]               every check: style, import rules, tests

The first call makes `.venv` and installs into it; later calls install again only when
`pyproject.toml` or `constraints.txt` changed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST = (3, 11)
PORT = 8501
START_SECONDS = 120  # how long a cold machine may take to answer the first time
# `python -m streamlit`, but the first worker starts to import PyTorch before Streamlit is imported here,
# and a Ctrl-C ends it with a sentence instead of "Aborted!" and a failure.
LAUNCH = """
import sys
from dlcore.live.pool import start_early
start_early()
from click import Abort
from streamlit.web.cli import main
try:
    main(sys.argv[1:], prog_name="streamlit", standalone_mode=False)
except (Abort, KeyboardInterrupt):
    print("Glassbox has stopped.")
"""
CHROMIUM = "GLASSBOX_CHROMIUM"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
CHROMIUM_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
# Those in a browser one after the other: each has a server with workers and the browser's processes to itself.
ALL_TESTS = {
    "tests (pytest)": ["-m", "not browser", "-n", str(os.cpu_count() or 1)],
    "tests in a browser (pytest)": ["-m", "browser"],
}
NO_BROWSER = (
    "No Chromium could be found or installed, so the tests in a real browser cannot run. "
    f"Install Chromium or Google Chrome, or name its program in {CHROMIUM}."
)


class SetupError(Exception):
    """Something the person has to know or do; printed as it is."""


def fingerprint(extra: str, root: Path = ROOT) -> str:
    """What an installation depends on, as one hash: both files, the Python and the extra."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {extra}\n".encode())
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((root / name).read_bytes())
    return digest.hexdigest()


def installed(extra: str, venv: Path = VENV, root: Path = ROOT) -> bool:
    """Whether `venv` already holds what these files ask for; the test extra includes the app."""
    stamps = [venv / "glassbox-test"] + ([] if extra else [venv / "glassbox-app"])
    wanted = {"glassbox-test": fingerprint("test", root), "glassbox-app": fingerprint("", root)}
    return any(stamp.is_file() and stamp.read_text() == wanted[stamp.name] for stamp in stamps)


def set_up(extra: str = "") -> None:
    """Make `.venv` and install Glassbox into it, unless that has been done; SetupError if it fails."""
    if sys.version_info < OLDEST:
        wanted, this = ".".join(map(str, OLDEST)), sys.version.split()[0]
        raise SetupError(f"Glassbox needs Python {wanted} or newer; this is {this}.")
    if PYTHON.exists() and installed(extra):
        return
    if not PYTHON.exists():
        print("Making .venv …", flush=True)
        if subprocess.call([sys.executable, "-m", "venv", "--clear", str(VENV)]) != 0:
            raise SetupError(
                "Python could not make a virtual environment in .venv. "
                "On Debian and Ubuntu, `sudo apt install python3-venv` mends that."
            )
    print("Installing what Glassbox needs; the first time this takes some minutes …", flush=True)
    target = f".[{extra}]" if extra else "."
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "-c", "constraints.txt", "-e", target]
    if subprocess.call(command, cwd=ROOT) != 0:
        raise SetupError("The installation failed; the lines above say why. The same command tries again.")
    (VENV / f"glassbox-{extra or 'app'}").write_text(fingerprint(extra))


def port_is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name != "nt":  # as the server does it: a port left a moment ago is free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def server_command(python: str | Path, host: str, port: int) -> list[str]:
    """The command line that serves the app; the browser tests start it the same way."""
    options = {"server.address": host, "server.port": port, "server.headless": "true"}
    command = [str(python), "-c", LAUNCH, "run", "app.py"]
    return command + [f"--{name}={value}" for name, value in options.items()]


def address(host: str, port: int) -> str:
    """The URL under which this machine reaches the server."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"


def board_addresses(host: str, port: int) -> list[str]:
    """The URLs under which other machines reach a server that listens on `host`; none for loopback.

    "0.0.0.0" and "::" listen on every address of this machine; any other host is the address itself.
    """
    if host in ("0.0.0.0", "::"):
        found = _own_addresses()
    else:
        found = [host]
    return [address(one, port) for one in dict.fromkeys(found) if not _is_loopback(one)]


def _own_addresses() -> list[str]:
    """This machine's IPv4 addresses, the one that leads to its network first. Nothing is sent to find them."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 9))  # chooses the way, and with it the address; no packet leaves
            found.append(probe.getsockname()[0])
        except OSError:  # no network at all
            pass
    try:
        found += socket.gethostbyname_ex(socket.gethostname())[2]
    except OSError:  # a name that nobody can look up
        pass
    return [one for one in found if not one.startswith(("0.", "169.254."))]


def _is_loopback(host: str) -> bool:
    return host == "localhost" or host == "::1" or host.startswith("127.")


def for_the_board(host: str, port: int) -> str:
    """What a teacher writes on the board and asks of the firewall; "" where only this machine gets in."""
    if _is_loopback(host):
        return ""
    urls = board_addresses(host, port)
    if not urls:
        return "This machine has no network address just now, so nobody else can reach it."
    others = f" (or {', '.join(urls[1:])})" if urls[1:] else ""
    return (
        f"For the board: {urls[0]}{others}\n"
        f"The firewall of this machine must let TCP port {port} in, from the classroom's network; "
        "nothing else is needed. Whoever knows the address can use it: there is no password."
    )


def answers(url: str) -> bool:
    """Whether the server at `url` says that it is healthy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{url}/_stcore/health", timeout=1) as reply:
            return reply.status == 200
    except (urllib.error.URLError, OSError):
        return False


def announce(url: str, browse: bool, server: int | None = None, board: str = "") -> None:
    """Wait until the server answers, then print its address and what is `for_the_board`; open a browser.

    Gives up when the process `server` is gone; None means this process itself.
    """
    end = time.monotonic() + START_SECONDS
    while not answers(url):
        if time.monotonic() > end or (server is not None and not _alive(server)):
            return
        time.sleep(0.05)
    print("\n".join(filter(None, [f"Glassbox: {url}", board])), flush=True)
    if browse:
        webbrowser.open(url)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return True


def serve(host: str, port: int, browse: bool) -> int:
    """Run the app until it is stopped; SetupError when the port is taken.

    Where it can, this process *becomes* the server, so that whatever stops the one (Ctrl-C, a
    signal, even kill -9) stops the other; a short-lived child prints the address.
    """
    if not port_is_free(host, port):
        raise SetupError(
            f"Port {port} on {host} is in use or not allowed. "
            f"Stop what uses it, or choose another: python3 run.py --port {port + 1}"
        )
    set_up()
    url, command = address(host, port), server_command(PYTHON, host, port)
    board = for_the_board(host, port)
    os.chdir(ROOT)
    sys.stdout.flush()
    if not hasattr(os, "fork"):
        threading.Thread(target=announce, args=(url, browse, None, board), daemon=True).start()
        try:
            return subprocess.call(command)
        except KeyboardInterrupt:
            return 0
    server = os.getpid()
    child = os.fork()
    if child == 0:  # forked twice, so that the server is left no finished child to collect
        if os.fork() == 0:
            os.setsid()  # a Ctrl-C is the server's; this one notices that the server is gone
            announce(url, browse, server, board)
        os._exit(0)
    os.waitpid(child, 0)
    os.execv(command[0], command)


def chromium_candidates(environ: Mapping[str, str]) -> Iterator[str]:
    """Programs that may be a Chromium on this machine, best first."""
    if environ.get(CHROMIUM):
        yield environ[CHROMIUM]
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name, path=environ.get("PATH")):
            yield found
    yield from CHROMIUM_PLACES
    ask = "import playwright.sync_api as p\nwith p.sync_playwright() as q: print(q.chromium.executable_path)"
    if PYTHON.exists():
        asked = subprocess.run([str(PYTHON), "-c", ask], capture_output=True, text=True)
        if asked.returncode == 0:
            yield asked.stdout.strip()


def works(program: str) -> bool:
    """Whether that program starts: the name of a stub or of a missing file does not count."""
    try:
        return subprocess.run([program, "--version"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def find_chromium(environ: Mapping[str, str]) -> str | None:
    """An installed Chromium; else Playwright's own, else apt's where that is allowed; None without."""
    installs = [[str(PYTHON), "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        installs.append(["apt-get", "install", "-y", "chromium"])
    for install in [None, *installs]:
        if install:
            print("Looking for a Chromium:", " ".join(install), flush=True)
            if subprocess.call(install) != 0:
                continue
        for program in chromium_candidates(environ):
            if works(program):
                return program
    return None


def test(arguments: Sequence[str]) -> int:
    """Every check, also when an earlier one failed; 0 when all of them passed."""
    set_up("test")
    environ = dict(os.environ)
    browser = find_chromium(environ)
    if browser:
        environ[CHROMIUM] = browser
    paths = [str(ROOT), str(ROOT / "pages"), environ.get("PYTHONPATH", "")]
    lint_environ = environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
    linter = "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())"
    without = [] if browser else ["--ignore=tests/browser"]
    checks = {
        "style (ruff)": ([str(PYTHON), "-m", "ruff", "check", "."], environ),
        "import rules (import-linter)": ([str(PYTHON), "-c", linter], lint_environ),
    } | {
        name: ([str(PYTHON), "-m", "pytest", *without, *which], environ)
        for name, which in (ALL_TESTS if not arguments else {"tests (pytest)": arguments}).items()
        if browser or "browser" not in which
    }
    failed = []
    for name, (command, env) in checks.items():
        print(f"\n— {name}", flush=True)
        if subprocess.call(command, cwd=ROOT, env=env) != 0:
            failed.append(name)
    if not browser:
        print(f"\n{NO_BROWSER}")
        failed.append("tests in a browser")
    print(f"\nFailed: {', '.join(failed)}." if failed else "\nEverything passed.")
    return 1 if failed else 0


def arguments_of(argv: Sequence[str]) -> argparse.Namespace:
    """The options for starting the app."""
    parser = argparse.ArgumentParser(
        prog="run.py",
        description=__doc__.partition("\n\n")[2],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=PORT, help=f"the port to listen on ({PORT})")
    parser.add_argument(
        "--host", default="127.0.0.1", help="the address to listen on (127.0.0.1); 0.0.0.0 lets a whole classroom in"
    )
    parser.add_argument("--no-open", action="store_true", help="do not open a browser")
    return parser.parse_args(argv)


def main(argv: Sequence[str]) -> int:
    """Run what the command line asks for; the exit status."""
    try:
        if argv[:1] == ["test"]:
            return test(argv[1:])
        options = arguments_of(argv)
        return serve(options.host, options.port, not options.no_open)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
