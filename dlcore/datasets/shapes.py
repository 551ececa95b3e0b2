"""Shapes: circles, squares, triangles, crosses and rings in grey, 16 × 16 pixels.

Size, place, angle and light are chance and the same for all kinds, so what tells them apart is form alone.

Source: own (see `_shapes.py`).
"""

from __future__ import annotations

from dlcore.datasets import PICTURES, Dataset, sampled
from dlcore.datasets._pictures import seed_of
from dlcore.datasets._shapes import FIELDS, KINDS, SIDE, all_records, drawn, picture, shapes


def generate(rng, noise=0, samples=500):
    """(samples, 1, 16, 16) float32 light from 0 to 1, and (samples,) the kind's number, all kinds in turn."""
    seed = seed_of(rng)
    found = shapes(seed, samples)
    return drawn(found, seed, noise), found.kind.astype(float)


ENTRY = Dataset(
    id="shapes",
    label="Shapes",
    sentence="Circles, squares, triangles, crosses and rings in grey, 16 × 16 pixels; size, place, angle and light are "
    "chance.",
    formula="pixel = clip(½ − distance to the edge, 0, 1)",
    params=sampled(500, PICTURES),
    examples=({}, {"noise": 20, "samples": 60}),
    order=73,
    generate=generate,
    picture=picture,
    records=all_records,
    fields=FIELDS,
    group="pictures",
    shape=(1, SIDE, SIDE),
    target="classes",
    classes=KINDS,
    goal="Tell the five kinds of shapes apart.",
    hint="Try 2,000 pictures, and more channels in the second convolution.",
)
