"""Receipts: where a number comes from, as a tree of the numbers it was computed from, and whether that is right."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from dlcore.expressions import Expression, layout
from dlcore.network.address import Sample, of_sample, parse, parse_at, read_sample
from dlcore.params import SpecError
from dlcore.training.keeping import newest
from dlcore.training.receipts import gradients, measures, norms, parameters, updates, values
from dlcore.training.receipts.kinds import AUTOGRAD, Built, Kind, symbol_of
from dlcore.training.receipts.position import Asked, Position

if TYPE_CHECKING:
    from dlcore.training.reading import Reading

KINDS: tuple[Kind, ...] = (
    *values.KINDS,
    *norms.KINDS,
    *measures.KINDS,
    *gradients.KINDS,
    *updates.KINDS,
    *parameters.KINDS,
)
# float32 rounds every number to a share of 6·10⁻⁸ of itself; a chain of some dozen operations, to about 10⁻⁶.
# What goes beyond this bound is explained only where PyTorch itself comes as far apart in both precisions.
WORDS = ("address", "name", "step", "symbol", "check_by", "agrees", "sentence")
BOUND, MARGIN, ROUNDING = 1e-5, 8.0, 2.0**-24
MOST_LINKS, MOST_EARLIER = 200, 4
# What follows from a walk's operations without being one of their own addresses, and from which phases.
_FOLLOWS = {
    "gradient_norm": ("backward",),
    "total_loss": ("loss", "penalty"),
    "sample_correct": ("forward",),
    "sample_error": ("forward",),
}
_MAP = re.compile(r"^map\.(layers\.\d+)$")  # a pixel of a neuron's map is its activation at that point


@dataclass(frozen=True)
class Link:
    """A number that a receipt leads to: its address and sample, what people call it, and its value."""

    address: str
    sample: Sample
    name: str
    value: float | None = None

    def describe(self) -> dict[str, Any]:
        """Plain JSON."""
        return {"address": self.address, "sample": plain(self.sample), "name": self.name, "value": finite(self.value)}


@dataclass(frozen=True)
class Receipt:
    """Where one number comes from.

    `value` is the tree evaluated with NumPy, `shown` the run's own number, `check` another one, made by `check_by`
    without the tree. `magnitude` is the sum of the tree's absolute terms: what float32 rounds is a share of it.
    `noise` is how far PyTorch itself comes apart in float32 and float64.
    """

    address: str
    sample: Sample
    name: str
    step: int
    symbol: str
    expression: Expression
    shown: float
    check: float
    check_by: str
    noise: float
    words: str
    leads_to: tuple[Link, ...]

    @cached_property
    def value(self) -> float:
        """The tree evaluated."""
        return float(self.expression.value)

    @property
    def difference(self) -> float:
        """How far the tree is from the check."""
        return abs(self.value - self.check)

    @cached_property
    def magnitude(self) -> float:
        """The sum of the absolute terms; or, where numbers far before it cancelled, the size that PyTorch's own
        rounding shows them to have had."""
        return max(float(self.expression.magnitude), self.noise / ROUNDING)

    @property
    def relative_difference(self) -> float:
        """The difference as a share of the magnitude; 0 where both are 0."""
        if not self.difference:
            return 0.0
        return self.difference / self.magnitude if self.magnitude else math.inf

    @property
    def agrees(self) -> bool:
        """Whether tree, check and the number on screen are one number, but for what float32 rounds."""
        if not math.isfinite(self.value) or not math.isfinite(self.shown):
            # what is beyond float32 is so for PyTorch in float32 as well, however far float64 reaches
            return str(self.value) == str(self.shown) == str(self.check) or math.isinf(self.noise)
        allowed = BOUND * float(self.expression.magnitude) + MARGIN * self.noise
        return self.difference <= allowed and abs(self.shown - self.check) <= allowed

    @property
    def sentence(self) -> str:
        """Where it comes from; and if the check comes out differently, that it does."""
        if self.agrees:
            return self.words
        return (
            f"{self.words} Careful: the check comes to {self.check:.9g}, and what is shown is {self.shown:.9g}. That "
            "is more than rounding explains, so one of them is wrong. Please report it."
        )

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The numbers it was computed from that can be followed, in the order of the formula."""
        followed = (leaf for leaf in self.expression.leaves() if leaf.address)
        return tuple(
            Link(leaf.address, leaf.sample, leaf.name, float(leaf.value)) for leaf in islice(followed, MOST_LINKS)
        )

    @cached_property
    def told(self) -> dict[str, Any]:
        """The tree in three tellings: {"numbers": lines, "words": lines, "code": text}; see `dlcore.expressions`."""
        return layout(self.expression, self.symbol, self.address, self.sample)

    @property
    def code(self) -> str:
        """The tree as Python with NumPy."""
        return self.told["code"]

    def __str__(self) -> str:
        """The name, the formula with its numbers, and how far the check is from it."""
        lines = ("".join(token["text"] for token in line) for line in self.told["numbers"])
        check = f"Check: {self.check:.9g} ({self.check_by}); difference {self.difference:.2g}."
        return "\n".join((self.name, *lines, self.sentence, check))

    def describe(self) -> dict[str, Any]:
        """Plain JSON."""
        numbers = {name: finite(getattr(self, name)) for name in ("value", "shown", "check", "difference")}
        words = {name: getattr(self, name) for name in WORDS}
        return {
            **words,
            **numbers,
            **self.told,
            "sample": plain(self.sample),
            "links": [link.describe() for link in self.links],
            "leads_to": [link.describe() for link in self.leads_to],
        }


