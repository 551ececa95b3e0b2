"""A classroom on one machine: thirty learners at once, two of them in a browser that really paints.

    python benchmarks/classroom.py [--learners 30] [--tabs 2] [--seconds 30] [--minutes 0]
                                   [--network small|deep|both] [--every 4] [--no-kill]

Starts the app as `run.py --host 0.0.0.0` does and visits it at the address for the board. Each learner
holds a Streamlit session and a live socket (see `learner.py`), plays at full speed and changes a
setting every few seconds, on the stage and by a widget in turn. Then a worker is killed in mid-play.
With --minutes it goes on for so long and prints memory as it goes. Reads /proc, so it needs Linux.

Server, workers, learners and browser share this machine: the load's own share is printed too.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from learner import Learner, percentile  # noqa: E402
from live import FIND_STORE, FLAGS, NETWORKS, WATCH, server  # noqa: E402

import run as launcher  # noqa: E402

SMALL, DEEP = NETWORKS
NAMES = {"small": [SMALL], "deep": [DEEP], "both": [SMALL, DEEP]}
EPOCHS = {SMALL: 60, DEEP: 20}  # the aims, per learner and second
TICK = os.sysconf("SC_CLK_TCK")
SETTLE = 3.0  # seconds of play before anything is measured
BACK = 20.0  # seconds after a kill within which everybody must have frames again


def children(process: int) -> list[int]:
    """Process ids of the direct children; each thread has its own."""
    threads = Path(f"/proc/{process}/task").glob("*/children")
    return sorted(int(one) for thread in threads for one in thread.read_text().split())


def used(process: int) -> float:
    """Seconds of processor time, children that ended included."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICK


def resident(process: int) -> float:
    """MB of memory that the process holds by itself; pages shared with others count their part."""
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def listener(url: str) -> int:
    """The process id of the app at `url`: our child that was told this port."""
    port = url.rpartition(":")[2]
    for child in children(os.getpid()):
        if f"--server.port={port}" in Path(f"/proc/{child}/cmdline").read_text().split("\0"):
            return child
    raise SystemExit("The app's process was not found.")


def tree(process: int) -> list[int]:
    """The process and all below it."""
    return [process, *(one for child in children(process) for one in tree(child))]


class Tab:
    """A Chromium tab that paints, with the measurements of `benchmarks/live.py` in it."""

    def __init__(self, page: Any):
        self.page = page
        self.before: dict[str, float] = {}

    @classmethod
    async def open(cls, browser: Any, url: str, link: str) -> Tab:
        context = await browser.new_context(viewport={"width": 1366, "height": 768})
        context.set_default_timeout(120_000)
        page = await context.new_page()
        await page.add_init_script(WATCH)
        await page.goto(f"{url}/#{link}", wait_until="commit")
        await page.wait_for_function("bench.painted.length > 0", polling=100)
        await page.evaluate(FIND_STORE)
        return cls(page)

    async def play(self) -> None:
        await self.page.locator("[data-command=play]").click()

    async def read(self) -> dict[str, float]:
        return await self.page.evaluate(
            "() => ({ now: performance.now() / 1000, painted: bench.painted.length, epoch: bench.store.frame.epoch })"
        )

    async def begin(self) -> None:
        self.before = await self.read()

    async def rates(self) -> tuple[float, float]:
        now = await self.read()
        took = now["now"] - self.before["now"]
        return tuple((now[name] - self.before[name]) / took for name in ("painted", "epoch"))  # type: ignore[return-value]


class Load:
    """Processor time and memory of server, workers, learners and browser over a while."""

    def __init__(self, app: int, browser: list[int]):
        self.app, self.browser = app, browser
        self.at = time.perf_counter()
        self.was = self._used()

    def _groups(self) -> dict[str, list[int]]:
        return {"server": [self.app], "workers": children(self.app), "learners": [os.getpid()], "browser": self.browser}

    def _used(self) -> dict[str, float]:
        return {name: sum(used(one) for one in group if alive(one)) for name, group in self._groups().items()}

    def text(self) -> str:
        took = time.perf_counter() - self.at
        shares = {name: (now - self.was[name]) / took for name, now in self._used().items()}
        return ", ".join(f"{name} {share:.2f}" for name, share in shares.items())


