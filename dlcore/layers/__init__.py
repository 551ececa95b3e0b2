"""Layers: the blocks that networks are built of. One file each; see `Layer`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dlcore.params import Entry


@dataclass(frozen=True, kw_only=True)
class Layer(Entry):
    """A kind of layer. Shapes are without the sample axis: (features,) or (channels, rows, columns).

    parameters(input_shape, **params) → {name: (shape, fan_in, fan_out)} of its learned tensors.
    output_shape(input_shape, **params) → shape; raises SpecError where the input does not fit.
    forward(x, weights, **params) → the pre-activation: x is (samples, *input_shape), `weights`
    maps each name of `parameters` to its tensor. expression(x, weights, **params) is one of its numbers
    as a tree that receipts evaluate and tell (see `dlcore.expressions`): x and each of `weights`
    stand for all the numbers that it is made of. A block is forward → norm → activation →
    dropout. `lines` says how the microscope writes it: "forward" is the line of code of the pre-activation,
    "input" that of the gradient of x, and a parameter's name that of its gradient; {x} is the input, {d} the
    gradient of the pre-activation, {weight} that parameter, the samples being the rows. `has_activation`
    tells whether the layer takes part in that. multiply_adds(input_shape, **params) → how many products forward adds
    to a sum for one sample.
    """

    parameters: Callable
    output_shape: Callable
    forward: Callable
    multiply_adds: Callable[..., int]
    expression: Callable
    lines: Mapping[str, str]
    has_activation: bool = True
