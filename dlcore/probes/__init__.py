"""Probes: the Python half of a picture. One file each; see `Probe`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from dlcore.params import Entry

# What an axis can count. Views choose arrays by these names, so a new one is a word that both halves share.
AXES = frozenset((
    "unit", "input", "channel", "row", "column", "class", "answer", "sample", "layer", "quantity", "bin", "end",
    "statistic", "time", "head", "byte",
))  # fmt: skip

# The axes of a parameter, by how many it has.
OF_PARAMETER = {1: ("unit",), 2: ("unit", "input"), 4: ("unit", "channel", "row", "column")}

ALWAYS = ("state", "history", "marks")  # parts of a position that are there whatever the task is


@dataclass(frozen=True)
class Named:
    """An array with named axes, out of `AXES`.

    `range` is (lowest, highest) of a quantized array: value = low + q / 255 · (high − low);
    a pair, or one pair for each entry of the first axis.
    """

    values: np.ndarray
    axes: tuple[str, ...]
    range: Any = None


def quantize(values: np.ndarray, span: Any) -> np.ndarray:
    """Values as bytes: 0 at the low end of `span` and below, 255 at the high end and above.

    `span` is (low, high), or one such pair for each entry of the first axis.
    """
    low, high = np.asarray(span, dtype=np.float32).T
    if low.ndim:
        tail = (slice(None),) + (None,) * (values.ndim - 1)
        low, high = low[tail], high[tail]
    scaled = np.subtract(values, low)
    scaled *= np.float32(255) / (high - low)
    scaled += np.float32(0.5)
    np.fmax(scaled, 0, out=scaled)  # of 0 and not-a-number it takes 0
    np.minimum(scaled, 255, out=scaled)
    return scaled.astype(np.uint8)


class ProbeContext(Protocol):
    """What a probe is handed: everything at one position, computed when asked for, in eval mode."""

    spec: Any
    network: Any
    history: Any
    history_from: int
    state: dict[str, np.ndarray]
    parameters: dict[str, np.ndarray]
    marks: list[dict[str, Any]]
    frozen: dict[str, np.ndarray]
    cut_off: dict[str, np.ndarray]
    distributions: Any
    walking: Any

    def grid(self, size: int, beyond: Any = None) -> dict[str, np.ndarray]:
        """Values over the drawn plane by address ("inputs", "layers.0.activation", …): (units, size·size), of channels
        their mean, rows from the top, computed once per frame for all probes. `beyond` {column's id: value}
        places the plane among the columns that are inputs beyond it, in their own units; elsewhere at their mean."""

    def data(self, split: str) -> Any:
        """The points of "train", "validation" or "test": .x, .y, .inputs."""

    def picture(self, split: str, index: int) -> tuple[np.ndarray, str] | None:
        """How one sample of a split looks, uint8 (rows, columns, 3), and the same in words; None without a picture."""

    def coming(self, most: int) -> tuple[np.ndarray, np.ndarray]:
        """(which of train, float32 (samples, channels, rows, columns)): the first `most` pictures of the coming batch
        as the step will get them; with the part "pictures"."""

    def predictions(self, split: str) -> np.ndarray:
        """(samples,) or (samples, classes): as `Run.predict`; while a run moves that takes long, when last measured."""

    def trace(self, sample: int) -> dict[str, np.ndarray]:
        """Every value of one forward pass of a train sample, by address."""

    def losses(self, split: str) -> np.ndarray:
        """(samples,) the loss of every point of a split."""

    @property
    def inside(self) -> Any:
        """The network as it stands, to be asked for other values: see `dlcore.training.inside.Inside`."""

    def seldom(self, key: Any, compute: Callable) -> Any:
        """What takes long, computed anew only now and then while the run moves; there for every probe."""

    def walked(self, sample: Any) -> dict[str, np.ndarray]:
        """Every value of the coming step that is known so far, by address: of the batch (None), or of a sample as
        `Run.trace` takes it. `walking` is the one that is walked now."""

    def inputs_at(self, point: list[float], beyond: Any = None) -> np.ndarray:
        """What the network is given of any place of the plane: float32 (inputs,)."""

    def values(self, inputs: np.ndarray) -> dict[str, np.ndarray]:
        """The forward pass, in eval mode, of any inputs, and these: by address, (1, *shape); in a walk nothing."""

    def slopes(self, split: str, sample: int) -> dict[str, np.ndarray]:
        """∂ loss of one sample / ∂ every value of its forward pass in eval mode, the inputs among them: by address,
        shaped as the values."""


@dataclass(frozen=True, kw_only=True)
class Probe(Entry):
    """What a picture needs and how it is computed.

    arrays(context, options) → {name: Named}. `needs` names the parts of the context it uses ("state", "history",
    "marks", "grid", "parameters", "data", "predictions", "trace", "distributions", "pictures"); it is handed no others
    besides spec, network and `seldom`, so that what a picture costs can be read there. All but the first three are
    there only if the run provides them: its task does (`TaskEntry.provides`), and of "grid" and "pictures" the one
    that the data are; see `RunSpec.provides`. A task's own pictures need a word that it alone provides.
    `rate` is "frame" (belongs to every frame), "data" (sent only when the data changed), "history" (only new rows),
    "layers" (only when the layers' recorded statistics changed) or "marks" (only when a mark is another one).
    `targets`: the kinds of answer that it is of. `pictured`: it shows something only of data that have pictures.
    `role` "overlay": it is offered as something to lay over a sample's picture; it then takes the options `sample` and
    `split`, and gives one U8 array (row, column), which covers the whole picture whatever its size.
    """

    arrays: Callable
    needs: tuple[str, ...] = ()
    rate: str = "frame"
    pictured: bool = False
    role: str = ""
    targets: tuple[str, ...] = ("number", "binary", "classes")

    def describe(self) -> dict[str, Any]:
        """With what it needs of the task, for the stage asks only for what that provides, and its role there."""
        return super().describe() | {"needs": [part for part in self.needs if part not in ALWAYS], "role": self.role}

    def fits(self, spec: Any) -> bool:
        """Whether a run of that spec provides all that this picture needs."""
        return set(self.needs) <= {*ALWAYS, *spec.provides}
