"""Norms: what brings the sums of a layer to one scale before the activation. One file each; see `Norm`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dlcore.expressions import Expression, Number, named, sqrt, total
from dlcore.expressions import mean as mean_of
from dlcore.params import Entry

Parts = Mapping[str, Expression]


@dataclass(frozen=True, kw_only=True)
class Norm(Entry):
    """A norm as pure functions. z is the layer's pre-activation (…, samples, units).

    parameters(units) → {name: (shape, start)} of its learned tensors, and buffers(units) likewise
    of what it only keeps from batch to batch: (units,) each, every number at `start`.
    forward(z, weights, buffers, train) → (normalized, saved, moved): `saved` is what `backward`
    needs, `moved` maps each buffer that this pass changes to its new value ({} in eval mode).
    backward(gradient, saved, weights) → (d loss / d z, {name: d loss / d parameter}).
    statistics(z, buffers, train) → (mean, variance) that `forward` takes, in a shape that broadcasts with z;
    None where it takes none.
    The same as trees that receipts evaluate and tell (see `dlcore.expressions`), all given expressions;
    μ and σ² are `mean` and `variance`, and vectors stand for what is compared with one another:
    expression(z, learned, mean, variance) → one number of `normalized`;
    statistics_expression(values, mean) → {"mean": …, "variance": …} of a vector of z, {} where it takes none;
    buffers_expression(buffers, mean, variance, samples) → {buffer: what this pass makes of it};
    slope_expression(index, gradients, values, learned, mean, variance, own) → d loss / d z of number
    `index`, given vectors of d loss / d normalized and z, and whether μ and σ² are those of `values`;
    learned_slopes(gradients, values, mean, variance) → {name: d loss / d parameter} of one neuron,
    given vectors over the samples (μ and σ² too, where each sample has its own).
    `across` says what is compared with one another: "samples" of a batch, "neurons" of a layer,
    or nothing; of that there must be at least two.
    export(shape) → the module as PyTorch code for values (samples, *shape), and `names` are what that module calls the
    learned tensors and buffers.
    """

    parameters: Callable
    buffers: Callable
    forward: Callable
    backward: Callable
    expression: Callable
    statistics_expression: Callable
    buffers_expression: Callable
    slope_expression: Callable
    learned_slopes: Callable
    statistics: Callable | None = None
    across: str = ""
    export: Callable[..., str] | None = None
    names: Mapping[str, str] = field(default_factory=dict)


def gain_and_shift(units: int) -> dict[str, tuple[tuple[int, ...], float]]:
    """The learned γ, which starts at 1, and β, which starts at 0: one of each for every neuron."""
    return {"gain": ((units,), 1.0), "shift": ((units,), 0.0)}


def no_buffers(units: int) -> dict[str, Any]:
    """Nothing is kept from batch to batch."""
    return {}


# In the formulas σ² + ε: keeps the division from being by zero. Both papers' code and PyTorch use it.
EPSILON = 1e-5


def normalize(z: Expression, learned: Parts, mean: Expression, variance: Expression) -> Expression:
    """γ·ẑ + β, as `Norm.expression`."""
    level = _level("ẑ", z, mean, spread_of(variance))
    gain, shift = learned["gain"], learned["shift"]
    return (gain * level + shift).told("Multiply ", level, " by ", gain, " and add ", shift, ".")


def mean_and_variance(values: Expression, mean: Expression) -> Parts:
    """μ = 1/n·Σ z and σ² = 1/n·Σ (z − μ)², as `Norm.statistics_expression`."""
    variance = mean_of((values - mean) ** 2)
    return {
        "mean": mean_of(values).told("Add the sums up and divide by how many there are."),
        "variance": variance.told("Take the mean of the squares of how far each is from ", mean, "."),
    }


def normalized_slope(
    index: int, gradients: Expression, values: Expression, learned: Parts, mean: Expression, variance: Expression
) -> Expression:
    """(δ − mean δ − ẑ·mean(δ·ẑ)) / √(σ² + ε) with δ = γ·d loss / d normalized, as `Norm.slope_expression`."""
    spread = spread_of(variance)
    levels, deltas = _level("ẑᵢ", values, mean, spread), named("δᵢ", learned["gain"] * gradients)
    middle = named("d", mean_of(deltas).told("Take the mean of all δ."))
    common = named("c", mean_of(deltas * levels).told("Take the mean of each δ times its ẑ."))
    delta, level = deltas.at(index), levels.at(index)
    slope = (delta - middle - level * common) / spread
    return slope.told(
        "Each sum also moves the mean and the spread of all, so two means are taken away from ", delta,
        " before it is divided by the spread.",
    )  # fmt: skip


def gain_and_shift_slopes(gradients: Expression, values: Expression, mean: Expression, variance: Expression) -> Parts:
    """Σ δ·ẑ and Σ δ with δ = d loss / d normalized, as `Norm.learned_slopes`."""
    levels = _level("ẑᵢ", values, mean, spread_of(variance, "sᵢ"))
    return {
        "gain": total(gradients * levels, "i").told("Multiply each sample's slope by its ẑ, and add the results up."),
        "shift": total(gradients, "i").told("Add up the slopes of all samples."),
    }


def spread_of(variance: Expression, symbol: str = "s") -> Expression:
    """√(σ² + ε), as an intermediate result."""
    part = sqrt(variance + Number(EPSILON, "ε")).told("Take the root of the variance, and a tiny bit more.")
    return named(symbol if variance.size else symbol[0], part, name="the spread")


def _level(symbol: str, z: Expression, mean: Expression, spread: Expression) -> Expression:
    part = ((z - mean) / spread).told("Take the mean away and divide by the spread.")
    return named(symbol, part)
