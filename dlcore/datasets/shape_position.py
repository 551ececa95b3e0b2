"""Where is the shape? One shape on 16 × 16 pixels, and a number to tell of it: its place or its size.

    place = (middle − 8) / 5          size = (reach − 4.5) / 1.5          in pixels, from −1 to +1

Source: own (see `_shapes.py`).
"""

from __future__ import annotations

from dlcore.datasets import PICTURES, Dataset, sampled
from dlcore.datasets._pictures import seed_of
from dlcore.datasets._shapes import FIELDS, LARGEST, SIDE, SMALLEST, all_records, drawn, picture, shapes
from dlcore.params import RESET, Param

LEARNED = {
    "horizontal": ("place from left to right", "Tell how far to the right the shape lies, from −1 to +1."),
    "vertical": ("place from top to bottom", "Tell how far down the shape lies, from −1 to +1."),
    "size": ("size", "Tell how large the shape is, from −1 to +1."),
}


def generate(rng, learned="horizontal", noise=0, samples=500):
    """(samples, 1, 16, 16) float32 light from 0 to 1, and (samples,) the number, from −1 to +1."""
    seed = seed_of(rng)
    found = shapes(seed, samples)
    middle, reach = SIDE / 2, SIDE / 2 - SMALLEST
    if learned == "size":
        y = (2 * found.size - SMALLEST - LARGEST) / (LARGEST - SMALLEST)
    else:
        y = ((found.x if learned == "horizontal" else found.y) - middle) / reach
    return drawn(found, seed, noise), y


def follow(learned="horizontal", **_others):
    """The goal, which depends on what is to be told."""
    return {"goal": LEARNED[learned][1]}


ENTRY = Dataset(
    id="shape_position",
    label="Where is the shape?",
    sentence="One shape in grey on 16 × 16 pixels; what is learned is a number, its place or its size.",
    formula="place = (middle − 8) / 5; size = (reach − 4.5) / 1.5",
    params=(
        Param(
            id="learned",
            label="Learned",
            kind="choice",
            default="horizontal",
            choices=tuple(LEARNED),
            labels=tuple(label for label, _ in LEARNED.values()),
            sentence="Which number of the shape the network is to tell.",
            on_change=RESET,
        ),
        *sampled(500, PICTURES),
    ),
    examples=({}, {"learned": "vertical", "samples": 60}, {"learned": "size", "noise": 10, "samples": 60}),
    order=74,
    generate=generate,
    picture=picture,
    records=all_records,
    fields=FIELDS,
    group="pictures",
    shape=(1, SIDE, SIDE),
    target="number",
    hint="Try a dense layer right on the pixels: where a pixel lies is what tells the place.",
    follow=follow,
    **follow(),
)