def alive(process: int) -> bool:
    """Whether there is such a process."""
    return Path(f"/proc/{process}").exists()


def memory(app: int) -> tuple[float, float]:
    """MB of the server, and of its workers together."""
    return resident(app), sum(resident(one) for one in children(app))


async def quiet(app: int) -> None:
    """Wait until every worker is up and none does anything."""
    cores = len(os.sched_getaffinity(0))
    while True:
        before = {worker: used(worker) for worker in children(app)}
        await asyncio.sleep(1)
        if len(before) >= cores and all(used(one) - was < 0.1 for one, was in before.items()):
            return


def verdict(value: float, aim: float, least: bool = True) -> str:
    """Whether an aim was reached, in one word."""
    return "reached" if (value >= aim if least else value <= aim) else "MISSED"


async def enter(learners: list[Learner], tabs: list[Tab]) -> None:
    """Everybody presses Play."""
    await asyncio.gather(*(learner.play() for learner in learners))
    for tab in tabs:
        await tab.play()


async def watch(learners: list[Learner], tabs: list[Tab], seconds: float, every: float) -> list[tuple[float, float]]:
    """Everybody works for a while; (frames, epochs) per second of each."""
    for learner in learners:
        learner.begin()
    for tab in tabs:
        await tab.begin()
    until = time.perf_counter() + seconds
    busy = [asyncio.create_task(learner.live(every, until)) for learner in learners]
    await asyncio.sleep(seconds)
    found = [learner.rates() for learner in learners] + [await tab.rates() for tab in tabs]
    await asyncio.wait(busy, timeout=60)
    return found


def report(name: str, rates: list[tuple[float, float]], learners: list[Learner], load: Load) -> None:
    """The table of one network."""
    frames, epochs = [one[0] for one in rates], [one[1] for one in rates]
    stage = [1000 * one for learner in learners for one in learner.seen.stage]
    widget = [1000 * one for learner in learners for one in learner.seen.widget]
    aim = EPOCHS[name]
    print(f"\n{name}, {len(rates)} learners")
    print(
        f"  frames per second      median {median(frames):6.1f} (aim 20: {verdict(median(frames), 20)})"
        f"   worst {min(frames):6.1f} (aim 10: {verdict(min(frames), 10)})"
    )
    print(
        f"  epochs per second      median {median(epochs):6.1f} (aim {aim}: {verdict(median(epochs), aim)})"
        f"   worst {min(epochs):6.1f}"
    )
    for what, values, most in (("stage input, ms", stage, 150), ("widget, ms", widget, 1000)):
        high = percentile(values, 0.95)
        print(
            f"  {what:21}  median {percentile(values, 0.5):6.0f}   p95 {high:6.0f} "
            f"(aim {most}: {verdict(high, most, least=False)})   {len(values)} inputs"
        )
    sizes = sum(learner.seen.bytes for learner in learners) / max(1, sum(learner.seen.frames for learner in learners))
    print(f"  a frame                {sizes / 1000:.1f} kB")
    print(f"  cores used             {load.text()}", flush=True)


async def kill(learners: list[Learner], tabs: list[Tab], app: int) -> None:
    """Kill one worker in mid-play; everybody goes on, and nobody's steps run backwards."""
    victim = children(app)[0]
    for learner in learners:
        learner.begin()
    at = time.perf_counter()
    steps = {learner.number: learner.frame["step"] for learner in learners}
    os.kill(victim, signal.SIGKILL)
    await asyncio.sleep(BACK)
    gone = [learner.number for learner in learners if learner.last_frame < at + BACK - 2]
    lost = [steps[learner.number] - learner.frame["step"] for learner in learners]
    backwards = sum(learner.seen.backwards for learner in learners)
    for tab in tabs:
        await tab.begin()
    await asyncio.sleep(2)
    dark = sum([(await tab.rates())[0] == 0 for tab in tabs])
    print(f"\nWorker {victim} killed in mid-play; {BACK:.0f} s later")
    print(f"  without frames         {len(gone)} of {len(learners)} learners, {dark} of {len(tabs)} tabs")
    print(f"  behind where they were {sum(one > 0 for one in lost)}; steps that ran backwards {backwards}", flush=True)