def finite(value: float | None) -> float | str | None:
    """A number as JSON can hold it: "inf", "-inf" and "nan" are text."""
    return value if value is None or math.isfinite(value) else str(value)


def plain(sample: Sample) -> Any:
    """A sample as JSON."""
    return list(sample) if isinstance(sample, tuple) else sample


def _kind(asked: Asked) -> Kind:
    name = asked.name.removeprefix("train.")
    kind = next((kind for kind in KINDS if kind.names.fullmatch(name)), None)
    has_modes = of_sample(name) or name == "batch_loss" or name.endswith((".norm.mean", ".norm.variance"))
    if kind is None or (asked.mode and not has_modes):
        raise SpecError("address", f"There is no number called “{asked.address[:80]}”.")
    return kind


def _refuse_what_is_to_come(run: Reading, asked: Asked) -> None:
    """SpecError for what a walk has not computed yet."""
    standing = run.standing
    if standing is None:
        return
    phases = _FOLLOWS.get(asked.part, ())
    come = [
        one
        for one in standing.operations
        if one.id not in standing.known and (asked.name in one.addresses or one.phase in phases)
    ]
    if come:
        raise SpecError("address", f"This is not computed yet; it comes with a later operation. {come[0].sentence}")


def _built(position: Position, asked: Asked, kind: Kind) -> Built:
    position.place(asked.sample)  # refuses a sample that there is not
    whole = asked.sample is None and position.of_sample(asked.name)
    try:
        position.number_of(asked)
    except SpecError as refusal:
        raise (refusal if whole else _why(position, asked, kind, refusal)) from None
    if position.of_sample(asked.name) and position.is_channel(
        asked.name, asked.indices, position.array(asked.name, asked.sample).ndim
    ):
        return values.over_places(position, asked)
    return values.over_batch(position, asked) if whole else kind.build(position, asked)


def _why(position: Position, asked: Asked, kind: Kind, refusal: SpecError) -> SpecError:
    """Why there is no such number: who would build its tree knows best, unless the indices are wrong as well."""
    try:
        kind.build(position, asked)
    except SpecError as better:
        return better if position.scene(asked.sample).find(asked.name) is None else refusal
    except (ValueError, IndexError):
        return refusal
    return refusal


