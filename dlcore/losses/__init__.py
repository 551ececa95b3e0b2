"""Losses: one number for how wrong an output is. One file each; see `Loss`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dlcore.params import Entry

# How targets are written, by name. Arrays are (samples, columns), float32.
CODINGS = ("number", "sign", "zero_one", "one_hot")


@dataclass(frozen=True, kw_only=True)
class Loss(Entry):
    """A loss for one sample, a function of the network's output and the coded target.

    value(prediction, target) → (…, samples): the loss of each sample; `prediction` and `target`
    are (…, samples, columns). derivative(prediction, target, out=None) → d loss / d prediction,
    same shape, for each sample (not yet divided by the batch).
    expression(outputs, targets) is the loss of one sample as a tree that receipts evaluate and tell
    (see `dlcore.expressions`), given an expression for each column; slope_expression(outputs,
    targets, column) is its derivative by one of the outputs.
    `from_logits`: `prediction` is the output's pre-activation; else its activation.
    `codings` maps a kind of target ("number", "binary", "classes") to (coding, output
    activation); a kind that is missing does not fit this loss. Coding "number" is the number,
    "sign" −1/+1, "zero_one" 0/1, "one_hot" one column per class.
    `free_output` tells whether another output activation may be chosen.
    """

    value: Callable
    derivative: Callable
    expression: Callable
    slope_expression: Callable
    codings: Mapping[str, tuple[str, str]]
    from_logits: bool = False
    free_output: bool = True
