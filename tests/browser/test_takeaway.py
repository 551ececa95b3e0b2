"""What Share gives away as files, and the records that are kept in the browser. Oracles: Pillow, pandas, the engine."""

from __future__ import annotations

import base64
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageSequence
from playwright.sync_api import Locator, Page, expect
from safetensors.numpy import load

from dlcore import Run, RunSpec
from dlcore.export.notebook import notebook_of
from dlcore.export.pytorch_script import export_run
from dlcore.fitting import fit
from dlcore.links import write_link
from tests.browser._drive import Stage, fits

Open = Callable[..., Page]
EPOCHS = 4


def share(stage: Stage) -> Locator:
    """The dialog behind the button."""
    stage.button("Share").click()
    return stage.page.get_by_role("dialog", name="Share")


def fetched(dialog: Locator, name: str) -> tuple[str, bytes]:
    """Name and content of the file that a button of the dialog gives."""
    with dialog.page.expect_download() as download:
        dialog.get_by_role("button", name=re.compile(f"^{name}")).click()
    return download.value.suggested_filename, download.value.path().read_bytes()


def painted(page: Page, svg: bytes, size: tuple[int, int]) -> np.ndarray:
    """An SVG as a browser paints it: (rows, columns, 3) uint8."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    address = base64.b64encode(svg).decode()
    page.set_content(f'<body style="margin:0"><img src="data:image/svg+xml;base64,{address}"></body>')
    page.wait_for_function("document.images[0].complete && document.images[0].naturalWidth > 0")
    return np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))


def test_share_gives_what_is_on_screen_as_files(open_page: Open) -> None:
    stage = Stage(open_page("v=1&data=gaussian&seed=3", accept_downloads=True))
    for name in ("Film", "Curves"):
        dialog = share(stage)  # anew, so that the sentence is not the one of the button before
        dialog.get_by_role("button", name=re.compile(f"^{name}")).click()
        expect(dialog).to_contain_text("Nothing has been seen of this run yet: press Play first.")
        stage.page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
    stage.epochs(EPOCHS)
    run = Run(RunSpec.read_link("v=1&data=gaussian&seed=3")[0])
    run.advance(epochs=EPOCHS)
    middle = stage.colour(stage.output, 0.25, 0.25)
    dialog = share(stage)

    name, picture = fetched(dialog, "Picture")
    assert name == f"glassbox_gaussian_epoch{EPOCHS}.png"
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    assert image.width == 2560 and image.height > 1000
    colours = np.asarray(image).reshape(-1, 3)
    for end in ((245, 147, 34), (8, 119, 189)):  # orange and blue are there, in network and output
        assert (np.abs(colours.astype(int) - end).max(1) < 12).sum() > 2_000

    name, drawing = fetched(dialog, "Drawing")
    assert name == f"glassbox_gaussian_epoch{EPOCHS}.svg"
    other = stage.page.context.new_page()
    seen = painted(other, drawing, image.size).astype(int)
    other.close()
    far = np.abs(seen - np.asarray(image)).max(-1) > 60
    assert far.mean() < 0.03, "the drawing is another picture than the PNG"
    text = drawing.decode()
    assert text.count("<path") > 50 and ">Glassbox</text>" in text and "gaussian" in text

    name, film = fetched(dialog, "Film")
    assert name.endswith(".gif")
    frames = [frame.convert("RGB") for frame in ImageSequence.Iterator(Image.open(io.BytesIO(film)))]
    words = f"It holds {len(frames)} moments from epoch 0 to {EPOCHS}, as this browser saw them."
    expect(dialog).to_contain_text(words)
    assert len(frames) >= EPOCHS + 1
    assert np.asarray(frames[0]).tolist() != np.asarray(frames[-1]).tolist()
    shown = np.asarray(frames[-1])[80, 80]  # the same place of the plane, apart from the palette and the size
    assert np.abs(shown.astype(int) - middle).max() < 40

    name, curves = fetched(dialog, "Curves")
    table = pd.read_csv(io.BytesIO(curves))
    assert list(table)[:3] == ["step [updates]", "epoch [passes]", "train_loss [half squared error]"]
    wanted = run.history.astype(np.float32)
    assert [name.partition(" ")[0] for name in table] == list(wanted)
    np.testing.assert_array_equal(table.to_numpy(np.float32), wanted.to_numpy())

    assert fetched(dialog, "Script") == (export_run(run)[0], export_run(run)[1].encode())
    assert fetched(dialog, "Notebook") == (notebook_of(run)[0], notebook_of(run)[1].encode())
    name, weights = fetched(dialog, "Weights")
    assert name == f"glassbox_gaussian_step{run.step}.safetensors"
    for address, values in load(weights).items():
        np.testing.assert_array_equal(values, run.parameters[address])


def test_a_graph_on_pictures_is_taken_away_as_an_archive_that_runs(open_page: Open, tmp_path: Path) -> None:
    """Oracle: what the screen says of the run."""
    conv = {"kind": "conv2d", "channels": 4, "activation": "relu"}
    layers = [conv, conv, {"kind": "add", "from": [1, 0]}, {"kind": "max_pool2d"}, {"kind": "flatten"}]
    spec, _ = fit(RunSpec.default(), {"data.kind": "shapes", "data.samples": 60, "network.layers": layers})
    stage = Stage(open_page(write_link(spec), accept_downloads=True))
    stage.epochs(1)
    loss = stage.metrics()["train_loss"]
    name, archive = fetched(share(stage), "Script")
    assert name == "glassbox_shapes.zip"
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        file.extractall(tmp_path)
    command = [sys.executable, "-I", "glassbox_shapes.py"]
    printed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True).stdout
    assert float(printed.splitlines()[-1].split()[3]) == pytest.approx(loss, rel=1e-3)


@pytest.mark.parametrize("colours", [2, 200])
def test_a_gif_holds_every_pixel(tab: Open, colours: int) -> None:
    """Random pixels fill the table of codes over and over, an even picture hardly at all."""
    rng = np.random.default_rng(colours)
    palette = rng.permutation(64**3)[:colours]
    palette = np.stack([palette // 4096, palette // 64 % 64, palette % 64], 1) * 4  # apart in six bits
    pictures = [palette[rng.integers(0, colours, (90, 120))] for _ in range(3)]
    pictures[1][:, :60] = pictures[0][:, :60]
    pictures.append(np.broadcast_to(palette[0], (90, 120, 3)))
    opaque = [np.dstack([picture, np.full((90, 120), 255)]).astype(np.uint8) for picture in pictures]
    made = tab().evaluate(
        """async (pictures) => {
          const { Gif, paletteOf } = await import("/stage/js/takeaway/gif.js");
          const pixels = pictures.map((text) => Uint8ClampedArray.from(atob(text), (letter) => letter.charCodeAt(0)));
          const gif = new Gif(120, 90, paletteOf(pixels));
          pixels.forEach((picture, i) => gif.add(picture, 10 * (i + 1)));
          const bytes = new Uint8Array(await gif.end().arrayBuffer());
          return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
        }""",
        [base64.b64encode(picture.tobytes()).decode() for picture in opaque],
    )
    image = Image.open(io.BytesIO(base64.b64decode(made)))
    found = [(np.asarray(frame.convert("RGB")), frame.info["duration"]) for frame in ImageSequence.Iterator(image)]
    assert [duration for _, duration in found] == [100, 200, 300, 400]
    for (pixels, _), picture in zip(found, pictures, strict=True):
        np.testing.assert_array_equal(pixels, picture)


def test_a_film_is_thinned_evenly_and_never_mixes_two_runs(tab: Open) -> None:
    """Frames at every step, told to the film as the store tells them; the rule is the oracle."""
    found = tab().evaluate(
        """async () => {
          const { Film } = await import("/stage/js/takeaway/film.js");
          let tell;
          const store = { spec: { seed: 1 }, on: (event, listener) => { tell = listener; } };
          const film = new Film(store);
          const frame = (build, step, size = 100) => tell({ build, step, epoch: step, numbers: {}, arrays: new Map([
            ["output_map/output", { data: new Uint8Array(size), shape: [10, 10] }]]) });
          const steps = () => film.moments.map((moment) => moment.step);
          const found = {};
          for (let step = 0; step <= 1000; step += 1) frame(1, step);
          found.long = steps();
          frame(2, 500);
          found.undone = steps();
          frame(3, 900);
          found.redone = steps();
          frame(4, 0);
          frame(4, 7);
          store.spec = { seed: 2 };
          frame(5, 3);
          found.other = steps();
          for (let step = 4; step <= 50; step += 1) frame(5, step, 2 ** 20);
          found.large = steps();
          return found;
        }"""
    )
    gaps = np.diff(found["long"])
    assert len(found["long"]) == 120 and (found["long"][0], found["long"][-1]) == (0, 1000)
    assert gaps.max() <= 3 * max(1, gaps[:-1].min())
    assert found["undone"] == [step for step in found["long"] if step < 500] + [500]
    assert found["redone"] == [900]  # a part was not seen in this run
    assert found["other"] == [3]
    assert len(found["large"]) == 4 and found["large"][-1] == 50


def kept(page: Page) -> list[dict]:
    """The records as the browser holds them."""
    return list(json.loads(page.evaluate("localStorage.getItem('glassbox.records') ?? '{}'")).values())


def test_records_are_kept_beaten_and_cleared(open_page: Open) -> None:
    page = open_page("v=1&data=gaussian&seed=3")
    stage = Stage(page)
    line = stage.details.locator(".records")
    expect(line).to_contain_text("No record yet")
    stage.epochs(EPOCHS)
    run = Run(RunSpec.read_link("v=1&data=gaussian&seed=3")[0])
    run.advance(epochs=EPOCHS)
    losses = run.history["test_loss"]
    assert losses.idxmin() == len(losses) - 1  # so the best is what is on screen
    best = {"loss": float(losses.min()), "neurons": 6}
    fits(lambda: kept(page), lambda now: now == [best], str(best))
    expect(line).to_contain_text("6 neurons for 95 %")
    expect(line).not_to_contain_text("★")
    # Another try, on other weights and points, beats it with fewer neurons.
    stage.button("One neuron less in layer 1").click()
    stage.expect_layers(2, 3, 2, 1)
    stage.expect_value("epoch", 0)
    stage.epochs(2 * EPOCHS)
    expect(line).to_contain_text("★ 5 neurons")
    line.get_by_role("button", name="Clear").click()
    expect(line).to_contain_text("No record yet")
    assert kept(page) == []
    # What was changed while it learned is no record.
    page.get_by_role("slider", name=re.compile("Batch size")).press("ArrowRight")
    stage.epochs(1)
    expect(line).to_contain_text("No record yet")
