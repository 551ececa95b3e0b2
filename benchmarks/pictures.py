"""How honest the pictures of cats and dogs are, and how fast all sets of pictures are made.

    python benchmarks/pictures.py [--seeds 3] [--train 500] [--only honest|fast|sheet] [--sheet FOLDER]

"honest": accuracy on 1,000 other animals of scikit-learn's logistic regression (the best of three strengths of its
penalty) that was given all pixels; the border of one pixel; the mean colour; and the same two of the background alone,
drawn without the animal. Chance is 0.5, and its standard deviation on 1,000 is 0.016. "sheet" writes 64 of each
edition as a PNG, to be looked at.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # as the app's workers
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from PIL import Image
from sklearn.linear_model import LogisticRegression

from dlcore.catalogue import catalogue
from dlcore.datasets._animals import animal
from dlcore.datasets._pictures import seed_of
from dlcore.datasets._portraits import draw_background
from dlcore.limits import LIMITS

ANIMALS = catalogue("datasets")["cat_dog_pictures"]
EDITIONS = (("easy", 100), ("hard", 100), ("biased", 100), ("biased", 80), ("swapped", 100))
STRENGTHS = (1.0, 0.01, 0.001)
JUDGED = 1000


def score(x: np.ndarray, y: np.ndarray, train: int) -> float:
    """Accuracy on all but the first `train` of a linear model that learned those."""
    x = x.reshape(len(x), -1)
    fits = (LogisticRegression(C=strength, max_iter=300).fit(x[:train], y[:train]) for strength in STRENGTHS)
    return max(model.score(x[train:], y[train:]) for model in fits)


def border(x: np.ndarray) -> np.ndarray:
    """The outermost pixels of (samples, 3, 32, 32), above the middle at the sides: there is hardly any animal."""
    return np.concatenate([x[:, :, 0], x[:, :, :16, 0], x[:, :, :16, -1]], axis=2)


def honest(seeds: int, train: int) -> None:
    """Print what a linear model gets from how much of a picture, the median over seeds."""
    print(f"linear model, {train} to learn from, median of {seeds} seeds")
    print(f"{'edition':14}{'pixels':>9}{'border':>9}{'mean':>9}{'background':>12}{'its mean':>10}")
    for edition, share in EDITIONS:
        rows = []
        for seed in range(seeds):
            params = {"edition": edition, "share": share, "samples": train + JUDGED}
            x, y = ANIMALS.generate(np.random.default_rng(seed), **params)
            drawn = seed_of(np.random.default_rng(seed))
            behind = [draw_background(animal(drawn, index, edition, share / 100)) for index in range(len(y))]
            empty = np.stack(behind).transpose(0, 3, 1, 2) / np.float32(255)
            parts = (x, border(x), x.mean(axis=(2, 3)), empty[:, :, ::4, ::4], empty.mean(axis=(2, 3)))
            rows.append([score(part, y, train) for part in parts])
        pixels, edge, colour, background, its = np.median(rows, axis=0)
        name = f"{edition} {share} %" if edition in ("biased", "swapped") else edition
        print(f"{name:14}{pixels:9.3f}{edge:9.3f}{colour:9.3f}{background:12.3f}{its:10.3f}", flush=True)


def fast() -> None:
    """Print how long every set of pictures takes, at first and again, and how large it is."""
    print(f"{'set':26}{'samples':>9}{'first s':>9}{'again s':>9}{'MiB':>7}   (processor time; kept: at most "
          f"{LIMITS.max_picture_bytes / 2**20:.0f} MiB in a process)")  # fmt: skip
    for entry in catalogue("datasets").values():
        if not entry.is_pictures or entry.id.startswith("own"):
            continue
        counts = (500, 2000, int(entry.param("samples").maximum)) if entry.param("samples") else (entry.count,)
        for samples in counts:
            params = entry.default_values() | ({"samples": samples} if entry.param("samples") else {})
            took = []
            for _ in range(2):
                start = time.process_time()
                x, _ = entry.generate(np.random.default_rng(samples), **params)
                took.append(time.process_time() - start)
            print(f"{entry.id:26}{samples:9,}{took[0]:9.2f}{took[1]:9.3f}{x.nbytes / 2**20:7.1f}", flush=True)


def sheet(folder: Path) -> None:
    """Write 64 pictures of each edition, eight by eight and four times as large."""
    for edition in dict(EDITIONS):
        pixels = [ANIMALS.picture(np.random.default_rng(0), index, edition=edition)[0] for index in range(64)]
        tiled = np.array(pixels).reshape(8, 8, 32, 32, 3).transpose(0, 2, 1, 3, 4).reshape(256, 256, 3)
        path = folder / f"cats_and_dogs_{edition}.png"
        Image.fromarray(tiled).resize((1024, 1024), Image.Resampling.NEAREST).save(path)
        print(path)


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--train", type=int, default=500)
    parser.add_argument("--only", choices=("honest", "fast", "sheet"))
    parser.add_argument("--sheet", type=Path, default=Path("/tmp"))
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")  # a penalty so weak that the fit stops at its last step is one of the strengths
    if chosen.only in (None, "fast"):
        fast()
    if chosen.only in (None, "honest"):
        honest(chosen.seeds, chosen.train)
    if chosen.only == "sheet":
        sheet(chosen.sheet)


if __name__ == "__main__":
    main()
