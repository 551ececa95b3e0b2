"""What the tests in a browser share: reading the stage as a person does, and the engine as oracle."""

from __future__ import annotations

import base64
import math
import re
import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from dlcore import Run, RunSpec

PATIENCE = 15.0  # seconds; a busy machine with two cores, not what a person should meet
SCROLLS = """() => [document.documentElement, document.querySelector("[data-testid=stMain]"),
  document.querySelector("[data-testid=stSidebarContent]")]
  .flatMap(node => [node.scrollHeight - node.clientHeight, node.scrollWidth - node.clientWidth])"""
METRICS = ("train_loss", "test_loss", "train_accuracy", "test_accuracy", "train_error", "test_error")


class Stage:
    """The stage of one page: its buttons, its numbers and its pictures."""

    def __init__(self, page: Page):
        self.page = page
        self.root = page.locator("[data-run=main]")
        self.network = page.get_by_role("region", name="Network", exact=True)
        self.output = page.get_by_role("region", name="Output", exact=True)
        self.curves = page.get_by_role("region", name="Curves", exact=True)
        self.details = page.get_by_role("region", name="Details", exact=True)
        self.notices = page.locator(".notices")
        self.undo = self.button("Undo")
        self.redo = self.button("Redo")

    def button(self, name: str) -> Locator:
        """A button of the stage by what it is called."""
        return self.root.get_by_role("button", name=name, exact=True)

    def number(self, address: str) -> Locator:
        """The place where a number is printed."""
        return self.root.locator(f'[data-number="{address}"]')

    def value(self, address: str) -> float:
        """A printed number at full precision; NaN where there is none."""
        return float(self.number(address).get_attribute("data-value") or "nan")

    def expect_value(self, address: str, value: float) -> None:
        """Wait until a printed number is exactly this one."""
        fits(lambda: self.value(address), lambda now: now == value, f"{address} = {value!r}")

    def metrics(self) -> dict[str, float]:
        """All measured numbers that are printed, read at one moment."""
        found = self.root.evaluate(
            """(root, names) => Object.fromEntries([...root.querySelectorAll("[data-number]")]
            .filter(node => names.includes(node.dataset.number)).map(node => [node.dataset.number,
            node.dataset.value === "" ? null : Number(node.dataset.value)]))""",
            ["epoch", "step", *METRICS],
        )
        return {name: math.nan if value is None else float(value) for name, value in found.items()}

    def expect_as(self, run: Run) -> None:
        """Wait until the printed numbers are those of `run`, to the last bit (the engine is the oracle)."""
        wanted = {"epoch": run.epoch, "step": run.step, **run.metrics}
        fits(
            self.metrics,
            lambda now: len(now) > 3 and all(wanted[name] == value for name, value in now.items()),
            str(wanted),
        )

    def epochs(self, count: int) -> None:
        """Train so many epochs, one by one, by the menu beside Step."""
        first = self.value("epoch")
        for done in range(1, count + 1):
            self.step_by("One epoch")
            self.expect_value("epoch", first + done)

    def step_by(self, name: str) -> None:
        """Take a step from the menu: "One sample", "One batch" or "One epoch"."""
        self.button("Choose the step").click()
        self.page.get_by_role("menuitem", name=re.compile(name)).click()

    def add_layer(self, plus: str, kind: str) -> None:
        """Press a plus sign, and choose a kind of layer from the palette."""
        self.button(plus).click()
        self.page.get_by_role("option", name=re.compile(f"^{kind}")).click()

    def pause(self) -> None:
        """Press Pause and wait until the run rests: from then on the printed numbers stay as they are."""
        self.button("Pause").click()
        expect_paused(self)
        expect(self.number("steps_per_second")).to_have_attribute("data-value", "")

    def colours(self, region: Locator, places: list[tuple[float, float]]) -> list[tuple[int, ...]]:
        """As `colour`, of many places at once."""
        return [
            tuple(colour)
            for colour in region.locator("canvas").first.evaluate(
                """(canvas, places) => {
                  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
                  return places.map(([across, down]) => {
                    const at = Math.floor(canvas.height * down) * canvas.width + Math.floor(canvas.width * across);
                    return [...data.slice(4 * at, 4 * at + 3)]; }); }""",
                places,
            )
        ]

    def picture(self, region: Locator) -> str:
        """A canvas as it is painted now; two of these are equal where no pixel differs."""
        return region.locator("canvas").first.evaluate("canvas => canvas.toDataURL()")

    def settled_picture(self, region: Locator) -> str:
        """A canvas when nothing has been drawn anew on it for a third of a second."""
        self.page.mouse.move(1, 1)
        return region.locator("canvas").first.evaluate(
            """async canvas => { let [last, since] = ["", performance.now()];
              while (performance.now() - since < 333) {
                await new Promise(requestAnimationFrame);
                const now = canvas.toDataURL();
                if (now !== last) [last, since] = [now, performance.now()];
              }
              return last; }"""
        )

    def expect_other_picture(self, region: Locator, before: str) -> None:
        """Wait until a canvas is painted differently."""
        fits(lambda: self.picture(region), lambda now: now != before, "another picture")

    def colour(self, region: Locator, across: float, down: float) -> tuple[int, ...]:
        """Red, green and blue of a pixel of a canvas, at shares of its width and height."""
        return self.colours(region, [(across, down)])[0]

    def neuron(self, address: str) -> Locator:
        """The button over a tile: "inputs[0]", "layers.1[2]"."""
        return self.network.locator(f'[data-neuron="{address}"]')

    def layers(self) -> list[int]:
        """How many neurons each layer has on the picture, the inputs first and the output last."""
        columns = self.network.locator("[data-neuron]").evaluate_all(
            "all => all.map(node => Number(node.dataset.column))"
        )
        return [columns.count(column) for column in sorted(set(columns))]

    def expect_layers(self, *sizes: int) -> None:
        """Wait until the picture shows these layers."""
        fits(self.layers, lambda now: now == list(sizes), str(sizes))

    def expect_word(self, text: str) -> None:
        """Wait for a sentence of the strip under the network; those shown before it are closed."""
        word = self.notices.get_by_role("status")
        read = """(word, text) => { const now = word.innerText;
          if (now && !now.includes(text)) word.querySelector("button")?.click();
          return now; }"""
        fits(lambda: word.evaluate(read, text), lambda now: text in now, f"the words “{text}”")


