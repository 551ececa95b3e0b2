"""Own table: two columns of numbers of somebody's own file, and a third one that is to be learned.

    xᵢ = (own value − mean) / standard deviation, over all rows used

so that 0 is the average, and both columns weigh alike in the network. What kind of problem it is
follows from the third column: two different values are two classes, up to eight are several, and
many numbers are numbers, written from −1 (the smallest) to +1 (the largest). A row in which one of
the three values is missing is left out.

The file is named by the hash of its bytes (see `dlcore.tables`); the one that every copy of this
program has is a small invented example.
"""

from __future__ import annotations

import numpy as np

from dlcore.datasets import Dataset
from dlcore.datasets._chosen import choose
from dlcore.limits import LIMITS
from dlcore.params import RESET, Param
from dlcore.tables import remember


def _example() -> str:
    """Thirty plums and thirty pears, invented by a rule: weight and length both grow with chance."""
    rng = np.random.default_rng(7)
    lines = ["weight in g,length in mm,fruit"]
    for number in range(60):
        name, weight, ratio = (("plum", 80, 0.75), ("pear", 170, 0.60))[number % 2]
        grams = weight + 0.2 * weight * rng.standard_normal()
        lines.append(f"{grams:.0f},{ratio * grams + 8 * rng.standard_normal():.0f},{name}")
    return "\n".join(lines) + "\n"


EXAMPLE = remember(_example(), "example.csv", common=True)


def generate(rng, **columns):
    """The rows that have all three values: the two columns standardized (rows, 2), and the target (rows,)."""
    chosen = choose(**columns)
    order = rng.permutation(len(chosen.x)) if len(chosen.x) > LIMITS.max_table_points else np.arange(len(chosen.x))
    order = order[: LIMITS.max_table_points]
    return chosen.x[order], chosen.y[order]


def follow(**columns):
    """The fields that depend on the file and its columns; SpecError where they can't be learned from."""
    return choose(**columns).fields


def _column(name: str, label: str, sentence: str) -> Param:
    return Param(id=name, label=label, kind="text", default="", sentence=sentence, on_change=RESET)


ENTRY = Dataset(
    id="table",
    label="Own table",
    formula="xᵢ = (own value − mean) / standard deviation",
    params=(
        Param(
            id="file", label="File", kind="text", default=EXAMPLE.key, on_change=RESET,
            sentence="Which file the rows are from, by the hash of its bytes; the file itself stays in memory.",
        ),
        _column("horizontal", "Horizontal column", "Which column runs from left to right and is input x₁."),
        _column("vertical", "Vertical column", "Which column runs from bottom to top and is input x₂."),
        _column("label", "Learned column", "Which column is learned; two different values in it are two classes."),
    ),
    order=43,
    generate=generate,
    group="own data",
    follow=follow,
    **follow(file=EXAMPLE.key),
)
