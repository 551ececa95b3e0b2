"""How fast it feels: frames and answers of the real app in a real browser.

    python benchmarks/live.py [--seconds 8] [--times 30] [--only frames|input|widget|start|learn]

Starts the app as run.py does, on a free port, and drives a headless Chromium (GLASSBOX_CHROMIUM
names another). A frame counts once it is painted: the stage sends its credit back right after. An
input counts from the browser's own time of the event to the painted frame that answers it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # as the app's workers
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import run as launcher  # noqa: E402

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
ALL_INPUTS = ["x1", "x2", "x1_squared", "x2_squared", "x1x2", "sin_x1", "sin_x2"]
NETWORKS: dict[str, dict[str, Any]] = {
    "2-4-2-1": {},
    "7-8-8-8-8-8-8-1": {"inputs": ALL_INPUTS, "network.layers": [{"units": 8}] * 6},
}

# Watches the stage's socket from outside: the bytes of frames, the credit that follows a paint, and
# how long after the last input the frame was painted that echoes the message it caused.
WATCH = """
window.bench = { painted: [], bytes: 0, frames: 0, answers: [], input: 0, waiting: new Map(), store: null };
(() => {
  for (const type of ["pointerdown", "keydown"]) {
    addEventListener(type, (event) => { bench.input = event.timeStamp; bench.revision = bench.store?.revision; }, true);
  }
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    const sent = send.call(this, data);
    if (!this.url.includes("/live/") || typeof data !== "string") return sent;
    if (!this.watched) {
      this.watched = true;
      this.addEventListener("message", ({ data }) => {
        if (typeof data !== "string") { bench.bytes += data.byteLength; bench.frames += 1; }
      });
    }
    const message = JSON.parse(data);
    const now = performance.now();
    if (message.type === "credit") {
      // Two frames painted as one give two credits at once.
      if (now - (bench.painted.at(-1) ?? -9) > 1) bench.painted.push(now);
      bench.first ??= performance.timeOrigin + now;
      const frame = bench.store?.frame;
      if (bench.waiting.has(frame?.echo)) {
        bench.answers.push(now - bench.waiting.get(frame.echo));
        bench.waiting.clear();
      }
      if (bench.widget && frame?.revision > bench.revision) {
        bench.answers.push(now - bench.input);
        bench.widget = false;
      }
    } else if (message.type === "propose" || message.name === "edit") bench.waiting.set(message.id, bench.input);
    return sent;
  };
})();
"""
# The modules of the page are singletons, so this is the store that the stage itself reads.
FIND_STORE = """async () => {
  const { connect } = await import(`${location.origin}/stage/js/socket.js`);
  const token = Object.values(sessionStorage).find((value) => /^[\\w-]{20,}$/.test(value));
  bench.store = connect("", token).store("main");
}"""
SAMPLE = """() => ({ now: performance.now(), painted: bench.painted.length, bytes: bench.bytes, frames: bench.frames,
  step: bench.store.frame.step, batch: bench.store.shape.batch, train: bench.store.shape.samples.train })"""


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def server(host: str = "127.0.0.1") -> Iterator[tuple[str, float]]:
    """The running app's address, and the time at which its process was started."""
    port = free_port()
    url, began = launcher.address(host, port), time.time()
    with tempfile.TemporaryFile() as log:
        command = launcher.server_command(sys.executable, host, port)
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        try:
            while not launcher.answers(url):
                if process.poll() is not None:
                    log.seek(0)
                    raise SystemExit(f"The app did not start:\n{log.read().decode(errors='replace')[-3000:]}")
                time.sleep(0.02)
            yield url, began
        finally:
            process.terminate()
            process.wait(15)


def open_page(browser: Any, url: str, changes: dict[str, Any] | None = None) -> Any:
    """A tab of its own with the playground, its first frame painted."""
    from dlcore import RunSpec
    from dlcore.links import write_link

    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.add_init_script(WATCH)
    link = write_link(RunSpec.default().with_(**changes)) if changes else ""
    page.goto(f"{url}/#{link}" if link else url, wait_until="commit")
    page.wait_for_function("bench.painted.length > 0", polling=50)
    return page


def percentiles(values: list[float]) -> str:
    """Median and 95th percentile."""
    return f"p50 {median(values):6.1f}   p95 {quantiles(values, n=20, method='inclusive')[-1]:6.1f} ms"


def frames(browser: Any, url: str, seconds: float) -> None:
    """Painted frames and epochs per second while it plays, everything on screen."""
    print("\nPlaying                 frames/s   epochs/s   steps/s   gap p50 / p95 ms   frame")
    for name, changes in NETWORKS.items():
        page = open_page(browser, url, changes)
        page.evaluate(FIND_STORE)
        page.locator("[data-command=play]").click()
        page.wait_for_timeout(2000)
        before = page.evaluate(SAMPLE)
        page.wait_for_timeout(seconds * 1000)
        after = page.evaluate(SAMPLE)
        times = page.evaluate(f"bench.painted.slice({before['painted']})")
        gaps = sorted(b - a for a, b in pairwise(times))
        took = (after["now"] - before["now"]) / 1000
        steps = (after["step"] - before["step"]) / took
        size = (after["bytes"] - before["bytes"]) / max(1, after["frames"] - before["frames"])
        print(
            f"{name:22}  {len(times) / took:8.1f}   {steps * after['batch'] / after['train']:8.0f}  "
            f"{steps:8.0f}   {median(gaps):7.1f} / {gaps[int(0.95 * len(gaps))]:5.1f}   {size / 1000:6.1f} kB",
            flush=True,
        )
        page.context.close()