def fits(read: Callable[[], object], good: Callable[[object], bool], wanted: str) -> None:
    """Ask again and again until what is read is good; AssertionError with the last answer."""
    end = time.monotonic() + PATIENCE
    while not good(now := read()):
        assert time.monotonic() < end, f"wanted {wanted}, but there is {str(now)[:400]}"
        time.sleep(0.03)


def address(page: Page) -> str:
    """What stands behind # in the address bar."""
    return page.evaluate("location.hash").removeprefix("#")


def spec_of(page: Page) -> RunSpec:
    """The spec that the address bar holds: the run's own, as it stands."""
    return RunSpec.read_link(address(page))[0]


def expect_spec(page: Page, spec: RunSpec) -> None:
    """Wait until the address bar holds exactly this spec: what was to change has, and nothing else."""
    fits(lambda: spec_of(page).to_dict(), lambda now: now == spec.to_dict(), str(spec.to_dict()))


def expect_paused(stage: Stage) -> None:
    """The run waits for somebody to press Play."""
    expect(stage.button("Play")).to_be_visible()


def bytes_of(page: Page, module: str, data: bytes) -> dict:
    """What a frame holds after the page's own decoder has read it."""
    return page.evaluate(
        """async ([module, data]) => {
          const { decode } = await import(module);
          const buffer = Uint8Array.from(atob(data), letter => letter.charCodeAt(0)).buffer;
          const { arrays, ...frame } = decode(buffer);
          return { frame, arrays: Object.fromEntries([...arrays].map(([name, { data, shape, axes, range }]) =>
            [name, { type: data.constructor.name, data: [...data], shape, axes, range }])) };
        }""",
        [module, base64.b64encode(data).decode()],
    )
