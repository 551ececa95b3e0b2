"""Own points: an empty plane, for points of two to five colours that somebody draws by hand.

The rule makes no points at all; those that are drawn are in `data.points`, as on every other set,
and all of them are learned from. So nothing here is random, and nothing is kept back for testing.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dlcore.datasets import COUNTING, Dataset, class_count

PAIR = ("orange", "blue")


def generate(rng, classes=2):
    """No points: (0, 2) and (0,)."""
    return np.empty((0, 2)), np.empty(0)


def follow(classes=2):
    """The fields that depend on the number of classes."""
    return {
        "target": "binary" if classes == 2 else "classes",
        "classes": PAIR if classes == 2 else tuple(f"class {number}" for number in range(1, classes + 1)),
        "goal": f"Draw points of {COUNTING[classes - 2]} colours, and have the network separate them.",
    }


ENTRY = Dataset(
    id="points",
    label="Own points",
    sentence="An empty plane: press Draw on the output map, and put points of two to five colours there.",
    params=(replace(class_count(), default=2),),
    examples=({}, {"classes": 5}),
    order=43,
    generate=generate,
    group="own data",
    split=False,
    drawn=True,
    follow=follow,
    **follow(),
)