def _answers(page: Any, times: int, act: Callable[[int], None]) -> list[float]:
    page.evaluate("bench.answers = []")
    for number in range(times):
        act(number)
        page.wait_for_function(f"bench.answers.length > {number}", polling=20)
        page.wait_for_timeout(120 + 7 * (number % 9))  # at no fixed place between two frames
    return page.evaluate("bench.answers")


def stage_input(browser: Any, url: str, times: int) -> None:
    """From a key or click on the stage to the painted frame that answers it."""
    print("\nInput to paint on the stage (aim: p95 at most 50 ms)")
    for playing in (False, True):
        page = open_page(browser, url)
        page.evaluate(FIND_STORE)
        page.evaluate("bench.store.setSelected({ layer: 0, unit: 0 })")
        if playing:
            page.locator("[data-command=play]").click()
        field = page.locator('[data-address="layers.0.bias[0]"]').first

        def edit(number: int, page: Any = page, field: Any = field) -> None:
            field.fill(str(round(0.1 + 0.01 * number, 2)))
            page.keyboard.press("Enter")

        units = page.locator("[data-control=units] button")

        def more(number: int, units: Any = units) -> None:
            units.nth(1 - number % 2).click()

        state = "playing" if playing else "paused"
        print(f"  a bias, Enter in its field, {state:8}      {percentiles(_answers(page, times, edit))}", flush=True)
        print(f"  neurons − and +, a click, {state:8}        {percentiles(_answers(page, times, more))}", flush=True)
        page.context.close()


def widget_input(browser: Any, url: str, times: int) -> None:
    """From a key on one of Streamlit's widgets to the painted frame of the new revision."""
    print("\nInput to paint by a widget (aim: at most 300 ms)")
    for playing in (False, True):
        page = open_page(browser, url)
        page.evaluate(FIND_STORE)
        if playing:
            page.locator("[data-command=play]").click()
        slider = page.get_by_role("slider", name="Batch size")

        def slide(number: int, page: Any = page, slider: Any = slider) -> None:
            slider.focus()
            page.evaluate("bench.widget = true")
            page.keyboard.press("ArrowLeft" if number % 2 else "ArrowRight")

        choice = page.get_by_role("combobox", name="Learning rate")

        def choose(number: int, page: Any = page, choice: Any = choice) -> None:
            choice.click()
            option = page.get_by_role("option").nth(number % 4)
            option.wait_for()
            page.evaluate("bench.widget = true")
            option.click()

        state = "playing" if playing else "paused"
        print(f"  slider, an arrow key, {state:8}            {percentiles(_answers(page, times, slide))}", flush=True)
        print(f"  choice, a click, {state:8}                 {percentiles(_answers(page, times, choose))}", flush=True)
        page.context.close()


def learn(browser: Any, url: str, seeds: int, patience: float = 30) -> None:
    """From Play to the painted frame with a test loss below 0.05: the spiral, [8, 8], all seven inputs."""
    took = []
    for seed in range(1, seeds + 1):
        spiral = {"data": "spiral", "inputs": ALL_INPUTS, "network.layers": [{"units": 8}] * 2, "seed": seed}
        page = open_page(browser, url, spiral)
        page.evaluate(FIND_STORE)
        page.locator("[data-command=play]").click()
        page.evaluate("bench.began = bench.input")
        page.wait_for_function(
            "bench.done ??= bench.store.frame.numbers.test_loss < 0.05 ? performance.now() - bench.began"
            f" : performance.now() - bench.began > {patience * 1000} ? -1 : null",
            polling="raf",
        )
        took.append(page.evaluate("bench.done") / 1000)
        page.context.close()
    there = sorted(seconds for seconds in took if seconds > 0)
    middle = f"median {median(there):.2f} s, from {there[0]:.2f} to {there[-1]:.2f}" if there else "never"
    print(f"\nPlay to test loss < 0.05 on the spiral (aim: below 1 s)   {middle}; {len(there)} of {seeds} get there")


def start(browser: Any, times: int) -> None:
    """From the command to the first painted network in a browser that is open already."""
    took = []
    for _ in range(times):
        with server() as (url, began):
            page = open_page(browser, url)
            took.append(page.evaluate("bench.first") / 1000 - began)
            page.context.close()
    print(f"\nCommand to painted network (aim: 3 s)   {', '.join(f'{one:.2f}' for one in took)} s", flush=True)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=8, help="of playing, for each network")
    parser.add_argument("--times", type=int, default=30, help="inputs of each kind")
    parser.add_argument("--only", default="", choices=["", "frames", "input", "widget", "start", "learn"])
    chosen = parser.parse_args()

    def wanted(name: str) -> bool:
        return chosen.only in ("", name)

    if hasattr(os, "getloadavg"):
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before")
    program = os.environ.get(launcher.CHROMIUM) or shutil.which("chromium")
    if not program:
        raise SystemExit(launcher.NO_BROWSER)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        if wanted("start"):
            start(browser, 5)
        if chosen.only != "start":
            with server() as (url, _):
                if wanted("frames"):
                    frames(browser, url, chosen.seconds)
                if wanted("input"):
                    stage_input(browser, url, chosen.times)
                if wanted("widget"):
                    widget_input(browser, url, chosen.times)
                if wanted("learn"):
                    learn(browser, url, chosen.times)
        browser.close()


if __name__ == "__main__":
    main()
