"""Layers: the blocks that networks are built of. One file each; see `Layer`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dlcore.params import Entry


@dataclass(frozen=True)
class Reads:
    """What one number of a layer's result is made of, each in the order in which `Layer.expression` takes it:
    `inputs` are (port, index) of what comes in, the port being the place in the layer's "from"; `parameters` the
    indices into each learned tensor, and "drawn" into what a layer with `chance` draws (layers.i.mask)."""

    inputs: tuple[tuple[int, tuple[int, ...]], ...]
    parameters: Mapping[str, tuple[tuple[int, ...], ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Chance:
    """What a layer draws anew for every sample of a training step: of that shape, either factors 0 and 1/(1 − rate)
    that leave out a share `rate` ("drop"), or normal numbers of mean 0 and spread `rate` ("noise")."""

    kind: str
    shape: tuple[int, ...]
    rate: float


def no_parameter_feeds(name, index, input_shape, **params):
    """Of a layer that has no parameters."""
    raise KeyError(name)


@dataclass(frozen=True, kw_only=True)
class Layer(Entry):
    """A kind of layer. Shapes are without the sample axis: (features,) or (channels, rows, columns).

    Where `merges`, the layer brings several others together: `input_shape` below is then a tuple of shapes, and x a
    tuple of tensors.

    parameters(input_shape, **params) → {name: (shape, fan_in, fan_out)} of its learned tensors; "weight" is what
    penalties go on.
    output_shape(input_shape, **params) → shape; raises Unfit, with what would mend it, where the input does not fit.
    forward(x, weights, **params) → the pre-activation: x is (samples, *input_shape), `weights` maps each name of
    `parameters` to its tensor. A layer with `chance` takes it as one more argument: forward(x, weights, drawn,
    **params), where `drawn` is (samples, *shape of the Chance), or None in eval mode.
    chance(input_shape, **params) → Chance. In eval mode such a layer hands on what comes in.
    multiply_adds(input_shape, **params) → how many products forward adds to a sum for one sample.

    A block is layer → norm → activation → dropout; `parts` are those of the latter three that can be chosen for this
    kind, `presets` those that are given with it. A layer with neither has one value, its result.

    For receipts, one number of the result at `index`: reads(index, input_shape, **params) → Reads says what it is
    made of. expression(x, weights, **params) is it as a tree (see `dlcore.expressions`): x and each of `weights`
    stand for all the numbers that it is made of, in the order of `reads`; "drawn", which is there in training only,
    for a single one. feeds(port, index, input_shape, **params)
    → the indices of all results that read that input. slope_expression(x, weights, at, **params) is ∂ result / ∂ the
    input at place `at` of `Reads.inputs`. A parameter that has one number for each unit is given as that number.
    parameter_feeds(name, index, input_shape, **params) → every (index of a result that reads this learned number,
    the (port, index) of the input that it multiplies there, or None where it is only added).
    `lines` says how the microscope writes it: "forward" is the line of code of the result, "input" that of the
    gradient of x, and a parameter's name that of its gradient; {x} is the input, {d} the gradient of the result,
    {weight} that parameter, {drawn} what is drawn, the samples being the first axis. Of a merge {x} is the input at
    place {port}, {others} the product of all others, and {list}, {sum} and {product} are all of them.
    export(input_shape, **params) → the module as PyTorch code, like "nn.Linear(4, 2)", or a tuple of several that come
    one after the other, of a layer that does nothing itself (); of a merge an expression of {x0}, {x1} …, of a layer
    with `chance` what it makes in training of {x} and {drawn}.
    `axes` is for a parameter whose axes that module has in another order: which of ours each of its is.
    `short` is what it is called where there is little room. `group` is its shelf of the palette; `fresh` are settings
    other than the defaults with which the palette adds it.
    """

    parameters: Callable
    output_shape: Callable
    forward: Callable
    multiply_adds: Callable[..., int]
    expression: Callable
    reads: Callable[..., Reads]
    feeds: Callable
    slope_expression: Callable
    lines: Mapping[str, str]
    export: Callable[..., str | tuple[str, ...]]
    merges: bool = False
    parameter_feeds: Callable = no_parameter_feeds
    chance: Callable[..., Chance] | None = None
    parts: tuple[str, ...] = ("activation", "norm", "dropout")
    presets: Mapping[str, Any] = field(default_factory=dict)
    group: str = "with weights"
    short: str = ""
    fresh: Mapping[str, Any] = field(default_factory=dict)
    axes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def has_activation(self) -> bool:
        """Whether a norm, an activation or dropout follows it in its block."""
        return bool(self.parts or self.presets)

    def describe(self) -> dict[str, Any]:
        """Its words and parameters, and what a palette needs to know, as plain JSON."""
        return super().describe() | {"group": self.group, "merges": self.merges, "short": self.short or self.label}


def no_parameters(input_shape, **params):
    """Of a layer that learns nothing."""
    return {}


def no_products(input_shape, **params):
    """Of a layer whose forward pass multiplies nothing that is added up."""
    return 0


def size(shape: tuple[int, ...]) -> str:
    """A shape for people: "16×8×8", "a vector of 4"."""
    return f"a vector of {shape[0]}" if len(shape) == 1 else "×".join(map(str, shape))