async def hour(learners: list[Learner], tabs: list[Tab], app: int, minutes: float, every: float) -> None:
    """A whole lesson; memory every few minutes (aim: flat within 5 %)."""
    print("\nminute   server MB   workers MB   frames/s median, worst   epochs/s median")
    start, tail = time.perf_counter(), []
    pause = 60 * min(5.0, minutes / 6)
    while (now := (time.perf_counter() - start) / 60) < minutes:
        rates = await watch(learners, tabs, pause, every)
        here, there = memory(app)
        tail.append(here + there)
        frames = [one[0] for one in rates]
        print(
            f"{now + pause / 60:6.1f}   {here:9.0f}   {there:10.0f}   {median(frames):15.1f}, {min(frames):5.1f}"
            f"   {median(one[1] for one in rates):15.1f}",
            flush=True,
        )
    change = 100 * (tail[-1] / tail[min(1, len(tail) - 1)] - 1)
    flat = verdict(abs(change), 5, least=False)
    print(f"memory from the second reading to the last: {change:+.1f} % (aim within 5: {flat})")


async def lesson(options: argparse.Namespace, name: str, browser: Any) -> None:
    """One class with one network, from the first visit to the last figure."""
    from dlcore import RunSpec
    from dlcore.links import write_link

    link = write_link(RunSpec.default().with_(**NETWORKS[name]))
    with server("0.0.0.0") as (local, _):
        app = listener(local)
        boards = launcher.board_addresses("0.0.0.0", int(local.rpartition(":")[2]))
        url = boards[0] if boards else local
        count = options.learners - options.tabs
        learners = [Learner(url, number, link) for number in range(count)]
        first = Learner(url, 99)  # pays for what the first visit alone costs
        await first.open()
        await first.play()
        await first.close()
        await quiet(app)
        empty = memory(app)
        began = time.perf_counter()
        await asyncio.gather(*(learner.open() for learner in learners))
        print(f"\n{count} learners at {url}: all on the page after {time.perf_counter() - began:.1f} s", flush=True)
        tabs = [await Tab.open(browser, url, link) for _ in range(options.tabs)]
        painting = [one for child in children(os.getpid()) if child != app for one in tree(child)]
        await enter(learners, tabs)
        await asyncio.sleep(SETTLE)
        load = Load(app, painting)
        rates = await watch(learners, tabs, options.seconds, options.every)
        report(name, rates, learners, load)
        full = memory(app)
        each = [(full[0] - empty[0]) / options.learners, (full[1] - empty[1]) / options.learners]
        print(
            f"  memory                 server {full[0]:.0f} MB, {each[0]:.2f} a learner; "
            f"workers {full[1]:.0f} MB, {each[1]:.2f} a learner",
            flush=True,
        )
        if not options.no_kill:
            await kill(learners, tabs, app)
        if options.minutes:
            await hour(learners, tabs, app, options.minutes, options.every)
        said = [text for learner in learners for text in learner.complaints]
        unanswered = sum(learner.unanswered for learner in learners)
        print(f"  unanswered             {unanswered}; refused or wrong: {len(said)}")
        for text in sorted(set(said))[:5]:
            print(f"    {text}")
        for tab in tabs:
            await tab.page.context.close()
        await asyncio.gather(*(learner.close() for learner in learners), return_exceptions=True)


async def everything(options: argparse.Namespace) -> None:
    from playwright.async_api import async_playwright

    program = os.environ.get(launcher.CHROMIUM) or shutil.which("chromium")
    if options.tabs and not program:
        raise SystemExit(launcher.NO_BROWSER)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before")
    async with async_playwright() as playwright:
        for name in NAMES[options.network]:
            browser = None
            if options.tabs:
                browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
            await lesson(options, name, browser)
            if browser:
                await browser.close()


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learners", type=int, default=30, help="people in the room, those in a browser included")
    parser.add_argument("--tabs", type=int, default=2, help="so many of them in Chromium, which paints")
    parser.add_argument("--seconds", type=float, default=30, help="of measuring, for each network")
    parser.add_argument("--minutes", type=float, default=0, help="of a whole lesson afterwards, with memory over time")
    parser.add_argument("--network", default="both", choices=NAMES)
    parser.add_argument("--every", type=float, default=4, help="seconds between two changes of one learner")
    parser.add_argument("--no-kill", action="store_true", help="let the workers live")
    asyncio.run(everything(parser.parse_args()))


if __name__ == "__main__":
    main()