def _checked(position: Position, asked: Asked, built: Built) -> tuple[float, str, float]:
    """(another float for the number, by what, how far rounding alone takes it where that is more than usual)."""
    if built.check is not None:
        noise = 0.0 if built.noise is None or _is_close(position, asked, built, built.check) else built.noise()
        return built.check, built.check_by, noise
    check = position.check(asked.name, asked.indices, asked.sample)
    if _is_close(position, asked, built, check):
        return check, AUTOGRAD, 0.0
    return check, AUTOGRAD, position.noise(asked.name, asked.sample) + (built.noise() if built.noise else 0.0)


def _is_close(position: Position, asked: Asked, built: Built, check: float) -> bool:
    """Whether there is nothing to explain: PyTorch's pass in float32 costs as much as that in float64."""
    allowed, shown = BOUND * float(built.tree.magnitude), position.number_of(asked)
    if not math.isfinite(allowed):
        return False
    return abs(float(built.tree.value) - check) <= allowed and abs(shown - check) <= allowed


def _leads(position: Position, asked: Asked, kind: Kind) -> Iterator[Link]:
    if len(asked.indices) == 1 and position.of_sample(asked.name):
        if position.is_channel(asked.name, asked.indices, position.array(asked.name, asked.sample).ndim):
            return  # nothing is computed from a channel's mean
    for address, sample in islice(kind.leads(position, asked), MOST_LINKS):
        name, indices = parse(address)
        try:
            measured = name not in position.metrics or position.is_measured
            value = position.number_of(Asked.of(name, indices, sample)) if measured else None
        except SpecError:  # a gradient of what is not learned from
            continue
        yield Link(position.written(name, indices), sample, position.names(address, sample), value)


def receipt(run: Reading, address: str, sample: Any = None) -> Receipt:
    """The receipt of a number at the position of the run, or with "@step" behind its address at an earlier one.

    `sample` is a training sample's index, ("test", i), ("batch", place), ("point", x₁, x₂), or None for the coming
    batch. SpecError where there is no such number.
    """
    named, step = parse_at(address)
    name, indices = parse(named)
    asked = Asked.of(_MAP.sub(r"\1.activation", name).removeprefix("map."), indices, read_sample(sample))
    kind = _kind(asked)
    position = positions(run).at(step)
    if step is None:
        _refuse_what_is_to_come(run, asked)
    if asked.mode and not position.mode:
        raise SpecError("address", "This network computes the same in training and otherwise. Leave out “train.”.")
    built = _built(position, asked, kind)
    check, by, noise = _checked(position, asked, built)
    where = position.written(asked.name, indices)
    return Receipt(
        address=where,
        sample=asked.sample,
        name=position.names(where, asked.sample),
        step=position.step,
        symbol=symbol_of(asked),
        expression=built.tree,
        shown=position.number_of(asked),
        check=check,
        check_by=by,
        noise=noise,
        words=built.sentence,
        leads_to=tuple(_leads(position, asked, kind)),
    )


class Positions:
    """The position of a run that is on screen, and earlier ones that a receipt led to."""

    def __init__(self, run: Reading):
        self.run, self.version = run, run.version
        self.now = Position(run)
        self._earlier: dict[int, Position] = {}

    def at(self, step: int | None) -> Position:
        """The position after `step` updates; None for the one on screen. SpecError for one that is yet to come."""
        if step is None or step == self.run.step:
            return self.now
        if step > self.run.step:
            raise SpecError("address", f"Step {step:,} is yet to come; the network stands at step {self.run.step:,}.")
        return newest(self._earlier, step, lambda: Position(self.run.at_step(step), step), MOST_EARLIER)


def positions(run: Reading) -> Positions:
    """Those of a run, kept until its version changes."""
    if run.receipts is None or run.receipts.version != run.version:
        run.receipts = Positions(run)
    return run.receipts
